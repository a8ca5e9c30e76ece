// Islands: elements that a picture is drawn into once a reader comes near them, so that none is loaded unseen.

const NEAR = "250px";

/**
 * Have `draw(element, words)` draw into each island called *name*, when it comes near.
 * `data-words` of the element holds its texts as JSON. `loading` stands in it until the picture does, if nothing else
 * does; when there can be no picture, `failed` stands in it, beside what stood there.
 */
export function whenVisible(name, draw) {
  const watcher = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(begin), { rootMargin: NEAR });
  for (const element of document.querySelectorAll(`.island[data-island="${name}"]`)) {
    if (!element.childElementCount) element.replaceChildren(line(wordsOf(element).loading)); // an empty one has no box, and would never come near
    watcher.observe(element);
  }

  async function begin({ target }) {
    watcher.unobserve(target);
    const words = wordsOf(target);
    const before = [...target.children].filter((child) => !child.matches("p.hint"));
    try {
      await draw(target, words);
      target.dataset.ready = "";
    } catch (fault) {
      target.dataset.failed = "";
      target.replaceChildren(...before, line(words.failed));
      if (!(fault instanceof NotAnswered)) throw fault;
    }
  }
}

/** The service did not answer with what was asked for. */
export class NotAnswered extends Error {}

/** What the service answers at *address*, as a value. */
export async function answerAt(address, type = "application/json") {
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: type } });
  } catch (fault) {
    throw new NotAnswered(fault.message);
  }
  if (!answer.ok) throw new NotAnswered(`${answer.status}`);
  return type.endsWith("json") ? answer.json() : answer.text();
}

function wordsOf(element) {
  return JSON.parse(element.dataset.words);
}

function line(text) {
  const made = document.createElement("p");
  made.className = "hint";
  made.setAttribute("role", "status");
  made.textContent = text;
  return made;
}
