// Names offered while one types: a combobox with a list (ARIA Authoring Practices), beside a form that works without it.
//
//   <input data-suggest="Suggestions" data-suggest-count="Suggestions: {number}" name="q" type="search" …>
//
// data-suggest        what the list of names is called
// data-suggest-count  how many there are, for those who do not see them

import "./suggest.css";
import { element } from "../parts/elements.js";
import { nameElement, nameOf } from "../parts/naming.js";

const MOST = 7;
const PAUSE_MS = 180;
const SHORTEST = 2;

document.querySelectorAll("input[data-suggest]").forEach(suggest);

function suggest(input) {
  const list = element("ul", { role: "listbox", id: `${input.id}-names`, "aria-label": input.dataset.suggest, class: "suggestions", hidden: true });
  const status = element("p", { role: "status", class: "unseen" });
  const place = element("span", { class: "suggest" });
  input.replaceWith(place);
  place.append(input, list, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  let active = -1;
  let pause;
  let asking = new AbortController();

  input.addEventListener("input", () => {
    clearTimeout(pause);
    asking.abort();
    if (input.value.trim().length < SHORTEST) show([]);
    else pause = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    const { length } = list.children;
    if (!length || event.isComposing) return;
    if (event.key === "ArrowDown") choose(active + 1 < length ? active + 1 : -1);
    else if (event.key === "ArrowUp") choose(active < 0 ? length - 1 : active - 1);
    else if (event.key === "Enter" && active >= 0) list.children[active].click();
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
  });

  async function ask() {
    asking = new AbortController();
    const wanted = new URLSearchParams({ q: input.value, limit: MOST });
    try {
      const answer = await fetch(`/api/v1/search?${wanted}`, { signal: asking.signal });
      show(answer.ok ? (await answer.json()).items : []);
    } catch (fault) {
      if (fault.name !== "AbortError") show([]); // the form is there all the same
    }
  }

  function show(items) {
    list.replaceChildren(...items.filter((item) => item.links.html).map(option));
    const { length } = list.children;
    list.hidden = !length;
    input.setAttribute("aria-expanded", String(length > 0));
    status.textContent = length ? input.dataset.suggestCount.replace("{number}", length) : "";
    choose(-1);
  }

  function option(item, number) {
    const asked = new URLSearchParams(location.search).get("lang");
    const address = item.links.html.replace(/\.html$/, "") + (asked ? `?lang=${encodeURIComponent(asked)}` : "");
    const [type] = item.types;
    return element(
      "li",
      { role: "option", id: `${list.id}-${number}`, mousedown: (event) => event.preventDefault(), click: () => location.assign(address) },
      nameElement(nameOf(item.label, item.match.name)),
      type && element("small", {}, nameElement(nameOf(type.label))),
    );
  }

  function choose(number) {
    active = number;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === number)));
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[number].id);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  }
}
