// Rows as a table: sorted, filtered and turned page by page, so that ten thousand rows cost no more than fifty.

import { word } from "../words.js";

const BASE = "https://w3id.org/heritage-graph/";
const SIZES = [50, 200, 1000];
const COLLATOR = new Intl.Collator(undefined, { numeric: true });

/** Draw into *parent*; returns what takes the table away. */
export function table(parent, { columns, rows }, _, short) {
  let shown = rows;
  let sorted = { column: null, down: false };
  let first = 0;

  const filter = input(word("filter"), "search");
  const size = labelled(word("rows-on-page"), document.createElement("select"));
  size.control.append(...SIZES.map((count) => new Option(count, count)));
  const back = button(word("previous"));
  const on = button(word("next"));
  const range = document.createElement("span");
  range.setAttribute("role", "status");
  const body = document.createElement("tbody");
  const heads = columns.map((column) => head(column));

  function head(column) {
    const cell = document.createElement("th");
    cell.scope = "col";
    const press = button(column);
    press.addEventListener("click", () => {
      sorted = { column, down: sorted.column === column && !sorted.down };
      arrange();
    });
    cell.append(press);
    return cell;
  }

  function arrange() {
    const wanted = filter.control.value.trim().toLowerCase();
    shown = wanted ? rows.filter((row) => columns.some((column) => textOf(row[column]).toLowerCase().includes(wanted))) : rows;
    if (sorted.column) {
      const sign = sorted.down ? -1 : 1;
      shown = [...shown].sort((one, other) => sign * COLLATOR.compare(row(one), row(other)));
    }
    heads.forEach((cell, at) => {
      cell.ariaSort = columns[at] !== sorted.column ? "none" : sorted.down ? "descending" : "ascending";
    });
    first = 0;
    draw();
  }

  function row(each) {
    return each[sorted.column]?.value ?? "";
  }

  function textOf(cell) {
    if (!cell) return "";
    return cell.type === "uri" ? `${short(cell.value)} ${cell.value}` : cell.value;
  }

  function draw() {
    const count = Number(size.control.value);
    const page = shown.slice(first, first + count);
    body.replaceChildren(...page.map((each) => line(columns.map((column) => content(each[column], short)))));
    back.disabled = first === 0;
    on.disabled = first + count >= shown.length;
    range.textContent = shown.length
      ? word("range", {
          first: (first + 1).toLocaleString("en"), last: (first + page.length).toLocaleString("en"), total: shown.length.toLocaleString("en"),
        })
      : word("no-rows");
  }

  filter.control.addEventListener("input", arrange);
  size.control.addEventListener("change", () => {
    first = 0;
    draw();
  });
  back.addEventListener("click", () => {
    first = Math.max(0, first - Number(size.control.value));
    draw();
  });
  on.addEventListener("click", () => {
    first += Number(size.control.value);
    draw();
  });

  const bar = document.createElement("div");
  bar.className = "bar";
  bar.append(filter.field, size.field, back, on, range);
  const top = document.createElement("thead");
  const names = document.createElement("tr");
  names.append(...heads);
  top.append(names);
  const made = document.createElement("table");
  made.append(top, body);
  const box = document.createElement("div");
  box.className = "wide";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", word("region"));
  box.append(made);
  parent.replaceChildren(bar, box);
  arrange();
  return () => parent.replaceChildren();
}

/** What a cell shows: a link for an IRI of the web, text in its own direction for a literal. */
function content(cell, short) {
  if (!cell) return "";
  if (cell.type === "bnode") return `_:${cell.value}`;
  if (cell.type === "uri") {
    const address = addressOf(cell.value);
    const named = document.createElement(address ? "a" : "bdi");
    if (address) named.href = address;
    named.title = cell.value;
    named.textContent = short(cell.value);
    return named;
  }
  const literal = document.createElement("bdi");
  literal.textContent = cell.value;
  const language = cell["xml:lang"];
  if (language) literal.lang = language;
  if (!language && !cell.datatype) return literal;
  const kind = document.createElement("small");
  kind.textContent = language ? ` @${language}` : ` ${short(cell.datatype)}`;
  const both = document.createDocumentFragment();
  both.append(literal, kind);
  return both;
}

/** Where a browser finds what *iri* names: here for our IRIs; data may hold IRIs that must not become links. */
function addressOf(iri) {
  if (iri.startsWith(BASE)) return `/${iri.slice(BASE.length)}`;
  return /^https?:\/\//i.test(iri) ? iri : null;
}

function line(contents) {
  const made = document.createElement("tr");
  for (const each of contents) {
    const cell = document.createElement("td");
    cell.append(each);
    made.append(cell);
  }
  return made;
}

function labelled(label, control) {
  const field = document.createElement("label");
  field.className = "choice";
  field.append(label, control);
  return { field, control };
}

function input(label, type) {
  const control = document.createElement("input");
  control.type = type;
  return labelled(label, control);
}

function button(text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "second";
  made.textContent = text;
  return made;
}
