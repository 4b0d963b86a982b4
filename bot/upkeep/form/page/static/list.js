// The list of entries: made once, then searched in the browser while somebody types.

import { element, stateOf } from "./asking.js";

const $ = (id) => document.getElementById(id);
const { rows, countries, needs, regions } = stateOf();
const MARKS = { listed: "good", "not confirmed": "open", held: "held", "cannot be read": "bad" };

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const digitsOf = (text) => text.replace(/\D/g, "");
const address = (path, key) => `/organization/${path}${key ? "#f.services." + key : ""}`;

function drawn(row) {
  const services = row.services.map((service) => drawnService(row, service));
  const list = element("ul", {}, ...services.map((s) => s.node));
  const node = element("li", {}, list);
  if (services.length > 1) node.prepend(element("h2", {}, element("a", { href: address(row.path) }, row.name)));
  if (row.errors) node.append(element("p", { class: "problem" }, `${row.errors} to mend`));
  return { node, services };
}

function drawnService(row, service) {
  const alone = row.services.length === 1;
  const name = element("a", { href: address(row.path, alone ? "" : service.key) }, alone ? row.name : service.name);
  const state = element("span", { class: `mark ${MARKS[service.state]}` }, service.state);
  const node = element("li", {}, element(alone ? "h2" : "h3", {}, name, " ", state));
  if (alone && service.name && service.name !== row.name) node.append(element("span", { class: "what" }, service.name));
  if (service.where) node.append(element("span", { class: "where" }, service.where));
  if (service.why) node.append(element("span", { class: "why" }, service.why));
  const numbers = service.numbers || [];
  return {
    node,
    service,
    words: fold([row.name, row.path, service.name, service.where, service.country, ...(service.regions || []), ...numbers].join(" ")),
    digits: numbers.map(digitsOf).join(" "),
  };
}

const all = rows.map(drawn);

function holds({ words, digits }, asked) {
  return asked.every((word) => {
    const number = digitsOf(word);
    return words.includes(word) || (number.length >= 3 && /^[\d+().-]+$/.test(word) && digits.includes(number));
  });
}

function fits({ service }) {
  const region = $("region").value;
  return (!$("country").value || service.country === $("country").value)
    && (!region || (service.regions || []).includes(region))
    && (!$("need").value || service.needs.includes($("need").value))
    && (!$("state-word").value || service.state === $("state-word").value);
}

function search() {
  const asked = fold($("query").value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of all) {
    let any = false;
    for (const one of row.services) {
      const shown = fits(one) && holds(one, asked);
      one.node.hidden = !shown;
      any ||= shown;
    }
    row.node.hidden = !any;
    found += any;
  }
  $("count").textContent = found === all.length ? `${found} organizations` : `${found} of ${all.length} organizations`;
  remember();
}

const CHOICES = ["query", "country", "region", "need", "state-word"];

function remember() {
  const kept = new URLSearchParams(CHOICES.filter((id) => $(id).value).map((id) => [id, $(id).value]));
  history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
}

function fill(select, names) {
  const options = Object.entries(names).map(([value, name]) => element("option", { value }, name));
  select.replaceChildren(select.options[0], ...options);
}

function fillRegions() {
  const known = regions[$("country").value] || {};
  const used = new Set(rows.flatMap((r) => r.services.filter((s) => s.country === $("country").value).flatMap((s) => s.regions || [])));
  fill($("region"), Object.fromEntries(Object.entries(known).filter(([code]) => used.has(code))));
  $("region").disabled = !used.size;
}

const used = new Set(rows.flatMap((row) => row.services.map((s) => s.country)));
fill($("country"), Object.fromEntries(Object.entries(countries).filter(([code]) => used.has(code))));
fill($("need"), needs);
$("rows").append(...all.map((row) => row.node));

const kept = new URLSearchParams(location.search);
for (const id of CHOICES) {
  if (kept.has(id)) $(id).value = kept.get(id);
  if (id === "country") fillRegions();
}
$("query").oninput = search;
$("country").onchange = () => { fillRegions(); search(); };
for (const id of ["region", "need", "state-word"]) $(id).onchange = search;
$("search").onsubmit = (event) => event.preventDefault();
search();
