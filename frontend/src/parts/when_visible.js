// Islands: elements that a picture is drawn into once a reader comes near them, so that none is loaded unseen.

const NEAR = "250px";

/**
 * Have `draw(element, words)` draw into each island called *name*, when it comes near.
 * `data-words` of the element holds its texts as JSON; `loading` and `failed` stand in it until the picture does.
 */
export function whenVisible(name, draw) {
  const watcher = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(begin), { rootMargin: NEAR });
  for (const element of document.querySelectorAll(`.island[data-island="${name}"]`)) {
    say(element, wordsOf(element).loading); // an empty island has no box, and would never come near
    watcher.observe(element);
  }

  async function begin({ target }) {
    watcher.unobserve(target);
    const words = wordsOf(target);
    try {
      await draw(target, words);
      target.dataset.ready = "";
    } catch (fault) {
      target.dataset.failed = "";
      say(target, words.failed);
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

function say(element, text) {
  const line = document.createElement("p");
  line.className = "hint";
  line.setAttribute("role", "status");
  line.textContent = text;
  element.replaceChildren(line);
}
