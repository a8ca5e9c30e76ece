// Show an answer in Yasr: as a table and raw, and as a map, a network or a chart when the columns allow.

import Yasgui from "@zazuko/yasgui";
import { linkColumns, numberColumns, placeColumns } from "./columns.js";
import { chart } from "./views/chart.js";
import { viewPlugin } from "./views/plugin.js";
import { table } from "./views/table.js";

const { Yasr } = Yasgui;

// Yasr's own table prepares every cell of all rows: 1,000 triples held the page up for seconds.
Yasr.registerPlugin("table", viewPlugin("Table", () => ({}), async () => table));
Yasr.registerPlugin("map", viewPlugin("Map", placeColumns, async () => (await import("./views/map.js")).map));
Yasr.registerPlugin("network", viewPlugin("Network", linkColumns, async () => (await import("./views/network.js")).network));
Yasr.registerPlugin("chart", viewPlugin("Chart", numberColumns, async () => chart));

/** What shows answers in *parent*; *moved* is called when another view is chosen. */
export function answerView(parent, { prefixes, moved }) {
  const yasr = new Yasr(parent, {
    persistenceId: null,
    prefixes,
    pluginOrder: ["table", "response", "map", "network", "chart"],
    defaultPlugin: "table",
  });
  parent.querySelector(".select_response span").textContent = "Raw";
  for (const surplus of parent.querySelectorAll(".yasr_downloadIcon, .yasr_external_ref_btn, .yasr_response_chip")) surplus.remove();
  yasr.on("change", moved);
  yasr.on("drawn", () => describe(parent, yasr));
  parent.hidden = true;

  return {
    view: () => yasr.getSelectedPluginName(),
    select(name) {
      if (Yasr.plugins[name] && name !== yasr.getSelectedPluginName()) yasr.selectPlugin(name);
    },
    show(answer) {
      parent.hidden = false;
      take(yasr, answer);
      yasr.draw();
    },
    clear() {
      yasr.results = undefined;
      parent.hidden = true;
    },
    summary: (answer) => summary(yasr.results, answer),
  };
}

/** Hand *answer* to *yasr*. Its parser would put other text in the place of {{words}} in literals, so JSON is read here. */
function take(yasr, { text, mediaType, seconds }) {
  yasr.draw = () => {};
  yasr.setResponse({ data: text, contentType: mediaType, status: 200 }, seconds * 1000);
  delete yasr.draw;
  if (mediaType.endsWith("json")) Object.assign(yasr.results, { json: JSON.parse(text), type: "json" });
}

function summary(results, { seconds, generation }) {
  const rows = results.getBindings();
  const truth = results.getBoolean();
  const what = truth !== undefined ? (truth ? "Yes" : "No") : counted(rows?.length ?? 0, results.getType() === "ttl" ? "triple" : "row");
  return `${what}, in ${seconds.toFixed(2)} s${generation ? `, from generation ${generation}` : ""}.`;
}

function counted(number, what) {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

/** Give the controls that Yasr draws the names and roles that they lack. */
function describe(parent, yasr) {
  const chosen = yasr.getSelectedPluginName();
  for (const button of parent.querySelectorAll(".yasr_btnGroup button")) {
    button.removeAttribute("aria-label"); // its text is its name
    button.setAttribute("aria-pressed", String(button.classList.contains(`select_${chosen}`)));
  }
  const raw = parent.querySelector(".yasr_results .CodeMirror");
  if (!raw) return;
  raw.querySelector("textarea").setAttribute("aria-label", "The answer as it came");
  raw.querySelector(".CodeMirror-scroll").tabIndex = 0;
  raw.CodeMirror.setOption("extraKeys", { Tab: false, "Shift-Tab": false }); // they move on, since nothing is written here
}
