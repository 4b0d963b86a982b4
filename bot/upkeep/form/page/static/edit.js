// The form of one file. What the person wants in the file is kept as a tree; the program draws the fields, checks the
// tree with the rules of `bot directory check` and says which file it would be. Nothing is changed but what is touched.

import { ask, element, say, shortWord, showLines, stateOf } from "./asking.js";
import { at, clear, put, same } from "./tree.js";

const $ = (id) => document.getElementById(id);
const form = $("form");
const { begins, ...file } = stateOf(); // path, base, on_disk, data
let before = file.base === null ? {} : structuredClone(file.data);
let answer = null; // of the last check
let notes = []; // where somebody else changed the same field
let undo = null;
let isPending = false;

const routeOf = (node) => JSON.parse(node.closest("[data-route]").dataset.route);
const nodeAt = (route) => [...form.querySelectorAll("[data-route]")].find((node) => same(routeOf(node), route));
const idOf = (route) => ["f", ...route].join(".");

// -- typing --------------------------------------------------------------------------------------------------

form.addEventListener("input", (event) => {
  const box = event.target.closest("[data-set]");
  if (!box) return;
  const route = routeOf(box), value = box.value.trim();
  if (value) put(file.data, route, value);
  else clear(file.data, route, before);
  notes = notes.filter((note) => !same(note.route, route));
  renameHeading(route, value);
  if (box.dataset.hinges) redraw(route.slice(0, -Number(box.dataset.hinges)), box.id);
  changed();
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault(); // a form with one button would send itself
  if ("word" in event.target.dataset) addWord(event.target);
  else if (event.target.id.startsWith("add-service.")) act["add-service"](event.target);
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) act[button.dataset.act](button, routeOf(button));
});

form.addEventListener("submit", (event) => event.preventDefault());

function renameHeading(route, name) {
  if (same(route, ["name"])) $("title").textContent = name || file.path;
  if (route.length === 3 && route[0] === "services" && route[2] === "name") {
    $(`${idOf(route.slice(0, 2))}~title`).textContent = name || route[1];
  }
}

// -- adding, moving, taking out ------------------------------------------------------------------------------

function listAt(route) {
  if (!Array.isArray(at(file.data, route))) put(file.data, route, []);
  return at(file.data, route);
}

function dropFrom(route, place) {
  const list = listAt(route);
  const [gone] = list.splice(place, 1);
  if (!list.length) clear(file.data, route, before);
  return gone;
}

const act = {
  "add-item": async (button, route) => {
    const list = listAt(route);
    list.push(structuredClone(begins[route.at(-1)] || {}));
    changed();
    await redraw(route);
    nodeAt([...route, list.length - 1])?.querySelector("[data-set]")?.focus();
  },
  "drop-item": async (button, route) => {
    const holder = route.slice(0, -1), place = route.at(-1);
    const gone = dropFrom(holder, place);
    offerUndo(`${button.dataset.label} is removed.`, holder, () => listAt(holder).splice(place, 0, gone));
    changed();
    await redraw(holder, idOf(holder));
  },
  up: (button, route) => move(route, -1),
  down: (button, route) => move(route, 1),
  "add-word": (button) => addWord(button.closest(".adding").querySelector("[data-word]")),
  "drop-word": async (button, route) => {
    const name = button.closest("li").querySelector("span").textContent;
    dropFrom(route, Number(button.dataset.at));
    changed();
    await redraw(route, idOf(route));
    say(`${name} is removed.`);
  },
  "first-word": async (button, route) => {
    const list = listAt(route);
    list.unshift(...list.splice(Number(button.dataset.at), 1));
    changed();
    await redraw(route, idOf(route));
  },
  "show-text": (button) => {
    $(`${button.dataset.box}~box`).hidden = false;
    button.hidden = true;
    $(button.dataset.box).focus();
  },
  clear: async (button, route) => {
    const gone = at(file.data, route);
    clear(file.data, route, {});
    const holder = typeof route.at(-1) === "number" ? route.slice(0, -1) : route;
    offerUndo(`${route.at(-1)} is taken out.`, [], () => put(file.data, route, gone));
    changed();
    await redrawAll(idOf(holder));
  },
  "add-service": async () => {
    const name = $("add-service.name").value.trim(), key = $("add-service.key").value.trim() || shortWord(name);
    const wrong = wrongKey(name, key);
    $("add-service.problems").replaceChildren(...(wrong ? [element("p", { class: "problem" }, wrong)] : []));
    if (wrong) { say(wrong); $(name ? "add-service.key" : "add-service.name").focus(); return; }
    const [area] = Object.values(file.data.services || {}).map((s) => s.area).filter(Boolean);
    put(file.data, ["services", key], area ? { name, area: structuredClone(area) } : { name });
    changed();
    await redraw(["services"]);
    $(`${idOf(["services", key])}~title`).focus();
  },
  "drop-service": async (button, route) => {
    const gone = at(file.data, route), order = Object.keys(file.data.services);
    clear(file.data, route, before);
    offerUndo(`${button.dataset.label} is removed.`, ["services"], () => {
      put(file.data, route, gone);
      file.data.services = Object.fromEntries(order.filter((k) => k in file.data.services).map((k) => [k, file.data.services[k]]));
    });
    changed();
    await redraw(["services"], "add-service.name");
  },
};

