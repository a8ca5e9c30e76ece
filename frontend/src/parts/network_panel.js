// What stands beside a network: its agents as a list, and of a chosen agent or link, the contexts that connect.

import { element } from "./elements.js";
import { linkTo, nameElement, nameOf } from "./naming.js";

/** The panel in *box*; `show` tells of a node, of an edge, or of the whole network when given null. */
export function panelOf(box, { picture, contexts, kinds, base, words, choose }) {
  return { show };

  function show(chosen) {
    const content = !chosen ? whole() : chosen.isNode() ? agent(chosen) : link(chosen);
    const focused = box.contains(document.activeElement);
    box.replaceChildren(...content);
    box.scrollTop = 0;
    if (focused) box.querySelector("button, a")?.focus();
  }

  function whole() {
    const compare = new Intl.Collator(document.documentElement.lang).compare;
    const nodes = picture.nodes().toArray().sort((one, other) => compare(one.data("name"), other.data("name")));
    return [
      title(words.agents),
      element("ul", {}, ...nodes.map((node) => element("li", { class: "counted" }, chooser(node), element("span", {}, String(node.degree()))))),
    ];
  }

  function agent(node) {
    const edges = node.connectedEdges().toArray().sort((one, other) => other.data("weight") - one.data("weight"));
    return [
      back(),
      title(linkTo(node.id(), nameOfNode(node), base)),
      element("ul", {}, ...edges.map((edge) => {
        const partner = edge.connectedNodes().not(node)[0];
        return element("li", {}, chooser(partner), shared(edge));
      })),
    ];
  }

  function link(edge) {
    const ends = edge.connectedNodes().toArray();
    return [back(), title(linkTo(ends[0].id(), nameOfNode(ends[0]), base), " · ", linkTo(ends[1].id(), nameOfNode(ends[1]), base)), shared(edge)];
  }

  function shared(edge) {
    return element("ul", {}, ...edge.data("contexts").map((iri) => {
      const context = contexts.get(iri);
      const kind = context.kind === "other" ? "" : nameElement(nameOf(kinds[context.kind].label));
      return element("li", {}, linkTo(iri, nameOf(context.label, iri), base), " ", element("small", {}, kind, days(context)));
    }));
  }

  function days({ earliest, latest }) {
    const known = [earliest, latest].filter((day) => typeof day === "string");
    return known.length ? ` · ${[...new Set(known)].join("–")}` : "";
  }

  function back() {
    return element("button", { type: "button", class: "back", click: () => choose(null) }, words.all);
  }

  function chooser(node) {
    return element("button", { type: "button", click: () => choose(node) }, nameElement(nameOfNode(node)));
  }
}

function nameOfNode(node) {
  return { text: node.data("name"), language: node.data("language") };
}

function title(...content) {
  return element("p", { class: "title" }, ...content);
}
