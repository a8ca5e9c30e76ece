// Rows with a place on a map of borders, which comes from this service like everything else: there are no tiles.

import L from "leaflet";
import { feature } from "topojson-client";
import bordersAddress from "world-atlas/countries-50m.json";
import { nameOf } from "../columns.js";
import { geometryOf } from "./wkt.js";
import { word } from "../words.js";

let borders = null;

/** Draw into *parent*; returns what takes the map away. */
export function map(parent, { columns, rows }, place, short) {
  const box = document.createElement("div");
  box.className = "map";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", word("map-of-rows"));
  const note = document.createElement("p");
  note.className = "hint";
  parent.replaceChildren(box, note);
  const drawn = L.map(box, { attributionControl: false, zoomControl: false, worldCopyJump: true, minZoom: 1 }).setView([25, 20], 2);
  L.control.zoom({ zoomInTitle: word("zoom-in"), zoomOutTitle: word("zoom-out") }).addTo(drawn);
  bordersOf().then((shapes) => {
    L.geoJSON(shapes, { interactive: false, className: "border" }).addTo(drawn).bringToBack();
  });
  const title = columns.find((name) => !Object.values(place).includes(name) && rows.some((row) => row[name]));
  const group = L.featureGroup();
  for (const row of rows) {
    const shape = shapeOf(row, place);
    if (!shape) continue;
    const text = title && row[title] ? nameOf(row, title, short) : Object.values(place).map((name) => row[name].value).join(", ");
    L.geoJSON(shape, {
      className: "place",
      pointToLayer: (_, at) => L.circleMarker(at, { radius: 6, className: "place" }),
    })
      .bindPopup(() => told(row, columns, short))
      .bindTooltip(textNode(text))
      .addTo(group);
  }
  group.addTo(drawn);
  const shown = group.getLayers().length;
  if (shown) drawn.fitBounds(group.getBounds().pad(0.2), { maxZoom: 7, animate: false });
  note.textContent = word("have-a-place", { shown, total: rows.length });
  return () => drawn.remove();
}

async function bordersOf() {
  borders ??= await fetch(bordersAddress).then((answer) => answer.json());
  return feature(borders, borders.objects.countries);
}

function shapeOf(row, { latitude, longitude, wkt }) {
  if (wkt) return row[wkt] ? geometryOf(row[wkt].value) : null;
  if (!row[latitude] || !row[longitude]) return null;
  return { type: "Point", coordinates: [Number(row[longitude].value), Number(row[latitude].value)] };
}

function told(row, columns, short) {
  const list = document.createElement("dl");
  for (const name of columns.filter((column) => row[column])) {
    const term = document.createElement("dt");
    term.textContent = name;
    const value = document.createElement("dd");
    value.dir = "auto";
    value.textContent = nameOf(row, name, short);
    list.append(term, value);
  }
  return list;
}

function textNode(text) {
  const span = document.createElement("bdi");
  span.textContent = text;
  return span;
}
