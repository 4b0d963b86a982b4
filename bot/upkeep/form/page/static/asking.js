// Asking the program on this machine. The token shows that this page asks and no other.

const token = document.querySelector("meta[name=token]").content;

export class Gone extends Error {}

export async function ask(what, body) {
  let response;
  try {
    response = await fetch("/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Edit-Token": token },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Gone("The program behind this page does not answer; perhaps it was stopped. Start it again with: bot directory edit");
  }
  const answer = await response.json().catch(() => ({ said: "The program had a fault. What it wrote in the terminal says more." }));
  if (!response.ok) throw new Gone(answer.said);
  return answer;
}

export function stateOf(page = document) {
  return JSON.parse(page.getElementById("state").textContent);
}

// A name in small letters, digits and dashes, as the program makes it.
export function shortWord(name) {
  return name.normalize("NFKD").replace(/[\p{M}'’]/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-+$/, "");
}

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

let wait;
// Said politely: after what the person is hearing now, and only once.
export function say(text) {
  clearTimeout(wait);
  const said = document.getElementById("said");
  wait = setTimeout(() => { said.textContent = said.textContent === text ? text + "\u00a0" : text; }, 150);
}

const SIGNS = { "+": "ins", "-": "del" };

export function showLines(box, lines) {
  box.replaceChildren(...lines.map(({ sign, text }) => {
    const line = element(SIGNS[sign] || "span", { class: "line" });
    line.textContent = sign === "…" ? "…" : `${sign || " "} ${text}`;
    return line;
  }));
}
