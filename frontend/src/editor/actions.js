// What can be done with a query besides running it: share, copy as code, cite, download.

import { offer } from "./layout.js";
import { file, problemOf } from "./protocol.js";
import { writeLink } from "./share.js";
import { snippet } from "./snippets.js";
import { word } from "./words.js";

const ROWS = [
  ["csv", "CSV"],
  ["tsv", "TSV"],
  ["json", "JSON"],
  ["xml", "XML"],
];
const TRIPLES = [
  ["ttl", "Turtle"],
  ["nt", "N-Triples"],
  ["rdf", "RDF/XML"],
  ["jsonld", "JSON-LD"],
];

/** Wire the actions; *state* tells the query and its options, *failed* shows a problem. */
export function actionsOf(parts, { state, failed }) {
  parts.share.addEventListener("click", () => offer(parts.output, word("link"), writeLink(state())));

  parts.copy.addEventListener("change", () => {
    const { value, selectedOptions } = parts.copy;
    if (!value) return;
    const name = selectedOptions[0].textContent;
    parts.copy.value = "";
    offer(parts.output, word("program", { name }), snippet(value, `${location.origin}/sparql`, state()));
  });

  parts.cite.addEventListener("click", async () => {
    try {
      const response = await fetch("/q", { method: "POST", body: new URLSearchParams({ query: state().query }) });
      if (!response.ok) throw await problemOf(response);
      const address = new URL(response.headers.get("Location"), location.href);
      offer(parts.output, word("citation"), address.href);
    } catch (fault) {
      failed(fault);
    }
  });

  function formats() {
    const wanted = ["CONSTRUCT", "DESCRIBE"].includes(state().form) ? TRIPLES : ROWS;
    if (parts.format.options[0]?.value === wanted[0][0]) return;
    parts.format.replaceChildren(...wanted.map(([value, name]) => new Option(name, value)));
  }

  formats();
  parts.format.addEventListener("focus", formats);
  parts.download.addEventListener("click", async () => {
    formats();
    try {
      save(await file(state(), parts.format.value), `answer.${parts.format.value}`);
    } catch (fault) {
      failed(fault);
    }
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
