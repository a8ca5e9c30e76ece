// The parts of the page: what stands where, with its label and role.

import { word } from "./words.js";

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function choice(id, label, options) {
  const select = element("select", { id }, ...options.map(([value, text]) => element("option", { value }, text)));
  return [element("span", { class: "choice" }, element("label", { for: id }, label), select), select];
}

function button(text, attributes = {}) {
  return element("button", { type: "button", ...attributes }, text);
}

/** Fill *root* and give its parts by name. */
export function build(root) {
  const [exampleField, example] = choice("example", word("example"), [["", word("choose-example")]]);
  const [languageField, language] = choice("language", word("names-in"), [
    ["en", "English"],
    ["fr", "Français"],
    ["ar", "العربية"],
  ]);
  const [copyField, copy] = choice("copy", word("copy-as"), [
    ["", word("choose")],
    ["curl", "curl"],
    ["python", "Python"],
    ["r", "R"],
    ["javascript", "JavaScript"],
  ]);
  const [formatField, format] = choice("download-format", word("format"), []);
  const labels = element("input", { type: "checkbox", id: "labels" });
  const parts = {
    root,
    example,
    language,
    labels,
    copy,
    format,
    query: element("div", { class: "query" }),
    keys: element(
      "p",
      { class: "hint", id: "keys" },
      word("keys"),
    ),
    run: button(word("run"), { id: "run", "aria-keyshortcuts": "Control+Enter" }),
    stop: button(word("stop"), { id: "stop", disabled: true }),
    share: button(word("share"), { id: "share", class: "second" }),
    cite: button(word("cite"), { id: "cite", class: "second" }),
    download: button(word("download"), { id: "download", class: "second" }),
    output: element("div", { class: "output", role: "group", hidden: true }),
    problem: element("div", { class: "problem", role: "alert" }),
    status: element("p", { class: "status", role: "status" }),
    answer: element("div", { class: "answer" }),
  };
  root.append(
    element("div", { class: "bar" }, exampleField, languageField),
    parts.query,
    parts.keys,
    element(
      "div",
      { class: "bar" },
      parts.run,
      parts.stop,
      element("span", { class: "choice" }, labels, element("label", { for: "labels" }, word("add-names"))),
      parts.share,
      copyField,
      parts.cite,
      formatField,
      parts.download,
    ),
    parts.output,
    parts.problem,
    element("h2", {}, word("answer")),
    parts.status,
    parts.answer,
  );
  return parts;
}

/** Show *text* in *output* under *label*, ready to be copied. */
export function offer(output, label, text) {
  const field = element("textarea", {
    id: "offered", readonly: true, rows: Math.min(14, text.split("\n").length + 1), dir: "ltr", spellcheck: "false",
  });
  field.value = text;
  const told = element("span", { role: "status" });
  const copy = button(word("copy"), { class: "second" });
  copy.addEventListener("click", async () => {
    field.select();
    // Where the page is not served securely there is no clipboard; the text is selected then.
    await navigator.clipboard?.writeText(text);
    told.textContent = navigator.clipboard ? word("copied") : word("selected");
  });
  const close = button(word("close"), { class: "second" });
  close.addEventListener("click", () => {
    output.hidden = true;
  });
  output.setAttribute("aria-label", label);
  output.replaceChildren(element("label", { for: "offered" }, label), field, copy, close, told);
  output.hidden = false;
  field.focus();
  field.select();
}
