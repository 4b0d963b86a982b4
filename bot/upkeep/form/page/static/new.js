// A new entry: what it is called and where it stands, before the form opens.

import { ask, element, stateOf } from "./asking.js";

const $ = (id) => document.getElementById(id);
const { regions } = stateOf();
const asked = () => Object.fromEntries(["country", "region", "name", "service"].map((id) => [id, $(id).value.trim()]));
let own = false; // the person wrote the path themselves
let turn = 0;

async function propose() {
  const mine = ++turn;
  const answer = await ask("propose", { ...asked(), path: own ? $("path").value.trim() : "" }).catch((gone) => ({ said: gone.message }));
  if (mine !== turn) return answer;
  if (!own && answer.path) $("path").value = asked().country && asked().name ? answer.path : "";
  const started = asked().country && asked().name;
  show(started && answer.said ? [answer.said] : [], answer);
  return answer;
}

function show(sentences, answer) {
  const links = answer.taken ? [" ", element("a", { href: `/organization/${answer.path}` }, "Open it")] : [];
  $("path.problems").replaceChildren(...sentences.map((text) => element("p", { class: "problem" }, text, ...links)));
}

function fillRegions() {
  const options = Object.entries(regions[$("country").value] || {}).map(([value, name]) => element("option", { value }, name));
  $("region").replaceChildren($("region").options[0], ...options);
  $("region").value = "";
}

fillRegions(); // a country chosen before this script ran, or kept by the browser on the way back
$("country").onchange = () => { fillRegions(); propose(); };
$("region").onchange = propose;
$("name").oninput = propose;
$("service").oninput = propose;
$("path").oninput = () => { own = $("path").value.trim() !== ""; propose(); };
$("new").onsubmit = async (event) => {
  event.preventDefault();
  const answer = await propose();
  if (answer.free) location.assign(`/new/${answer.path}?${new URLSearchParams(asked())}`);
  else {
    show([answer.said], answer);
    const first = ["country", "name", "service"].find((id) => !$(id).value.trim()) || "path";
    $(first).focus();
  }
};