function wrongKey(name, key) {
  if (!name) return "Write the name of the service.";
  if (!/^[a-z0-9][a-z0-9-]*$/.test(key)) return "A key is small letters, digits and - : survivor-legal-line";
  return Object.hasOwn(file.data.services || {}, key) ? `There is a service with the key ${key} already.` : "";
}

form.addEventListener("input", (event) => {
  if (event.target.id === "add-service.name" && !$("add-service.key").dataset.own) $("add-service.key").value = shortWord(event.target.value);
  if (event.target.id === "add-service.key") event.target.dataset.own = event.target.value ? "yes" : "";
});

async function move(route, by) {
  const holder = route.slice(0, -1), list = listAt(holder), from = route.at(-1), to = from + by;
  [list[from], list[to]] = [list[to], list[from]];
  changed();
  await redraw(holder);
  const moved = [...holder, to], button = $(`${idOf(moved)}~${by < 0 ? "up" : "down"}`);
  (button.disabled ? $(`${idOf(moved)}~${by < 0 ? "down" : "up"}`) : button).focus();
  say(`It is now number ${to + 1} of ${list.length}.`);
}

async function addWord(box) {
  const route = routeOf(box), word = wordIn(box);
  if (!word) { box.focus(); return; }
  if (!(at(file.data, route) || []).includes(word)) listAt(route).push(word);
  changed();
  await redraw(route, idOf(route));
  say(`${word} is added.`);
}

// A name from the list offered stands for its code: Spanish for es.
function wordIn(box) {
  const written = box.value.trim();
  const offered = [...(box.list?.options || [])];
  const meant = offered.find((o) => o.value.toLowerCase() === written.toLowerCase() || o.text.toLowerCase() === written.toLowerCase());
  return meant ? meant.value : written;
}

function offerUndo(text, route, putBack) {
  undo = async () => {
    putBack();
    changed();
    await (route.length ? redraw(route, idOf(route)) : redrawAll("title"));
    say("It is back.");
  };
  $("undone").querySelector("span").textContent = text;
  $("undone").hidden = false;
  say(text);
}

$("undo").onclick = () => {
  $("undone").hidden = true;
  undo();
};

// -- drawing anew --------------------------------------------------------------------------------------------

async function redraw(route, focus) {
  const sent = JSON.stringify(at(file.data, route) ?? null);
  const drawn = await asked("part", { data: file.data, route });
  if (!drawn) return;
  if (JSON.stringify(at(file.data, route) ?? null) !== sent) { await redraw(route, focus); return; } // typed meanwhile
  replaceKeepingOpen(nodeAt(route), drawn.html);
  if (focus) $(focus)?.focus();
}

async function redrawAll(focus) {
  const sent = JSON.stringify(file.data);
  const drawn = await asked("form", { data: file.data });
  if (!drawn) return;
  if (JSON.stringify(file.data) !== sent) { await redrawAll(focus); return; }
  const open = opened(form);
  form.innerHTML = drawn.html;
  reopen(open);
  afterDrawing();
  if (focus) $(focus)?.focus();
}

function replaceKeepingOpen(node, html) {
  const open = opened(node), made = document.createElement("template");
  made.innerHTML = html;
  node.replaceWith(made.content.firstElementChild);
  reopen(open);
  afterDrawing();
}

const opened = (node) => ({
  details: [...node.querySelectorAll("details[open][id]")].map((d) => d.id),
  texts: [...node.querySelectorAll(".text:not([hidden])")].map((t) => t.id),
});

function reopen({ details, texts }) {
  for (const id of details) if ($(id)) $(id).open = true;
  for (const id of texts) if ($(id)) $(id).hidden = false;
}

function afterDrawing() {
  if (answer) { showProblems(); showCards(); }
}

// -- checking ------------------------------------------------------------------------------------------------

const draft = () => ({ path: file.path, base: file.base, on_disk: file.on_disk, data: file.data });
let turn = 0, timer = null;

function changed() {
  isPending = true;
  clearTimeout(timer);
  timer = setTimeout(check, 250);
}

async function check() {
  clearTimeout(timer);
  const mine = ++turn;
  const got = await asked("check", draft());
  if (got && mine === turn) {
    isPending = false;
    show(got);
  }
  return got !== null;
}

