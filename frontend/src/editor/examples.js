// The stored questions by topic, as examples to begin from.

import { topicOf } from "./words.js";

/** Fill the menu of examples; *picked* is called with the one that is chosen. */
export function fillExamples({ example: menu, language }, topics, picked) {
  const byName = new Map();
  for (const { topic, examples } of topics) {
    const group = document.createElement("optgroup");
    group.label = topicOf(topic);
    for (const example of examples) {
      byName.set(example.name, example);
      const option = document.createElement("option");
      option.value = example.name;
      option.dir = "auto";
      group.append(option);
    }
    menu.append(group);
  }

  function name() {
    for (const option of menu.querySelectorAll("optgroup option")) {
      const { title } = byName.get(option.value);
      option.textContent = title[language.value] ?? title.en;
    }
  }

  name();
  language.addEventListener("change", name);
  menu.addEventListener("change", () => {
    if (byName.has(menu.value)) picked(byName.get(menu.value));
  });
}
