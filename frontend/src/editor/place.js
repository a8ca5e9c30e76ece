// Where in a query the cursor stands: which word it is at, and what SPARQL expects there.

const TOKEN =
  /(#[^\n]*)|(<[^<>"{}|^`\s]*>)|("""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([?$][\p{L}\p{N}_]+)|([{}[\].;,()|/^*+!=&])|([^\s{}[\];,()|/^*+!=&"'<>#]+)/gu;
const WORD = /[^\s{}[\]();,<>"'|/^*+!=&]*$/u;
const KEYWORD =
  /^(?:base|prefix|select|construct|describe|ask|distinct|reduced|where|from|named|optional|union|minus|filter|exists|not|in|bind|as|values|graph|service|silent|group|order|by|having|limit|offset|asc|desc|undef|a|true|false)$/i;

/**
 * What stands at the end of *before* (the text up to the cursor) in the query *text*.
 *
 * `expected` is prefix, variable, property, class, individual or nothing; `subject` what the statement is about;
 * `types` the classes that the query gives that subject.
 */
export function placeAt(before, text) {
  const word = WORD.exec(before)[0];
  const head = before.slice(0, before.length - word.length);
  const { inside, state } = read(head);
  if (!inside) return { word, expected: "nothing", types: [] };
  if (/^[?$]/.test(word)) return { word, expected: "variable", types: [] };
  if (/\bprefix\s+$/i.test(head)) return { word, expected: "prefix", types: [] };
  if (state.depth === 0 || (KEYWORD.test(word) && word !== "a")) return { word, expected: "nothing", types: [] };
  const types = read(text)
    .statements.filter(({ subject, property }) => subject === state.subject && isType(property))
    .map(({ object }) => object);
  return { word, expected: expectedAt(state), types };
}

/** The variables of a query, each once, in order. */
export function variablesOf(text) {
  return [...new Set(text.match(/[?$][\p{L}\p{N}_]+/gu) ?? [])];
}

function expectedAt({ part, property }) {
  if (part === 1) return "property";
  return part === 2 && isType(property) ? "class" : "individual";
}

function isType(property) {
  return property === "a" || property === "rdf:type" || property?.endsWith("rdf-syntax-ns#type>");
}

/** Read *text* as statements; tell those found and the state at its end. */
function read(text) {
  const statements = [];
  const outer = [];
  let state = { depth: 0, part: 0, subject: null, property: null };
  let end = 0;
  const step = (token) => {
    if (state.part === 0) state = { ...state, part: 1, subject: token };
    else if (state.part === 1) state = { ...state, part: 2, property: token };
    else if (state.part === 2) {
      statements.push({ subject: state.subject, property: state.property, object: token });
      state = { ...state, part: 3 };
    }
  };
  for (const match of text.matchAll(TOKEN)) {
    const [whole, comment, , , , mark, word] = match;
    end = match.index + whole.length;
    if (comment) continue;
    const ends = word?.length > 1 && word.endsWith(".");
    if (mark === "{" || mark === "(" || mark === "[") {
      outer.push(state);
      state = { depth: state.depth + (mark === "{" ? 1 : 0), part: mark === "[" ? 1 : 0, subject: null, property: null };
      if (mark === "(") state.part = 9;
    } else if (mark === "}") state = { ...(outer.pop() ?? state), part: 0 };
    else if (mark === ")") state = outer.pop() ?? state;
    else if (mark === "]") {
      state = outer.pop() ?? state;
      step("[]");
    } else if (mark === "." || word === ".") state = { ...state, part: 0 };
    else if (mark === ";") state = { ...state, part: 1 };
    else if (mark === ",") state = state.part === 9 ? state : { ...state, part: 2 };
    else if (mark) state = state.part === 2 && "|/^*+".includes(mark) && mark !== "*" && mark !== "+" ? { ...state, part: 1 } : state;
    else if (word && KEYWORD.test(word) && word !== "a") state = { ...state, part: 0 };
    else {
      step(ends ? word.slice(0, -1) : whole);
      if (ends) state = { ...state, part: 0 };
    }
  }
  const rest = text.slice(end);
  const openComment = /#[^\n]*$/.test(text) && /^#[^\n]*$/.test(text.slice(text.lastIndexOf("\n") + 1).replace(/<[^>]*>|"[^"]*"|'[^']*'/g, "").replace(/^[^#]*/, ""));
  return { statements, state, inside: !openComment && !/["']/.test(rest) };
}
