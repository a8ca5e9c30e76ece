// The agreement board under a slider: each day that it passes is fetched as the page that the service makes of it.
//
// <div class="island" data-island="board" data-first="2012-01-01" data-last="2027-12-31" data-label="…" data-trouble="…">
// fills itself; what changes with the day are #day, #steps and #board of the page.

const MILLISECONDS = 86_400_000;
const PAUSE = 120; // between two days that are asked for, while the slider moves
const CHANGING = ["day", "steps", "board"];

const numberOf = (day) => Math.round(Date.parse(`${day}T00:00:00Z`) / MILLISECONDS);
const dayOf = (number) => new Date(number * MILLISECONDS).toISOString().slice(0, 10);

function slider(island, field) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const shown = document.createElement("output");
  label.htmlFor = input.id = "slide";
  label.textContent = island.dataset.label;
  Object.assign(input, { type: "range", min: numberOf(island.dataset.first), max: numberOf(island.dataset.last) });
  input.value = numberOf(field.value);
  shown.htmlFor = "slide";
  shown.dir = "ltr";
  island.replaceChildren(label, input, shown);
  return { input, shown };
}

function addressOf(day) {
  const address = new URL(location.href);
  address.searchParams.set("on", day);
  for (const name of ["cursor", "limit"]) address.searchParams.delete(name);
  address.hash = "";
  return address;
}

function show(page) {
  for (const group of page.querySelectorAll("details[data-fold]")) {
    const shown = document.querySelector(`details[data-fold="${group.dataset.fold}"]`);
    if (shown) group.open = shown.open; // what the reader opened or closed stays so from day to day
  }
  for (const id of CHANGING) {
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  }
  document.getElementById("told").textContent = page.getElementById("told").textContent; // it stays, so it is read out
  document.title = page.title;
}

function start(island) {
  const field = document.getElementById("on");
  const { input, shown } = slider(island, field);
  let asking = new AbortController();
  let timer;

  const tell = (day) => {
    shown.value = day;
    input.setAttribute("aria-valuetext", day);
  };

  const ask = async (day) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const address = addressOf(day);
    document.body.classList.add("waiting");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal });
      if (!answer.ok) throw new Error(answer.statusText);
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      history.replaceState(null, "", address);
      field.value = day;
      tell(day);
    } catch (fault) {
      if (signal.aborted) return;
      shown.value = island.dataset.trouble;
    }
    document.body.classList.remove("waiting");
  };

  tell(field.value);
  input.addEventListener("input", () => {
    const day = dayOf(Number(input.value));
    tell(day);
    clearTimeout(timer);
    timer = setTimeout(() => ask(day), PAUSE);
  });
  field.addEventListener("change", () => {
    if (!field.value) return;
    input.value = numberOf(field.value);
    ask(field.value);
  });
}

document.querySelectorAll('[data-island="board"]').forEach(start);
