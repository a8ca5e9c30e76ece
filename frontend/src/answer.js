// Show an answer: Yasr with its table and raw view, and the map, the network and the chart when the columns allow.

import Yasgui from "@zazuko/yasgui";
import { linkColumns, numberColumns, placeColumns } from "./columns.js";
import { chart } from "./views/chart.js";
import { viewPlugin } from "./views/plugin.js";

const { Yasr } = Yasgui;

Yasr.registerPlugin("map", viewPlugin("Map", placeColumns, async () => (await import("./views/map.js")).map));
Yasr.registerPlugin("network", viewPlugin("Network", linkColumns, async () => (await import("./views/network.js")).network));
Yasr.registerPlugin("chart", viewPlugin("Chart", numberColumns, async () => chart));

const BASE = "https://w3id.org/heritage-graph/";

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
  parent.addEventListener("click", leadHere, { capture: true });
  parent.addEventListener("auxclick", leadHere, { capture: true });
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

/** Our IRIs have their documents on this service, whatever its address. */
function leadHere({ target }) {
  const link = target.closest?.("a.iri");
  if (link?.href.startsWith(BASE)) link.href = `/${link.href.slice(BASE.length)}`;
}

/** Give the controls that Yasr draws the names and roles that they lack. */
function describe(parent, yasr) {
  const chosen = yasr.getSelectedPluginName();
  for (const button of parent.querySelectorAll(".yasr_btnGroup button")) {
    button.removeAttribute("aria-label"); // its text is its name
    button.setAttribute("aria-pressed", String(button.classList.contains(`select_${chosen}`)));
  }
  parent.querySelector(".tableFilter")?.setAttribute("aria-label", "Filter the rows");
  parent.querySelector(".tableSizer")?.setAttribute("aria-label", "Rows on a page");
  parent.querySelector(".yasr_results th:first-child")?.setAttribute("aria-label", "Number of the row");
  const raw = parent.querySelector(".yasr_results .CodeMirror");
  if (!raw) return;
  raw.querySelector("textarea").setAttribute("aria-label", "The answer as it came");
  raw.querySelector(".CodeMirror-scroll").tabIndex = 0;
  raw.CodeMirror.setOption("extraKeys", { Tab: false, "Shift-Tab": false }); // they move on, since nothing is written here
}
