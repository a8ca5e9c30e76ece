// What a map says of the things at one point, or within one country.

import { element } from "./elements.js";
import { inLanguage, linkTo, nameElement, nameOf } from "./naming.js";

/** The content of a popup about *features*, under the name of a *country* where they are known by it only. */
export function popupOf(features, { kinds, base, words }, country = null) {
  const list = element("ul", {}, ...features.map(told));
  return element("div", { dir: document.dir || "ltr" }, country && element("p", {}, element("strong", {}, nameElement(country)), ` – ${words.country}`), list);

  function told({ id, properties }) {
    const { label, kind, count, place, disputed, sources = [] } = properties;
    const kindName = nameElement(nameOf(kinds[kind]?.label, kind));
    if (count) return element("li", {}, element("a", { href: inLanguage(`/map?kind=${kind}`) }, kindName), ` ${count}`);
    const line = element("small", {}, kindName);
    if (place && place.id !== id) line.append(" · ", linkTo(place.id, nameOf(place.label, place.id), base));
    const parts = [linkTo(id, nameOf(label, id), base), element("br"), line];
    if (disputed) parts.push(element("br"), element("small", { class: "tag bad" }, words.disputed));
    for (const source of sources) parts.push(element("br"), element("small", {}, `${words.source} `, linkTo(source.id, nameOf(source.label, source.id), base)));
    return element("li", {}, ...parts);
  }
}
