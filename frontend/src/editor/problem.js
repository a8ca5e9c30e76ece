// Tell what went wrong, where in the query, and what to do about it.

const ADVICE = {
  "sparql-syntax": "Correct the marked place and run the query again.",
  "query-timeout": "Ask for less: name a class or a property first, take a filter out of the way, or add a LIMIT.",
  "query-memory": "Ask for less at once: avoid sorting or grouping very many rows, and join by shared variables.",
  "result-too-large": "Add a LIMIT, or count first; the formats CSV and TSV need the least room.",
  "query-too-complex": "Split the query into smaller ones.",
  "query-too-deep": "Take out some of the nested brackets.",
  "service-forbidden": "Ask this graph only, or ask the other service on its own.",
  "not-a-query": "Only SELECT, ASK, CONSTRUCT and DESCRIBE are answered here.",
  "too-many-requests": "Wait a little, then run the query again.",
  "busy": "Wait a little, then run the query again.",
  "bad-parameter": "Check the options beside the Run button.",
};

/** What shows problems in *region* and marks their place in *editor*. */
export function problemView(region, editor) {
  function clear() {
    region.replaceChildren();
    editor.clearMarks();
  }

  function show(fault) {
    const told = fault.document ?? { title: "The service could not be reached", detail: fault.message };
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
      jump.textContent = `Go to line ${told.line}`;
      jump.addEventListener("click", () => editor.goTo(told.line, told.column ?? 1));
      region.append(jump);
    }
    if (told.type?.startsWith("/")) {
      const more = document.createElement("a");
      more.href = told.type;
      more.textContent = "About this kind of problem";
      region.append(" ", more);
    }
  }

  return { clear, show };
}

function adviceOn(slug, told) {
  if (told.retry_after) return `Wait ${told.retry_after} s, then try again.`;
  return ADVICE[slug];
}

function paragraph(name, text) {
  const line = document.createElement("p");
  const content = document.createElement(name);
  content.textContent = text;
  content.dir = "auto";
  line.append(content);
  return line;
}
