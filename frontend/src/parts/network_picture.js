// Draw a network of collaborations, and let readers walk from agent to agent.

import cytoscape from "cytoscape";
import { CALM, colour, onChange } from "./colours.js";
import { element } from "./elements.js";
import { nameOf } from "./naming.js";
import { legendOf, lineKind, styleOf } from "./network_looks.js";
import { panelOf } from "./network_panel.js";
import { networkOfPath } from "./network_path.js";
import { answerAt } from "./when_visible.js";

// Cytoscape adds a style element when there is none of this id, which the page does not allow; network.css has its rule.
const STYLESHEET = "__________cytoscape_stylesheet";
const MANY = 250; // agents beyond which the forces between all of them take too long
const MARGIN = 28;

/** Draw what the address of *island* answers into it. */
export async function drawNetwork(island, words) {
  const answer = await answerAt(island.dataset.address);
  const network = answer.path ? networkOfPath(answer) : answer;
  const contexts = new Map((network.contexts ?? []).map((context) => [context.id, context]));
  if (!document.getElementById(STYLESHEET)) document.head.append(element("template", { id: STYLESHEET }));
  const box = element("div", { role: "img", "aria-label": words.picture });
  const tools = element("div", { class: "network-tools island-controls", role: "group", "aria-label": words.tools });
  const drawing = element("div", { class: "network-drawing" }, box, tools);
  const panel = "small" in island.dataset ? null : element("div", { class: "network-panel", role: "region", "aria-label": words.panel });
  island.replaceChildren(...[drawing, panel].filter(Boolean));

  const elements = elementsOf(network.elements, contexts);
  const picture = cytoscape({
    container: box,
    elements,
    style: styleOf(),
    layout: answer.path ? alongALine() : layoutOf(elements.nodes.length, island.dataset.about),
    minZoom: 0.02, // so that hundreds of agents are seen whole
    maxZoom: 4,
    userZoomingEnabled: false, // until the picture is clicked, so that the page scrolls past it
    boxSelectionEnabled: false,
  });
  turn(picture);
  island.append(legendOf(picture, network.kinds, words));
  onChange(() => picture.style(styleOf()));
  box.addEventListener("pointerdown", () => picture.userZoomingEnabled(true));
  box.addEventListener("pointerleave", () => picture.userZoomingEnabled(false));
  new ResizeObserver(() => picture.resize()).observe(box);

  const told = panel ? panelOf(panel, { picture, contexts, kinds: network.kinds, base: network.source, words, choose }) : null;
  picture.on("tap", (event) => choose(event.target === picture ? null : event.target));
  const { about } = island.dataset;
  const middle = about && picture.getElementById(about);
  if (told) told.show(null);
  if (middle && middle.nonempty()) middle.addClass("middle");

  tools.append(
    button("+", words.closer, () => zoom(1.35)),
    button("−", words.farther, () => zoom(1 / 1.35)),
    button("⤢", words.whole, () => picture.animate({ fit: { padding: MARGIN } }, { duration: CALM ? 0 : 250 })),
    button("PNG", words.save, save),
  );

  function choose(chosen) {
    picture.batch(() => {
      picture.elements().removeClass("chosen faded");
      if (!chosen) return;
      const near = chosen.isNode() ? chosen.closedNeighborhood() : chosen.union(chosen.connectedNodes());
      picture.elements().not(near).addClass("faded");
      chosen.addClass("chosen");
    });
    if (chosen && told) {
      const near = chosen.isNode() ? chosen.closedNeighborhood() : chosen.connectedNodes();
      picture.animate({ fit: { eles: near, padding: 2 * MARGIN } }, { duration: CALM ? 0 : 250 });
    }
    told?.show(chosen);
  }

  function zoom(factor) {
    picture.zoom({ level: picture.zoom() * factor, renderedPosition: { x: picture.width() / 2, y: picture.height() / 2 } });
  }

  async function save() {
    const blob = await picture.png({ output: "blob-promise", full: true, scale: 2, bg: colour("--paper") });
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: "network.png" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}

function elementsOf(elements, contexts) {
  const degrees = new Map();
  for (const { data } of elements.edges) {
    for (const end of [data.source, data.target]) degrees.set(end, (degrees.get(end) ?? 0) + 1);
  }
  return {
    nodes: elements.nodes.map(({ data }, index, all) => {
      const { text, language } = nameOf(data.labels, data.id);
      const angle = (2 * Math.PI * index) / all.length;
      return {
        data: { id: data.id, kind: data.kind, name: text, language, size: 16 + 4 * Math.sqrt(degrees.get(data.id) ?? 0) },
        position: { x: 300 * Math.cos(angle), y: 300 * Math.sin(angle) }, // the same network looks the same again
      };
    }),
    edges: elements.edges.map(({ data }) => ({
      data: { ...data, line: lineKind(data.kinds ?? data.contexts.map((each) => contexts.get(each).kind)), width: 1 + Math.sqrt(data.weight) },
    })),
  };
}

/** Lay a tall network down in a wide box, and set a wide one upright in a tall box. */
function turn(picture) {
  const { w, h } = picture.elements().boundingBox({ includeLabels: false });
  if (w === h || w > h === picture.width() > picture.height()) return;
  picture.nodes().positions((node) => ({ x: node.position("y"), y: node.position("x") }));
  picture.fit(undefined, MARGIN);
}

function alongALine() {
  const ahead = document.dir === "rtl" ? -1 : 1;
  const place = (node) => {
    const index = node.cy().nodes().indexOf(node);
    return { x: ahead * 190 * index, y: index % 2 ? 45 : 0 };
  };
  return { name: "preset", positions: place, fit: true, padding: 2 * MARGIN };
}

function layoutOf(count, about) {
  const common = { animate: false, fit: true, padding: MARGIN };
  if (about && count > 1 && count <= MANY) {
    return { ...common, name: "concentric", minNodeSpacing: 60, concentric: (node) => (node.id() === about ? 2 : 1), levelWidth: () => 1 };
  }
  if (count > MANY) return { ...common, name: "concentric", minNodeSpacing: 12, concentric: (node) => node.degree(), levelWidth: () => 4 };
  return { ...common, name: "cose", randomize: false, idealEdgeLength: () => 80, nodeRepulsion: () => 500000, nodeOverlap: 20, componentSpacing: 40, gravity: 60, numIter: 1500 };
}

function button(text, name, pressed) {
  return element("button", { type: "button", title: name, "aria-label": name, click: pressed }, text);
}
