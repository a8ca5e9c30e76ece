// Rows with two things as a network: each row is a line between them.

import cytoscape from "cytoscape";
import { isThing, nameOf } from "../columns.js";
import { word } from "../words.js";

const MOST_NODES = 500;
// Cytoscape adds a style element when there is none of this id, which the page does not allow; style.css has its rule.
const STYLESHEET = "__________cytoscape_stylesheet";

/** Draw into *parent*; returns what takes the network away. */
export function network(parent, { rows }, { from, to, by }, short) {
  const nodes = new Map();
  const edges = new Map();
  let left = 0;
  const node = (row, column) => {
    const { value } = row[column];
    if (!nodes.has(value) && nodes.size < MOST_NODES) nodes.set(value, { data: { id: value, name: nameOf(row, column, short) } });
    return nodes.has(value);
  };
  for (const row of rows) {
    if (!isThing(row[from]) || !isThing(row[to])) continue;
    if (!node(row, from) || !node(row, to)) {
      left += 1;
      continue;
    }
    const name = by && row[by] ? short(row[by].value) : "";
    const id = JSON.stringify([row[from].value, name, row[to].value]);
    edges.set(id, { data: { id, source: row[from].value, target: row[to].value, name } });
  }
  const counts = { things: nodes.size, links: edges.size };
  const box = document.createElement("div");
  box.className = "network";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", word("network-of-rows", counts));
  const note = document.createElement("p");
  note.className = "hint";
  note.textContent = `${word("network-from-to", { ...counts, from, to })} ${left ? word("not-shown", { rows: left, most: MOST_NODES }) : ""}`;
  parent.replaceChildren(box, note);
  if (!document.getElementById(STYLESHEET)) {
    const there = document.createElement("template");
    there.id = STYLESHEET;
    document.head.append(there);
  }
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(name).trim();
  const drawn = cytoscape({
    container: box,
    elements: [...nodes.values(), ...edges.values()],
    layout: { name: "cose", animate: false },
    style: [
      {
        selector: "node",
        style: {
          label: "data(name)", "font-size": 11, width: 16, height: 16, "text-max-width": 140, "text-wrap": "ellipsis",
          color: colour("--ink"), "background-color": colour("--link"),
        },
      },
      {
        selector: "edge",
        style: {
          label: "data(name)", "font-size": 9, width: 1.5, "curve-style": "bezier", "target-arrow-shape": "triangle",
          color: colour("--quiet"), "line-color": colour("--line"), "target-arrow-color": colour("--line"),
        },
      },
    ],
  });
  return () => drawn.destroy();
}
