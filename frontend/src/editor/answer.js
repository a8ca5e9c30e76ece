// Show an answer in Yasr: as a table and raw, and as a map, a network or a chart when the columns allow.

import Yasgui from "@zazuko/yasgui";
import { linkColumns, numberColumns, placeColumns } from "./columns.js";
import { chart } from "./views/chart.js";
import { viewPlugin } from "./views/plugin.js";
import { table } from "./views/table.js";
import { word } from "./words.js";

const { Yasr } = Yasgui;

// Yasr's own table prepares every cell of all rows: 1,000 triples held the page up for seconds.
Yasr.registerPlugin("table", viewPlugin("table", () => ({}), async () => table));
Yasr.registerPlugin("map", viewPlugin("map", placeColumns, async () => (await import("./views/map.js")).map));
Yasr.registerPlugin("network", viewPlugin("network", linkColumns, async () => (await import("./views/network.js")).network));
Yasr.registerPlugin("chart", viewPlugin("chart", numberColumns, async () => chart));

/** What shows answers in *parent*; *moved* is called when another view is chosen. */
export function answerView(parent, { prefixes, moved }) {
  const yasr = new Yasr(parent, {
    persistenceId: null,
    prefixes,
    pluginOrder: ["table", "response", "map", "network", "chart"],
    defaultPlugin: "table",
  });
  parent.querySelector(".select_response span").textContent = word("raw");
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
  const counted = word(results.getType() === "ttl" ? "triples" : "rows", { number: (rows?.length ?? 0).toLocaleString("en") });
  const what = truth === undefined ? counted : word(truth ? "yes" : "no");
  return word(generation ? "from-generation" : "taken", { what, seconds: seconds.toFixed(2), number: generation });
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
  raw.querySelector("textarea").setAttribute("aria-label", word("as-it-came"));
  raw.querySelector(".CodeMirror-scroll").tabIndex = 0;
  raw.CodeMirror.setOption("extraKeys", { Tab: false, "Shift-Tab": false }); // they move on, since nothing is written here
}
