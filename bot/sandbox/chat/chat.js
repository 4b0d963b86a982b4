"use strict";
// The chat page. It shows what the stand-in says is on the screen and sends what the person does.
// Nothing is kept but the number of this tab's person, and that only while the tab is open.

const $ = (id) => document.getElementById(id);
const log = $("log"), words = $("words"), state = $("state");
const shown = new Map(); // message id -> {node, print}
let person = Number(sessionStorage.getItem("person")) || newPerson();
let source = null;

function newPerson() {
  const number = crypto.getRandomValues(new Uint32Array(1))[0] + 1000;
  sessionStorage.setItem("person", number);
  return number;
}

function post(path, body) {
  return fetch("/page/" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ person, language: $("language").value, ...body }),
  }).catch(() => toast("The trial is not running any more. Start it again with: make run"));
}

function toast(text) {
  const span = document.createElement("span");
  span.textContent = text;
  $("toast").replaceChildren(span);
  setTimeout(() => span.remove(), 2500);
}

function connect() {
  if (source) source.close();
  source = new EventSource(`/page/events?person=${person}&language=${$("language").value}`);
  source.onmessage = (event) => show(JSON.parse(event.data));
  source.onerror = () => { state.textContent = "reconnecting…"; };
}

function show(screen) {
  state.textContent = screen.typing ? "typing…" : "bot";
  document.querySelector(".empty")?.remove();
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const ids = new Set(screen.messages.map((m) => m.id));
  for (const [id, held] of shown) if (!ids.has(id)) { shown.delete(id); vanish(held.node); }
  const before = new Set(shown.keys());
  for (const message of screen.messages) place(message);
  const added = screen.messages.filter((m) => !before.has(m.id));
  if (!screen.messages.length) log.append(welcome(screen.description));
  fillSheet(screen.commands);
  reveal(screen.messages, added, atEnd);
}

// A long answer is read from its beginning: what the bot said first after the person stands at the top.
function reveal(messages, added, atEnd) {
  const last = messages.map((m) => m.bot).lastIndexOf(false);
  const first = messages[last + 1];
  if (first && added.some((m) => m.bot)) shown.get(first.id).node.scrollIntoView({ block: "start" });
  else if (added.length || atEnd) log.scrollTop = log.scrollHeight;
}

function place(message) {
  const print = JSON.stringify(message);
  const held = shown.get(message.id);
  if (held && held.print === print) return;
  const node = bubble(message);
  if (held) {
    const focused = held.node.contains(document.activeElement);
    held.node.replaceWith(node);
    if (focused) (node.querySelector("button") || log).focus({ preventScroll: true });
  } else {
    node.classList.add("fresh");
    log.append(node);
  }
  shown.set(message.id, { node, print });
}

function vanish(node) {
  node.classList.add("leaving");
  const gone = () => node.remove();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) gone();
  else { node.addEventListener("animationend", gone, { once: true }); setTimeout(gone, 400); }
}

