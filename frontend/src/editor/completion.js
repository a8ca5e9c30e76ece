// Complete terms, names, variables and prefixes from this service.

import { placeAt, variablesOf } from "./place.js";
import { word } from "./words.js";

const SHORTEST = 2;
const WAIT_MS = 150;
const LOCAL_NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*)$/u;

/** Let *editor* complete on Ctrl+Space, and of itself after a few letters. */
export function completing(editor, { prefixes, language }) {
  const { yasqe } = editor;
  let waiting = null;

  function here() {
    const cursor = yasqe.getCursor();
    const place = placeAt(yasqe.getRange({ line: 0, ch: 0 }, cursor), yasqe.getValue());
    return { ...place, from: { line: cursor.line, ch: cursor.ch - place.word.length }, to: cursor };
  }

  async function hints() {
    const place = here();
    const list = await candidates(place);
    return { from: place.from, to: place.to, list };
  }

  async function candidates(place) {
    const { word, expected } = place;
    if (expected === "variable") {
      return variablesOf(yasqe.getValue()).filter((name) => name.startsWith(word) && name !== word).map(plainHint);
    }
    if (expected === "prefix") {
      return Object.entries(prefixes)
        .filter(([prefix]) => prefix.startsWith(word))
        .map(([prefix, namespace]) => plainHint(`${prefix}: <${namespace}>`));
    }
    if (expected === "nothing") return [];
    const found = await Promise.all(kindsOf(expected).map((kind) => fetched(kind, place)));
    return found.flat().map(hintOf);
  }

  async function fetched(kind, { word, types }) {
    if (kind === "individual" && word.length < SHORTEST) return [];
    const fields = new URLSearchParams({ kind, q: word, lang: language() });
    if (kind === "property") for (const type of types.map(iriOf).filter(Boolean)) fields.append("class", type);
    const answer = await fetch(`/sparql/completions?${fields}`);
    return answer.ok ? (await answer.json()).completions : [];
  }

  function iriOf(token) {
    if (token.startsWith("<")) return token.slice(1, -1);
    const [prefix, local] = token.split(/:(.*)/s);
    const namespace = yasqe.getPrefixesFromQuery()[prefix] ?? prefixes[prefix];
    return local && namespace ? namespace + local : null;
  }

  function hintOf(found) {
    const { iri, short } = found;
    const [prefix, local] = short.split(/:(.*)/s);
    const isShort = prefix in prefixes && LOCAL_NAME.test(local);
    return {
      text: isShort ? short : `<${iri}>`,
      render: (item) => draw(item, found),
      hint: (_, data, completion) => {
        yasqe.replaceRange(completion.text, data.from, data.to, "complete");
        if (isShort) editor.declare(prefix);
      },
    };
  }

  function complete() {
    yasqe.showHint({ hint: hints, completeSingle: false, container: yasqe.rootEl, closeCharacters: /[\s{}[\]();,>"']/ });
  }

  yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), "Ctrl-Space": complete });
  yasqe.on("inputRead", (_, change) => {
    clearTimeout(waiting);
    const { word, expected } = here();
    const typed = change.text.join("");
    if (typed === ":" && !/\bprefix\s+\S*$/i.test(yasqe.getLine(change.from.line).slice(0, change.from.ch))) {
      editor.declare(word.slice(0, -1));
    }
    const enough = word.includes(":") || word.length > SHORTEST || (expected === "variable" && word.length > 1);
    if (expected !== "nothing" && enough && typed.trim() && change.origin === "+input") {
      waiting = setTimeout(complete, WAIT_MS);
    }
  });
}

/** What may stand where a thing is expected is most often a thing, but a class too. */
function kindsOf(expected) {
  return expected === "individual" ? ["individual", "class"] : [expected];
}

function plainHint(text) {
  return {
    text,
    render: (item) => {
      nameList(item);
      item.textContent = text;
    },
  };
}

/** The list is drawn by CodeMirror, without a name for those who cannot see it. */
function nameList(item) {
  item.parentElement.setAttribute("aria-label", word("completions"));
}

function draw(item, { short, label, language, detail }) {
  nameList(item);
  const name = document.createElement("bdi");
  name.textContent = label;
  if (language) name.lang = language;
  const code = document.createElement("code");
  code.textContent = short;
  item.append(name, " ", code);
  if (detail) item.title = detail;
}
