// Names of things in the language of the page, and the pages that tell of them.

import { element } from "./elements.js";

const FALLBACKS = ["en", "fr", "ar"];
const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/;

/** The name among *labels* that suits the page, and its language; the end of the IRI *otherwise* when there is none. */
export function nameOf(labels, otherwise = "") {
  const tags = [document.documentElement.lang, ...FALLBACKS, ...Object.keys(labels ?? {})];
  const tag = tags.find((each) => labels?.[each]?.length);
  return tag ? { text: labels[tag][0], language: tag === "@none" ? "" : tag } : { text: otherwise.split("/").at(-1), language: "" };
}

/** A name as an element that keeps its direction to itself. */
export function nameElement({ text, language }) {
  if (!language) return element("bdi", {}, text);
  return element("bdi", { lang: language, dir: RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr" }, text);
}

/** A link to the page of the thing *iri* with its name; without a link where it has no address. */
export function linkTo(iri, name, base) {
  const address = pageOf(iri, base);
  return address ? element("a", { href: address }, nameElement(name)) : nameElement(name);
}

/** Where the page of *iri* is: a path for the things of *base*, itself on the web, else null. */
export function pageOf(iri, base) {
  if (!iri.startsWith(base)) return /^https?:/.test(iri) ? iri : null;
  const path = `/${iri.slice(base.length).replace(/^id\//, "doc/")}`;
  return inLanguage(encodeURI(path));
}

/** *address*, a page of ours, in the language that the address of this one names. */
export function inLanguage(address) {
  const asked = new URLSearchParams(location.search).get("lang");
  return asked ? `${address}${address.includes("?") ? "&" : "?"}lang=${encodeURIComponent(asked)}` : address;
}