function bubble(message) {
  const article = document.createElement("article");
  if (!message.bot) article.className = "mine";
  article.setAttribute("aria-label", message.bot ? "Bot" : "You");
  const body = document.createElement("div");
  body.className = "bubble";
  body.dir = "auto";
  if (message.file) {
    const link = document.createElement("a");
    link.href = `page/file/${person}/${message.id}`;
    link.textContent = message.file;
    link.download = message.file;
    body.append(link);
  }
  body.append(...formatted(message.text, message.entities));
  const time = document.createElement("span");
  time.className = "time";
  const at = new Date(message.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  time.textContent = (message.edited ? "edited " : "") + at;
  body.append(time);
  article.append(body);
  if (message.rows.length) article.append(keys(message));
  return article;
}

// Entities count UTF-16 units, as JavaScript strings do.
function formatted(text, entities) {
  const cuts = new Set([0, text.length]);
  for (const e of entities) { cuts.add(e.offset); cuts.add(e.offset + e.length); }
  const at = [...cuts].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i + 1 < at.length; i++) {
    let node = document.createTextNode(text.slice(at[i], at[i + 1]));
    for (const e of entities) {
      if (e.offset <= at[i] && at[i + 1] <= e.offset + e.length) node = wrapped(e, node);
    }
    parts.push(node);
  }
  return parts;
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code" };

function wrapped(entity, node) {
  if (TAGS[entity.type]) {
    const tag = document.createElement(TAGS[entity.type]);
    tag.append(node);
    return tag;
  }
  if (entity.type === "spoiler") {
    const button = document.createElement("span");
    button.className = "hidden-words";
    button.role = "button";
    button.tabIndex = 0;
    button.append(node);
    button.onclick = () => button.classList.add("shown");
    button.onkeydown = (e) => { if (e.key === "Enter") button.classList.add("shown"); };
    return button;
  }
  if (entity.type === "url" || entity.type === "text_link") {
    const link = document.createElement("a");
    const address = entity.url || node.textContent;
    link.href = /^https?:/.test(address) ? address : "https://" + address;
    link.rel = "noopener noreferrer";
    link.target = "_blank";
    link.append(node);
    return link;
  }
  return node;
}

function keys(message) {
  const box = document.createElement("div");
  box.className = "keys";
  for (const row of message.rows) {
    const line = document.createElement("div");
    line.className = "row";
    for (const key of row) line.append(button(message, key));
    box.append(line);
  }
  return box;
}

function button(message, key) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = key.text;
  node.dir = "auto";
  node.onclick = () => press(node, message, key);
  return node;
}

function press(node, message, key) {
  if (key.copy_text) {
    navigator.clipboard.writeText(key.copy_text.text).then(() => toast("Copied"), () => toast(key.copy_text.text));
  } else if (key.url) {
    window.open(key.url, "_blank", "noopener,noreferrer");
  } else if (key.callback_data) {
    node.setAttribute("aria-busy", "true");
    setTimeout(() => node.removeAttribute("aria-busy"), 3000);
    post("press", { message: message.id, data: key.callback_data });
  }
}

function welcome(description) {
  const box = document.createElement("div");
  box.className = "empty";
  const text = document.createElement("p");
  text.dir = "auto";
  text.textContent = description || "This is a trial of the bot. Nothing leaves this machine.";
  const start = document.createElement("button");
  start.type = "button";
  start.textContent = "Start";
  start.onclick = () => say("/start");
  box.append(text, start);
  return box;
}

const ATTACH = { voice: "Voice message", photo: "Photo", location: "Location", contact: "Contact", document: "File", sticker: "Sticker", forward: "Forwarded message" };

function fillSheet(commands) {
  const print = JSON.stringify(commands);
  if ($("sheet").dataset.print === print) return;
  $("sheet").dataset.print = print;
  const parts = [heading("Commands")];
  for (const c of commands || []) parts.push(item(`/${c.command}  ${c.description}`, () => say("/" + c.command)));
  parts.push(heading("Send something that is not text (made up)"));
  for (const [kind, label] of Object.entries(ATTACH)) parts.push(item(label, () => post("share", { kind })));
  $("sheet").replaceChildren(...parts);
}

function heading(text) {
  const node = document.createElement("h2");
  node.textContent = text;
  return node;
}

function item(text, act) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = text;
  node.onclick = () => { $("more").open = false; act(); words.focus(); };
  return node;
}

function say(text) {
  if (text.trim()) post("say", { text });
}

$("composer").onsubmit = (event) => {
  event.preventDefault();
  say(words.value);
  words.value = "";
  grow();
};
words.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("composer").requestSubmit(); }
};
words.oninput = grow;
document.onkeydown = (event) => { if (event.key === "Escape") $("more").open = false; };

function grow() {
  words.style.height = "auto";
  words.style.height = Math.min(words.scrollHeight + 2, 144) + "px";
}

$("language").onchange = connect;
$("fresh").onclick = () => {
  person = newPerson();
  shown.clear();
  log.replaceChildren();
  connect();
  words.focus();
};
const known = [...$("language").options].map((o) => o.value);
const own = known.find((v) => navigator.language.toLowerCase().startsWith(v.split("-")[0]));
if (own) $("language").value = own;
connect();
