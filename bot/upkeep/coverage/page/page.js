// The filters and the card of a place. Without this script the page reads in full; it only counts again.
// The counting is that of bot/upkeep/coverage.py: what a place has of its own, what is national, what is worldwide.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const need = document.getElementById("need");
  const group = document.getElementById("group");
  const union = new Set(data.union);

  const isWanted = (service, needCode, groupCode) =>
    (!needCode || service.needs.includes(needCode)) && (!groupCode || service.groups.includes(groupCode));

  const tally = (needCode, groupCode) => {
    const local = new Map();
    const wide = new Map();
    const add = (map, key) => map.set(key, (map.get(key) || 0) + 1);
    for (const service of data.services) {
      if (!isWanted(service, needCode, groupCode)) continue;
      service.at.forEach((spot) => add(local, spot));
      if (service.wide) add(wide, service.wide);
    }
    return { local, wide };
  };

  const here = (counts, spot) => {
    const [country, region] = spot.split("-");
    const at = (code) => counts.wide.get(code) || 0;
    const local = counts.local.get(spot) || 0;
    const national = region ? at(country) : 0;
    const worldwide = at("zz") + (union.has(country) ? at("eu") : 0);
    const reach = local ? "local" : national ? "national" : worldwide ? "worldwide" : "none";
    return { local, reach };
  };

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const helpFor = (needCode, groupCode) => {
    const what = needCode ? data.nouns[needCode] : "help";
    return groupCode ? `${what} for ${data.groups[groupCode]}` : what;
  };

  const tiles = [...document.querySelectorAll(".tile")];
  const isState = (spot) => spot.includes("-");
  const states = tiles.map((tile) => tile.dataset.spot).filter(isState);
  const depth = (number) => (number >= data.depths.many ? "many" : number >= data.depths.some ? "some" : "few");

  const paint = (tile, found) => {
    tile.className = `tile ${found.reach} ${depth(found.local)}`;
    tile.querySelector(".value").textContent = found.local || data.words[found.reach];
    tile.querySelector("[data-label]").textContent = found.local ? `${found.local} listed here` : data.labels[found.reach];
  };

  // The same sentence as reach_sentence() in bot/upkeep/coverage_words.py.
  const sentence = (spots, places, counts) => {
    const head = `${capital(helpFor(need.value, group.value))}: listed in`;
    const reaches = spots.map((spot) => here(counts, spot).reach).filter((reach) => reach !== "local");
    const total = spots.length;
    if (!reaches.length) return `${head} all ${total} ${places}.`;
    const them = reaches.length === total ? "them all" : `the other ${reaches.length}`;
    return `${head} ${total - reaches.length || "none"} of ${total} ${places}. ${served(reaches, them)}`;
  };
  const served = (reaches, them) => {
    const said = (reach, whom) => data.served[reach].replace("{them}", whom);
    if (new Set(reaches).size === 1) return said(reaches[0], them);
    const number = (reach) => reaches.filter((one) => one === reach).length;
    return Object.keys(data.served).filter(number).map((reach) => said(reach, `${number(reach)} of them`)).join(" ");
  };

  const show = () => {
    const counts = tally(need.value, group.value);
    tiles.forEach((tile) => paint(tile, here(counts, tile.dataset.spot)));
    document.getElementById("says").textContent = sentence(states, data.places.states, counts);
    document.getElementById("world-says").textContent = sentence(data.world, data.places.countries, counts);
    const missing = states.filter((spot) => !here(counts, spot).local);
    const names = document.getElementById("missing");
    names.hidden = !missing.length;
    names.querySelector("span").textContent = missing.map((spot) => data.names[spot]).join(", ");
    mark();
  };

  // The chosen need and group stand out in the tables too.
  const mark = () => {
    document.querySelectorAll(".chosen").forEach((cell) => cell.classList.remove("chosen"));
    if (need.value) document.querySelectorAll(`tr[data-need="${need.value}"]`).forEach((row) => row.classList.add("chosen"));
    if (!group.value) return;
    document.querySelectorAll(`th[data-group="${group.value}"]`).forEach((head) => {
      head.closest("table").querySelectorAll("tr").forEach((row) => row.children[head.cellIndex].classList.add("chosen"));
    });
  };

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };
  const fact = (name, text) => {
    const row = document.createElement("div");
    row.append(element("dt", name), element("dd", text));
    return row;
  };

  const card = document.getElementById("detail");
  const open = (spot) => {
    const inPlace = data.services.filter((s) => s.at.includes(spot) && isWanted(s, need.value, group.value));
    const whole = inPlace.filter((s) => s.whole.includes(spot)).length;
    document.getElementById("detail-name").textContent = data.names[spot];
    document.getElementById("detail-says").textContent = says(spot, inPlace.length, whole);
    document.getElementById("detail-needs").replaceChildren(...byReach(spot));
    document.getElementById("detail-list-head").hidden = !inPlace.length;
    document.getElementById("detail-list").replaceChildren(...inPlace.map(line));
    card.showModal();
    card.scrollTop = 0;
    document.getElementById("detail-name").focus();
  };

  const says = (spot, number, whole) => {
    const what = capital(helpFor(need.value, group.value));
    const where = isState(spot) ? "state or territory" : "country";
    if (!number) return `${what}: ${data.labels[here(tally(need.value, group.value), spot).reach]}.`;
    return `${what}: ${number} listed here, ${whole || "none"} of them for the whole ${where}.`;
  };

  const heads = { local: "Listed here", national: "National lines only", worldwide: "Worldwide only", none: "Nothing listed" };
  const byReach = (spot) => {
    const found = { local: [], national: [], worldwide: [], none: [] };
    if (need.value) return []; // the sentence above says it
    for (const code of Object.keys(data.shorts)) {
      const at = here(tally(code, group.value), spot);
      found[at.reach].push(at.local ? `${data.shorts[code]} ${at.local}` : data.shorts[code]);
    }
    return Object.entries(found).filter(([, names]) => names.length).map(([reach, names]) => fact(heads[reach], names.join(" · ")));
  };

  const line = (service) => {
    const item = element("li", service.name);
    if (service.by !== service.name) item.append(document.createElement("br"), element("small", service.by));
    return item;
  };

  document.getElementById("filters").hidden = false;
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").addEventListener("reset", () => setTimeout(clear));
  const clear = () => {
    need.value = "";
    group.value = "";
    show();
  };
  need.addEventListener("change", show);
  group.addEventListener("change", show);
  for (const tile of tiles) {
    tile.setAttribute("role", "button");
    tile.setAttribute("aria-haspopup", "dialog");
    tile.addEventListener("click", (event) => {
      event.preventDefault();
      open(tile.dataset.spot);
    });
    tile.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      open(tile.dataset.spot);
    });
  }
  card.addEventListener("click", (event) => {
    if (event.target === card) card.close();
  });
  show();
})();
