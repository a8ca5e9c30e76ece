// Zoom and movement for the pictures of the time line: what the service drew is moved, nothing is drawn anew but the years.
//
// <div class="island" data-island="timeline" data-first="2012-01-01" data-last="2027-12-31" data-controls="…" data-zoom-in="…"
// data-zoom-out="…" data-earlier="…" data-later="…" data-whole="…" data-hint="…"> fills itself with buttons. Every svg.plot
// in #lanes holds the whole time in hundredths of its width; a wider plot that begins further left is a closer view.

import { drawn, element } from "../parts/elements.js";

const MILLISECONDS = 86_400_000;
const CLOSEST = 31; // days that fill the picture at most
const STEP = 1.6;
const TICKS = 8;
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000];
const numberOf = (day) => Date.parse(`${day}T00:00:00Z`) / MILLISECONDS;
const clamped = (value, least, most) => Math.min(Math.max(value, least), most);

/** The part of the time that is shown, as fractions of the picture from its left edge. */
function windowOver(days) {
  const least = Math.min(1, CLOSEST / days);
  let [left, width] = [0, 1];
  return {
    get left() { return left; },
    get width() { return width; },
    get whole() { return width === 1; },
    get closest() { return width === least; },
    zoom(factor, at = 0.5) {
      const before = width;
      width = clamped(width / factor, least, 1);
      left = clamped(left + (before - width) * at, 0, 1 - width);
    },
    move(part) { left = clamped(left + part * width, 0, 1 - width); },
    reset() { [left, width] = [0, 1]; },
  };
}

function start(island) {
  const lanes = document.getElementById("lanes");
  const mirrored = document.dir === "rtl";
  const [first, last] = [numberOf(island.dataset.first), numberOf(island.dataset.last) + 1];
  const view = windowOver(last - first);
  const axis = lanes.querySelector(".years .plot");
  const plots = [...lanes.querySelectorAll(".plot")];
  const rows = [...lanes.querySelectorAll(".happening")].map((row) => ({ row, edges: edgesOf(row) }));

  const dayAt = (part) => new Date((first + (mirrored ? 1 - part : part) * (last - first)) * MILLISECONDS);
  const placeOf = (day) => {
    const part = (day.getTime() / MILLISECONDS - first) / (last - first);
    return 100 * (mirrored ? 1 - part : part);
  };

  const told = element("output", { dir: "ltr", "aria-live": "polite" });
  const button = (name, act) =>
    element("button", { type: "button", class: "plain", click: () => { act(); show(); } }, island.dataset[name]);
  const buttons = {
    zoomIn: button("zoomIn", () => view.zoom(STEP)),
    zoomOut: button("zoomOut", () => view.zoom(1 / STEP)),
    earlier: button("earlier", () => view.move(mirrored ? 0.4 : -0.4)),
    later: button("later", () => view.move(mirrored ? -0.4 : 0.4)),
    whole: button("whole", () => view.reset()),
  };
  const tools = element("div", { role: "toolbar", "aria-label": island.dataset.controls }, ...Object.values(buttons), told);
  island.replaceChildren(tools, element("p", { class: "hint" }, island.dataset.hint));
  lanes.classList.add("movable");

  function show() {
    const [x, width] = [`${(-100 * view.left) / view.width}%`, `${100 / view.width}%`];
    for (const plot of plots) {
      plot.setAttribute("x", x);
      plot.setAttribute("width", width);
    }
    lanes.classList.toggle("zoomed", !view.whole);
    for (const { row, edges } of rows) {
      row.classList.toggle("away", edges[1] < 100 * view.left || edges[0] > 100 * (view.left + view.width));
    }
    const shown = [dayAt(view.left), dayAt(view.left + view.width)].sort((one, other) => one - other);
    showTicks(...shown);
    told.value = `${written(shown[0])} – ${written(new Date(shown[1] - 1))}`;
    buttons.zoomIn.disabled = view.closest;
    for (const name of ["zoomOut", "whole"]) buttons[name].disabled = view.whole;
    const atEdge = [view.left === 0, view.left + view.width >= 1];
    [buttons.earlier.disabled, buttons.later.disabled] = mirrored ? atEdge.reverse() : atEdge;
  }

  function showTicks(from, to) {
    const months = (to - from) / MILLISECONDS / 30.44;
    const step = MONTHS.find((each) => months / each <= TICKS) ?? MONTHS.at(-1);
    const begin = Math.ceil((from.getUTCFullYear() * 12 + from.getUTCMonth()) / step) * step;
    const ticks = [];
    for (let month = begin; ; month += step) {
      const day = new Date(0);
      day.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
      if (day >= to) break;
      if (day < from) continue;
      const place = `${placeOf(day)}%`;
      const text = step < 12 ? day.toISOString().slice(0, 7) : `${day.getUTCFullYear()}`;
      ticks.push(drawn("line", { class: "tick", x1: place, x2: place, y1: 15, y2: 20 }));
      ticks.push(drawn("text", { x: place, y: 12 }, text));
    }
    axis.replaceChildren(...ticks);
  }

  lanes.addEventListener("wheel", (event) => {
    const picture = event.target.closest(".bar, .years");
    if (!event.ctrlKey || !picture) return;
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    view.zoom(event.deltaY < 0 ? STEP : 1 / STEP, (event.clientX - box.left) / box.width);
    show();
  }, { passive: false });
  drag(lanes, (part) => { view.move(-part); show(); });
  show();
}

/** Where the bar of a row begins and ends, in hundredths of the whole picture; an arrow reaches the edge. */
function edgesOf(row) {
  const rects = [...row.querySelectorAll("rect")].map((each) => [parseFloat(each.getAttribute("x")), parseFloat(each.getAttribute("width"))]);
  return [Math.min(...rects.map(([x]) => x)), Math.max(...rects.map(([x, width]) => x + width))];
}

/** Tell *moved* by which part of a picture the pointer drags it; a link that was dragged is not followed. */
function drag(lanes, moved) {
  let held = null;
  let dragged = false;
  lanes.addEventListener("dragstart", (event) => event.preventDefault());
  lanes.addEventListener("pointerdown", (event) => {
    const picture = event.button === 0 && event.target.closest(".bar, .years");
    dragged = false;
    held = picture ? { x: event.clientX, width: picture.getBoundingClientRect().width } : null;
  });
  addEventListener("pointermove", (event) => {
    if (!held || (!dragged && Math.abs(event.clientX - held.x) < 4)) return;
    dragged = true;
    lanes.classList.add("moved");
    moved((event.clientX - held.x) / held.width);
    held.x = event.clientX;
  });
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, () => {
      held = null;
      lanes.classList.remove("moved");
    });
  }
  lanes.addEventListener("click", (event) => {
    if (dragged) event.preventDefault();
    dragged = false;
  });
}

const written = (day) => day.toISOString().slice(0, 10);

document.querySelectorAll('[data-island="timeline"]').forEach(start);
