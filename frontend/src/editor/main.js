// Put the editor in the place of the plain form, and let its parts work together.

import "./style.css";
import { actionsOf } from "./actions.js";
import { answerView } from "./answer.js";
import { completing } from "./completion.js";
import { queryEditor } from "./editor.js";
import { fillExamples } from "./examples.js";
import { build } from "./layout.js";
import { ask } from "./protocol.js";
import { problemView } from "./problem.js";
import { readLink, writeLink } from "./share.js";
import { word } from "./words.js";

const plain = document.getElementById("plain");
const parts = build(document.getElementById("editor"));
const catalogue = await fetch("/sparql/examples").then((answer) => answer.json());

let running = null;
parts.language.value = document.documentElement.lang;

const editor = queryEditor(parts.query, {
  value: plain.elements.query.value,
  label: word("query"),
  describedBy: parts.keys.id,
  prefixes: catalogue.prefixes,
  run,
  leave: () => parts.run.focus(),
});
const answers = answerView(parts.answer, { prefixes: catalogue.prefixes, moved: remember });
const problems = problemView(parts.problem, editor);

function state() {
  return {
    query: editor.text(),
    form: editor.form(),
    language: parts.language.value,
    labels: parts.labels.checked ? parts.language.value : "",
    view: answers.view(),
  };
}

function remember() {
  history.replaceState(null, "", writeLink(state()));
}

async function run() {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  problems.clear();
  parts.stop.disabled = false;
  parts.status.textContent = word("asking");
  remember();
  try {
    const answer = await ask(state(), controller.signal);
    if (controller !== running) return;
    answers.show(answer);
    parts.status.textContent = answers.summary(answer);
  } catch (fault) {
    if (controller !== running) return;
    answers.clear();
    parts.status.textContent = fault.name === "AbortError" ? word("stopped") : word("no-answer");
    if (fault.name !== "AbortError") problems.show(fault);
  } finally {
    if (controller === running) {
      running = null;
      parts.stop.disabled = true;
    }
  }
}

function restore() {
  const linked = readLink(location.hash);
  if (!linked) return;
  editor.fill(linked.query);
  if (linked.language) parts.language.value = linked.language;
  parts.labels.checked = Boolean(linked.labels);
  answers.select(linked.view);
  run();
}

completing(editor, { prefixes: catalogue.prefixes, language: () => parts.language.value });
fillExamples(parts, catalogue.topics, (example) => {
  problems.clear();
  editor.fill(example.query);
  parts.status.textContent = word("example-stands", { title: example.title[parts.language.value] ?? example.title.en });
});
actionsOf(parts, { state, failed: problems.show });
parts.run.addEventListener("click", run);
parts.stop.addEventListener("click", () => running?.abort());
window.addEventListener("hashchange", restore);

plain.hidden = true;
parts.root.hidden = false;
editor.refresh();
restore();
parts.root.dataset.ready = "true";
