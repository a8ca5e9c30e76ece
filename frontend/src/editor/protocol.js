// Send a query by the SPARQL protocol; tell a refusal as the problem document that came.

import { word } from "./words.js";

const LONGEST_ADDRESS = 8000;
const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9";

/** A refusal: what the problem document (RFC 9457) says. */
export class Problem extends Error {
  constructor(document) {
    super(document.detail);
    this.name = "Problem";
    this.document = document;
  }
}

/** The parameters of a request: the query, the languages of names, the format. */
export function parameters({ query, labels }, format) {
  const fields = new URLSearchParams({ query });
  if (labels) fields.set("labels", labels);
  if (format) fields.set("format", format);
  return fields;
}

/** The answer to the query of *state*: its text, type, generation and how long it took. */
export async function ask(state, signal) {
  const began = performance.now();
  const response = await send(state, { headers: { Accept: ACCEPT }, signal });
  const text = await response.text();
  return {
    text,
    mediaType: response.headers.get("Content-Type").split(";")[0],
    generation: response.headers.get("X-Generation"),
    seconds: (performance.now() - began) / 1000,
  };
}

/** The answer in *format* as a file. */
export async function file(state, format) {
  const response = await send(state, { headers: {} }, format);
  return response.blob();
}

async function send({ query, labels }, options, format) {
  const headers = { ...options.headers };
  if (labels) headers.Prefer = `labels="${labels}"`;
  const fields = parameters({ query }, format);
  const short = `/sparql?${fields}`.length < LONGEST_ADDRESS;
  const response = short
    ? await fetch(`/sparql?${fields}`, { ...options, headers })
    : await fetch("/sparql", { ...options, headers, method: "POST", body: fields });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** The problem that *response* tells; one of our own when it holds no problem document. */
export async function problemOf(response) {
  const isProblem = response.headers.get("Content-Type")?.startsWith("application/problem+json");
  if (isProblem) return new Problem(await response.json());
  return new Problem({
    title: word("unforeseen"),
    status: response.status,
    detail: `status ${response.status} ${response.statusText}`,
  });
}
