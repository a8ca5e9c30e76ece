// Tell what went wrong, where in the query, and what to do about it.

import { word } from "./words.js";

/** What shows problems in *region* and marks their place in *editor*. */
export function problemView(region, editor) {
  function clear() {
    region.replaceChildren();
    editor.clearMarks();
  }

  function show(fault) {
    const told = fault.document ?? { title: word("unreachable"), detail: fault.message };
    const slug = (told.type ?? "").split("/").pop();
    clear();
    region.append(paragraph("strong", told.title), paragraph("span", told.detail ?? ""));
    const advice = adviceOn(slug, told);
    if (advice) region.append(paragraph("span", advice));
    if (told.line) {
      editor.mark(told.line, told.column ?? 1, told.detail);
      const jump = document.createElement("button");
      jump.type = "button";
      jump.className = "second";
      jump.textContent = word("go-to-line", { line: told.line });
      jump.addEventListener("click", () => editor.goTo(told.line, told.column ?? 1));
      region.append(jump);
    }
    if (told.type?.startsWith("/")) {
      const more = document.createElement("a");
      more.href = told.type;
      more.textContent = word("about-problem");
      region.append(" ", more);
    }
  }

  return { clear, show };
}

function adviceOn(slug, told) {
  if (told.retry_after) return word("wait", { seconds: told.retry_after });
  return word(`do-${slug}`);
}

function paragraph(name, text) {
  const line = document.createElement("p");
  const content = document.createElement(name);
  content.textContent = text;
  content.dir = "auto";
  line.append(content);
  return line;
}
