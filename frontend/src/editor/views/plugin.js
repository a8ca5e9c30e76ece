// A view of our own as a plugin of Yasr: it is offered only when the columns allow it.

import { word } from "../words.js";

const ICON = {
  table: "M3 5h18v14H3zM3 10h18M3 15h18M10 5v14",
  map: "M3 6l6-3 6 3 6-3v15l-6 3-6-3-6 3zM9 3v15M15 6v15", network: "M5 5h4v4H5zM15 5h4v4h-4zM10 15h4v4h-4zM9 7h6M7 9l4 6M17 9l-4 6",
  chart: "M4 20V10M10 20V4M16 20v-8M22 20H2",
};

/**
 * The plugin called *name*.
 *
 * `columnsFor` tells which columns of {columns, rows} it shows, null when it cannot; `load` brings the function
 * that draws: draw(parent, table, columns, short) returns what takes the drawing away.
 */
export function viewPlugin(name, columnsFor, load) {
  return class {
    constructor(yasr) {
      this.yasr = yasr;
      this.label = word(name);
      this.priority = name === "table" ? 10 : 0; // what is shown when the chosen view cannot be
    }

    canHandleResults() {
      const table = this.#table();
      return table !== null && columnsFor(table) !== null;
    }

    async draw() {
      const table = this.#table();
      const drawing = await load();
      this.destroy();
      this.takeAway = drawing(this.yasr.resultsEl, table, columnsFor(table), (iri) => shortened(iri, this.yasr.getPrefixes()));
    }

    destroy() {
      this.takeAway?.();
      this.takeAway = null;
    }

    getIcon() {
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      icon.setAttribute("viewBox", "0 0 24 24");
      icon.setAttribute("aria-hidden", "true");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", ICON[name]);
      path.setAttribute("class", "outline");
      icon.append(path);
      return icon;
    }

    #table() {
      const rows = this.yasr.results?.getBindings();
      const columns = this.yasr.results?.getVariables() ?? [];
      return rows && columns.length ? { columns, rows } : null;
    }
  };
}

function shortened(iri, prefixes) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && iri.length > namespace.length) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  return iri;
}
