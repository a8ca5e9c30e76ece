// The grounds of a fact in a panel over the page: what the link of its mark leads to, without leaving the page.
//
//   <a data-why href="/why?s=…&p=…&o=…">stated</a>
//   <div hidden data-why-panel data-close="Close" data-loading="…" data-failed="…" data-open="…"></div>
//
// Every link with `data-why` opens it; what it shows is the part `#why` of the page that the link leads to, which stays
// where it leads without scripts, in a new tab and when the panel cannot be filled. Escape and the button close it, and
// the focus goes back to the link. Buttons with `data-copy` copy the text of the element of that id.

const texts = document.querySelector("[data-why-panel]")?.dataset;
const pages = new Map();

if (texts && "showModal" in HTMLDialogElement.prototype) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-why]");
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain) return;
    event.preventDefault();
    open(link.href);
  });
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const name = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = name), 2000);
  });
}

async function open(address) {
  const dialog = document.querySelector("dialog.why") ?? made();
  const content = dialog.querySelector(".content");
  content.replaceChildren(text("p", texts.loading));
  content.setAttribute("aria-busy", "true");
  dialog.querySelector(".page").href = address;
  if (!dialog.open) dialog.showModal();
  dialog.dataset.address = address;
  const found = await part(address);
  if (dialog.dataset.address !== address) return; // another one was opened meanwhile
  content.removeAttribute("aria-busy");
  content.replaceChildren(...(found ?? [text("p", texts.failed)]));
  dialog.scrollTop = 0;
}

/** The part of the page at *address* that tells the grounds; null when it cannot be had. */
async function part(address) {
  if (!pages.has(address)) pages.set(address, fetched(address));
  const page = await pages.get(address);
  if (page === null) pages.delete(address);
  return page && [...page.cloneNode(true).childNodes];
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("why");
    page?.querySelector("h1")?.remove(); // the panel has its own
    return page;
  } catch (fault) {
    if (fault instanceof TypeError) return null; // the network failed
    throw fault;
  }
}

function made() {
  const dialog = document.createElement("dialog");
  dialog.className = "why";
  dialog.setAttribute("aria-labelledby", "why-title");
  const top = document.createElement("div");
  top.className = "bar-top";
  const title = text("h2", texts.title);
  title.id = "why-title";
  const page = text("a", texts.open);
  page.className = "page";
  const close = text("button", texts.close);
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  top.append(title, page, close);
  const content = document.createElement("div");
  content.className = "content";
  content.setAttribute("aria-live", "polite");
  dialog.append(top, content);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside the panel
  });
  document.body.append(dialog);
  return dialog;
}

function text(name, words) {
  const element = document.createElement(name);
  element.textContent = words;
  return element;
}
