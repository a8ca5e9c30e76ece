// A label and a number as bars, drawn in SVG.

import { nameOf } from "../columns.js";
import { word } from "../words.js";

const MOST_BARS = 60;
const BAR = 22;
const LABELS = 260;
const WIDTH = 900;
const SVG = "http://www.w3.org/2000/svg";

/** Draw into *parent*; returns what takes the chart away. */
export function chart(parent, { rows }, { label, numbers }, short) {
  const box = document.createElement("div");
  box.className = "chart";
  const field = document.createElement("label");
  field.textContent = `${word("number")} `;
  const choice = document.createElement("select");
  choice.append(...numbers.map((name) => new Option(name, name)));
  field.append(choice);
  const note = document.createElement("p");
  note.className = "hint";
  const draw = () => {
    const bars = rows.filter((row) => row[label] && row[choice.value]).map((row) => [nameOf(row, label, short), Number(row[choice.value].value)]);
    box.replaceChildren(barsOf(bars.slice(0, MOST_BARS), label, choice.value));
    note.textContent = bars.length > MOST_BARS ? word("first-bars", { shown: MOST_BARS, total: bars.length }) : "";
  };
  choice.addEventListener("change", draw);
  draw();
  parent.replaceChildren(...(numbers.length > 1 ? [field] : []), box, note);
  return () => parent.replaceChildren();
}

function barsOf(bars, label, number) {
  const values = bars.map(([, value]) => value);
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  const scale = (value) => LABELS + ((value - least) / (most - least || 1)) * (WIDTH - LABELS - 90);
  const drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${bars.length * BAR + 8}`, role: "img", "aria-label": word("bars", { number, label }) });
  bars.forEach(([name, value], at) => {
    const y = at * BAR + 4;
    const begin = Math.min(scale(0), scale(value));
    const bar = shape("rect", { x: begin, y: y + 3, width: Math.max(1, Math.abs(scale(value) - scale(0))), height: BAR - 8, class: "bar-of-chart" });
    const title = shape("title", {});
    title.textContent = `${name}: ${value}`;
    bar.append(title);
    drawing.append(text(shorter(name), LABELS - 8, y + 15, "end"), bar, text(value.toLocaleString("en"), Math.max(scale(value), scale(0)) + 6, y + 15, "start"));
  });
  return drawing;
}

function shorter(name) {
  return [...name].length > 36 ? `${[...name].slice(0, 35).join("")}…` : name;
}

function text(content, x, y, anchor) {
  const made = shape("text", { x, y, "text-anchor": anchor, direction: "ltr" });
  made.textContent = content;
  return made;
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
