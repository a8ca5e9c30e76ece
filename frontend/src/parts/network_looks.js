// How the agents and links of a network look: by colour and by shape, and the legend that says so.

import { colour } from "./colours.js";
import { element } from "./elements.js";
import { nameElement, nameOf } from "./naming.js";
import { lineOf, shapeOf } from "./shapes.js";

const AGENTS = {
  organization: { shape: "ellipse", drawn: "circle", colour: "--link" },
  state: { shape: "rectangle", drawn: "square", colour: "--warn" },
  person: { shape: "triangle", drawn: "triangle", colour: "--good" },
  other: { shape: "diamond", drawn: "diamond", colour: "--quiet" },
};
const LINES = {
  agreement: { dashes: [], colour: "--link" },
  event: { dashes: [6, 4], colour: "--warn" },
  activity: { dashes: [2, 4], colour: "--good" },
  several: { dashes: [12, 4], colour: "--ink" },
};

/** The line for contexts of these kinds: programmes, projects and plans are activities. */
export function lineKind(kinds) {
  const found = new Set(kinds.map((kind) => (kind in LINES ? kind : "activity")));
  return found.size > 1 ? "several" : [...found][0] ?? "activity";
}

/** The style of the picture in the colours of the page. */
export function styleOf() {
  return [
    {
      selector: "node",
      style: {
        label: "data(name)", "font-size": 14, "font-family": getComputedStyle(document.body).fontFamily,
        width: "data(size)", height: "data(size)", "text-wrap": "wrap", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 3,
        "min-zoomed-font-size": 7, color: colour("--ink"), "text-outline-color": colour("--paper"), "text-outline-width": 2,
      },
    },
    ...Object.entries(AGENTS).map(([kind, looks]) => ({
      selector: `node[kind = "${kind}"]`,
      style: { shape: looks.shape, "background-color": colour(looks.colour) },
    })),
    { selector: "edge", style: { "curve-style": "straight", width: "data(width)", opacity: 0.7 } },
    ...Object.entries(LINES).map(([kind, { dashes, colour: name }]) => ({
      selector: `edge[line = "${kind}"]`,
      style: { "line-color": colour(name), ...(dashes.length && { "line-style": "dashed", "line-dash-pattern": dashes }) },
    })),
    { selector: ".middle", style: { "border-width": 4, "border-color": colour("--ink"), "font-weight": "bold" } },
    { selector: ".faded", style: { opacity: 0.15 } },
    { selector: "node.chosen", style: { "border-width": 4, "border-color": colour("--ink") } },
    { selector: "edge.chosen", style: { width: 5, opacity: 1 } },
  ];
}

/** What the shapes and lines in *picture* stand for, by the names of *kinds*. */
export function legendOf(picture, kinds, words) {
  const name = (kind) => nameElement(kind === "several" ? { text: words.several, language: "" } : nameOf(kinds[kind].label));
  const agents = new Set(picture.nodes().map((node) => node.data("kind")));
  const lines = new Set(picture.edges().map((edge) => edge.data("line")));
  return element(
    "ul",
    { class: "legend" },
    ...Object.keys(AGENTS).filter((kind) => agents.has(kind)).map((kind) =>
      element("li", {}, shapeOf(AGENTS[kind].drawn, `network-${kind}`), name(kind))),
    ...Object.keys(LINES).filter((kind) => lines.has(kind)).map((kind) =>
      element("li", {}, lineOf(LINES[kind].dashes, `network-line network-${kind}`), name(kind))),
  );
}
