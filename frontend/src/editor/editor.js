// The field in which the query is written: Yasqe, kept within what a keyboard and a screen reader can do.

import Yasgui from "@zazuko/yasgui";

const { Yasqe } = Yasgui;

// Yasqe's own completers ask prefix.cc and Linked Open Vocabularies; completion.js asks this service. An empty list among
// the options would be merged into this one, so it is emptied here.
Yasqe.defaults.autocompleters = [];

/** An editor in *parent*; `run` and `leave` are called on Ctrl+Enter and on Escape. */
export function queryEditor(parent, { value, label, describedBy, prefixes, run, leave }) {
  const yasqe = new Yasqe(parent, {
    value,
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, Esc: leave, "Ctrl-Space": false },
  });
  const input = yasqe.getInputField();
  input.setAttribute("aria-label", label);
  input.setAttribute("aria-describedby", describedBy);
  let marks = [];

  function clearMarks() {
    for (const clear of marks) clear();
    marks = [];
  }

  yasqe.on("change", clearMarks);

  return {
    yasqe,
    text: () => yasqe.getValue(),
    form: () => yasqe.getQueryType() ?? "SELECT",
    refresh: () => yasqe.refresh(),
    clearMarks,

    fill(text) {
      if (text !== yasqe.getValue()) yasqe.setValue(text);
    },

    /** Declare the prefix when the query uses it without. */
    declare(prefix) {
      const declared = yasqe.getPrefixesFromQuery();
      if (prefixes[prefix] && !(prefix in declared)) yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
    },

    /** Mark a place, both from 1; columns count characters, CodeMirror UTF-16 units. */
    mark(line, column, message) {
      const at = Math.min(line, yasqe.lineCount()) - 1;
      const text = yasqe.getLine(at);
      const from = Math.min([...text].slice(0, column - 1).join("").length, text.length);
      const before = /[\p{L}\p{N}_:?$-]*$/u.exec(text.slice(0, from))[0];
      const after = /^(?:[\p{L}\p{N}_:?$-]+|\S)?/u.exec(text.slice(from))[0];
      const end = Math.max(from + after.length, 1);
      const begin = Math.min(from - before.length, end - 1);
      const range = yasqe.markText({ line: at, ch: begin }, { line: at, ch: end }, { className: "fault", attributes: { title: message } });
      yasqe.addLineClass(at, "background", "fault-line");
      marks.push(() => range.clear(), () => yasqe.removeLineClass(at, "background", "fault-line"));
    },

    goTo(line, column) {
      yasqe.setCursor({ line: line - 1, ch: column - 1 });
      yasqe.focus();
    },
  };
}