// Everything that was typed until now is checked; false when the program does not answer.
async function checkAll() {
  do if (!(await check())) return false; while (isPending);
  return true;
}

async function asked(what, body) {
  try {
    const got = await ask(what, body);
    $("trouble").hidden = true;
    return got;
  } catch (gone) {
    showTrouble(gone.message);
    return null;
  }
}

function showTrouble(said) {
  $("trouble.said").textContent = `${said} Nothing you typed is lost: it is still here, and you can copy the whole file below.`;
  // JSON is YAML too: what was typed since the last check can be copied as well.
  $("copy").value = isPending || !answer ? JSON.stringify(file.data, null, 1) : answer.text;
  $("trouble").hidden = false;
}

function show(got) {
  const heard = answer ? answer.problems.map((p) => p.message).join() : "";
  answer = got;
  showProblems();
  showCards();
  showBar();
  showMeanwhile();
  if (got.problems.map((p) => p.message).join() !== heard) say(spoken(got.problems));
}

function spoken(problems) {
  if (!problems.length) return "Nothing to mend.";
  const parts = problems.slice(0, 3).map((p) => `${labelOf(p.route)}: ${p.message}`);
  const more = problems.length > 3 ? ` And ${problems.length - 3} more.` : "";
  return `${countSaid()} ${parts.join(". ")}.${more}`;
}

function labelOf(route) {
  const box = route && boxFor(route).box;
  const label = box && (box.labels?.[0] || box.closest("fieldset")?.querySelector("legend") || $(`${idOf(route)}~label`));
  return label ? label.textContent.trim() : "About the file";
}

// The place for a problem: its field's, or that of the nearest thing around it that stands on the page.
function boxFor(route) {
  for (let length = route.length; length >= 0; length--) {
    const near = route.slice(0, length), place = $(`${idOf(near)}~problems`);
    if (place) return { place, box: length ? $(idOf(near)) : null, exact: length === route.length, node: place.closest("[data-route]") };
  }
  return { place: $("f~problems"), box: null, exact: false, node: null };
}

function showProblems() {
  for (const place of document.querySelectorAll("main .problems")) if (place.id !== "add-service.problems") place.replaceChildren();
  for (const box of form.querySelectorAll("[aria-invalid]")) box.removeAttribute("aria-invalid");
  for (const chip of form.querySelectorAll(".chips .wrong")) chip.classList.remove("wrong");
  for (const note of notes) boxFor(note.route).place.append(element("p", { class: "hinted" }, note.said));
  for (const problem of answer.problems) showProblem(problem);
  keepInSight(document.activeElement.closest?.(".field"));
}

// What is said below the box somebody writes in must not be hidden behind the bar.
function keepInSight(field) {
  if (field?.querySelector(":scope > .problems > p")) field.scrollIntoView({ block: "nearest" });
}

function showProblem({ route, message, hint, line }) {
  const { place, box, exact, node } = boxFor(route || []);
  const inList = route && typeof route.at(-1) === "number" && $(idOf(route));
  const where = exact || inList || (node && route) ? "" : `Line ${line}: `;
  place.append(element("p", { class: hint ? "hinted" : "problem" }, element("b", {}, hint ? "Worth a look: " : "To mend: "), where + message));
  if (hint) return;
  if (inList) inList.classList.add("wrong");
  for (const outer of ancestors(place, ".text[hidden]")) outer.hidden = false;
  for (const outer of ancestors(place, "details")) outer.open = true;
  if (box?.matches("input, select, textarea")) box.setAttribute("aria-invalid", "true");
}

function ancestors(node, selector) {
  const found = [];
  for (let outer = node.parentElement; outer; outer = outer.parentElement) if (outer.matches(selector)) found.push(outer);
  return found;
}

function countSaid() {
  const hints = answer.problems.length - answer.errors;
  const parts = [];
  if (answer.errors) parts.push(`${answer.errors} to mend`);
  if (hints) parts.push(`${hints} worth a look`);
  return parts.length ? parts.join(", ") + "." : "Nothing to mend.";
}

function showBar() {
  $("change").textContent = answer.change.said;
  $("count").textContent = answer.meanwhile ? "Somebody else changed this file." : countSaid();
  $("count").className = answer.errors || answer.meanwhile ? "problem" : "";
  $("show-first").hidden = !answer.problems.length && !answer.meanwhile;
  $("escape").hidden = !answer.errors;
  $("save").classList.toggle("not-yet", !maySave()); // it still answers: it says what is missing
}

const maySave = () => answer && !answer.errors && !answer.meanwhile && (answer.change.count > 0 || !file.on_disk);

$("show-first").onclick = showFirst;

