// What the editor says, in the language of the page.

const { editor, topics } = JSON.parse(document.getElementById("editor-words").textContent);

/** The text called *name*, each {value} in it replaced; undefined when there is none. */
export function word(name, values = {}) {
  return editor[name]?.replace(/\{([a-z_]+)\}/g, (_, value) => values[value]);
}

/** What a topic of questions is called. */
export function topicOf(name) {
  return topics[name] ?? name;
}
