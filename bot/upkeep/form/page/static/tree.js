// What stands in the file, as a tree of objects, lists and texts. A route is a list of keys and places in it.

const isTree = (value) => typeof value === "object" && value !== null;
const step = (value, key) => (isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined);

export const at = (tree, route) => route.reduce(step, tree);
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function put(tree, route, value) {
  let holder = tree;
  for (const key of route.slice(0, -1)) {
    if (!isTree(step(holder, key))) holder[key] = {};
    holder = holder[key];
  }
  holder[route.at(-1)] = value;
}

// An empty field is a line that is not there; what held only this line goes with it. What stood in the file
// as empty (checks: []) stays so.
export function clear(tree, route, before) {
  const was = at(before, route);
  if (was !== undefined && isEmpty(was)) { put(tree, route, structuredClone(was)); return; }
  const holder = at(tree, route.slice(0, -1));
  if (!isTree(holder)) return;
  delete holder[route.at(-1)];
  const above = route.slice(0, -1);
  if (isEmpty(holder) && !Array.isArray(holder) && !isItem(above)) clear(tree, above, before);
}

const isEmpty = (value) => value === "" || (isTree(value) && Object.keys(value).length === 0);
const isItem = (route) => route.length === 0 || typeof route.at(-1) === "number" || route.at(-2) === "services";