// Where the person is needed next.
function showFirst() {
  if (answer.meanwhile) { $("meanwhile").focus(); return; }
  const first = answer.problems.find((p) => !p.hint) || answer.problems[0];
  const { box, place } = boxFor(first.route || []);
  for (const outer of ancestors(place, "details")) outer.open = true;
  const target = box || place.closest("[data-route]")?.querySelector("[data-set]") || place;
  if (target === place) place.tabIndex = -1;
  target.focus();
  target.scrollIntoView({ block: "center" });
}

// -- cards ---------------------------------------------------------------------------------------------------

let language = null;

function showCards() {
  for (const card of answer.cards) {
    const box = document.querySelector(`[data-card="${CSS.escape(card.key)}"]`);
    if (box) showCard(box, card);
  }
}

function showCard(box, card) {
  if (!box.firstElementChild) box.append(cardShell(card.key));
  box.querySelector(".card-note").textContent = card.note;
  const bubble = box.querySelector(".bubble");
  language ||= box.querySelector("input:checked").value;
  for (const radio of box.querySelectorAll("input")) radio.checked = radio.value === language;
  const text = card.texts[language];
  if (text === undefined) { bubble.classList.add("old"); return; } // the last good one, faint
  bubble.classList.remove("old");
  bubble.lang = language;
  bubble.textContent = text;
}

function cardShell(key) {
  const shell = element("div", {}, $("card").content.cloneNode(true), element("p", { class: "card-note" }), element("div", { class: "bubble", dir: "auto" }));
  for (const radio of shell.querySelectorAll("input")) radio.name = `language.${key}`;
  shell.addEventListener("change", (event) => { language = event.target.value; showCards(); });
  return shell;
}

// -- somebody else -------------------------------------------------------------------------------------------

function showMeanwhile() {
  const meanwhile = answer.meanwhile;
  const isNew = meanwhile && $("meanwhile").hidden;
  $("meanwhile").hidden = !meanwhile;
  if (!meanwhile) return;
  $("meanwhile.said").textContent = meanwhile.said;
  showLines($("meanwhile.lines"), meanwhile.change.lines);
  $("meanwhile.conflicts").replaceChildren(...meanwhile.conflicts.map((c) => element("li", {}, `${labelOf(c.route)}: ${c.said}`)));
  $("join").hidden = $("join.hint").hidden = !meanwhile.both;
  if (isNew) say(meanwhile.said);
}

$("join").onclick = async () => {
  const { both, theirs, conflicts } = answer.meanwhile;
  Object.assign(file, { base: both.base, data: both.data, on_disk: both.on_disk });
  before = theirs;
  notes = conflicts;
  await redrawAll();
  await check();
  $("title").focus();
};

// -- saving --------------------------------------------------------------------------------------------------

const review = $("review");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    if (!review.open) $("save").click();
  }
});

$("save").onclick = async () => {
  if (!(await checkAll())) { $("trouble").focus(); return; }
  if (answer.meanwhile) { showFirst(); return; }
  if (answer.errors) { say(spoken(answer.problems)); showFirst(); return; }
  if (!maySave()) { say("Nothing has changed yet."); return; }
  openReview();
};

function openReview() {
  const hints = answer.problems.length;
  $("review.said").textContent = answer.change.said;
  showLines($("review.lines"), answer.change.lines);
  $("review.hints").textContent = hints ? `${hints} worth a look; that does not keep you from saving.` : "";
  $("review.trouble").hidden = true;
  review.showModal();
  $("review.save").focus();
}

$("review.back").onclick = () => review.close();
review.addEventListener("close", () => $(answer.meanwhile ? "meanwhile" : "save").focus());

$("review.save").onclick = async () => {
  const sent = structuredClone(file.data);
  let got;
  try {
    got = await ask("save", draft());
  } catch (gone) {
    got = { saved: false, said: gone.message, problems: null };
  }
  if (got.saved) saved(got, sent);
  else notSaved(got);
};

function saved(got, sent) {
  const wasNew = !file.on_disk;
  Object.assign(file, { base: got.base, on_disk: true });
  before = sent;
  notes = [];
  review.close();
  if (wasNew) {
    history.replaceState(null, "", `/organization/${file.path}`);
    document.querySelector(".path").replaceChildren(element("code", {}, `${file.path}.yaml`));
  }
  $("undone").hidden = true;
  check().then(() => { $("change").textContent = got.said; say(got.said); });
}

function notSaved(got) {
  if (got.problems) show(got);
  if (got.meanwhile) { review.close(); return; }
  $("review.trouble").textContent = `${got.said} What you typed is still here.`;
  $("review.trouble").hidden = false;
}

addEventListener("beforeunload", (event) => {
  if (isPending || (answer && answer.change.count > 0)) event.preventDefault();
});

// A link to one service opens it.
function openTarget() {
  const target = location.hash.length > 1 && $(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (const outer of [...ancestors(target, "details"), ...target.querySelectorAll(":scope > details")]) outer.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", openTarget);
openTarget();
check();
