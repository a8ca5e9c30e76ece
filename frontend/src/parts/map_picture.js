// Draw things that have a position on a map; those known by their country only colour it.

import { control, divIcon, latLngBounds, layerGroup, map as leafletMap, marker, polygon } from "leaflet/dist/leaflet-src.esm.js";
import { bordersAt } from "./borders.js";
import { CALM } from "./colours.js";
import { element } from "./elements.js";
import { byKind, countOf, groupsOf } from "./map_groups.js";
import { popupOf } from "./map_popup.js";
import { nameElement, nameOf } from "./naming.js";
import { shapeOf } from "./shapes.js";
import { answerAt } from "./when_visible.js";

const SHAPES = { site: "triangle", place: "circle", organization: "square", event: "diamond", agreement: "hexagon" };
const SIZE = 18;
const CLOSEST = 9;
const WORLD = { middle: [24, 18], zoom: 2 };

/** Draw what the address of *island* answers into it. */
export async function drawMap(island, words) {
  const { address, borders } = island.dataset;
  const [collection, countries] = await Promise.all([answerAt(address, "application/geo+json"), borders ? bordersAt(borders) : []]);
  const toldBy = { kinds: collection.kinds, base: collection.source, words };
  const all = collection.features.flatMap(byKind);
  const placed = all.filter((feature) => feature.geometry);
  const hidden = new Set();

  const box = element("div", { class: "map-drawing", dir: "ltr", role: "region", "aria-label": words.picture });
  island.replaceChildren(box);
  const drawn = leafletMap(box, {
    attributionControl: false, zoomControl: false, worldCopyJump: true, minZoom: 1, maxZoom: CLOSEST, zoomSnap: 0.5, scrollWheelZoom: false,
    zoomAnimation: !CALM, fadeAnimation: !CALM, markerZoomAnimation: !CALM,
  }).setView(WORLD.middle, WORLD.zoom);
  control.zoom({ position: document.dir === "rtl" ? "topright" : "topleft", zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(drawn);
  drawn.on("click focus", () => drawn.scrollWheelZoom.enable()).on("blur mouseout", () => drawn.scrollWheelZoom.disable());

  const lands = layerGroup().addTo(drawn);
  const markers = layerGroup().addTo(drawn);
  drawn.on("zoomend", drawMarkers);
  island.append(legendOf());
  draw();
  const known = lands.getLayers().filter((land) => land.options.className.endsWith("known"));
  const points = [...placed.map(pointOf), ...known.flatMap(mainland)];
  if (points.length) drawn.fitBounds(latLngBounds(points).pad(0.1), { maxZoom: 5, animate: false });

  function draw() {
    drawLands();
    drawMarkers();
  }

  function drawLands() {
    lands.clearLayers();
    const within = byCountry(all.filter((feature) => !feature.geometry && !hidden.has(feature.properties.kind)));
    for (const { code, rings } of countries) {
      const there = code ? within.get(code) : undefined;
      const land = polygon(rings.map((ring) => [ring]), { className: `map-border${there ? " known" : ""}`, interactive: Boolean(there) });
      land.addTo(lands);
      if (there) tellOf(land, there, nameOf(there[0].properties.country.label, code));
    }
  }

  function tellOf(land, features, name) {
    land.bindPopup(() => popupOf(features, toldBy, name), { maxWidth: 280 });
    const outline = land.getElement();
    for (const [attribute, value] of [["tabindex", "0"], ["role", "button"], ["aria-label", name.text]]) outline.setAttribute(attribute, value);
    outline.addEventListener("keydown", ({ key }) => key === "Enter" && land.openPopup());
  }

  function drawMarkers() {
    markers.clearLayers();
    const visible = placed.filter((feature) => !hidden.has(feature.properties.kind));
    for (const { features, at, isOnePoint } of groupsOf(visible, (point) => drawn.project(point), drawn.getZoom() >= CLOSEST)) {
      const made = marker(at, { icon: iconOf(features), title: titleOf(features), riseOnHover: true }).addTo(markers);
      if (isOnePoint) made.bindPopup(() => popupOf(features, toldBy), { maxWidth: 280 });
      else made.on("click", () => drawn.fitBounds(features.map(pointOf), { maxZoom: CLOSEST, padding: [40, 40], animate: !CALM }));
    }
  }

  function titleOf(features) {
    const names = features.slice(0, 3).map(({ id, properties: { label, kind, count } }) =>
      count ? `${nameOf(toldBy.kinds[kind]?.label, kind).text} ${count}` : nameOf(label, id).text);
    return names.join(" · ") + (features.length > 3 ? ` … (${countOf(features)})` : "");
  }

  function legendOf() {
    const counts = new Map();
    for (const feature of all) counts.set(feature.properties.kind, (counts.get(feature.properties.kind) ?? 0) + countOf([feature]));
    const entries = Object.keys(SHAPES).filter((kind) => counts.has(kind)).map((kind) => {
      const box = element("input", { type: "checkbox", checked: true, change: () => {
        if (box.checked) hidden.delete(kind);
        else hidden.add(kind);
        draw();
      } });
      const name = nameElement(nameOf(toldBy.kinds[kind]?.label, kind));
      return element("li", {}, element("label", {}, box, shapeOf(SHAPES[kind], `map-${kind}`), name, ` ${counts.get(kind)}`));
    });
    const ofCountries = all.some((feature) => !feature.geometry);
    if (ofCountries) entries.push(element("li", {}, shapeOf("square", "map-country"), words.country));
    return element("ul", { class: "legend", "aria-label": words.legend }, ...entries);
  }
}

function iconOf(features) {
  const count = countOf(features);
  if (count > 1) {
    const size = 24 + Math.min(16, 4 * Math.log2(count));
    return divIcon({ className: "map-marker map-several", html: element("span", {}, String(count)), iconSize: [size, size] });
  }
  const { kind, disputed } = features[0].properties;
  return divIcon({ className: `map-marker${disputed ? " disputed" : ""}`, html: shapeOf(SHAPES[kind], `map-${kind}`, SIZE), iconSize: [SIZE, SIZE] });
}

function byCountry(features) {
  const found = new Map();
  for (const feature of features) {
    const code = feature.properties.country?.code;
    if (code) found.set(code, [...(found.get(code) ?? []), feature]);
  }
  return found;
}

/** The points of the longest outline of a land: islands far away do not make the map smaller. */
function mainland(land) {
  return land.getLatLngs().flat().reduce((longest, ring) => (ring.length > longest.length ? ring : longest), []);
}

function pointOf({ geometry }) {
  const [longitude, latitude] = geometry.coordinates;
  return [latitude, longitude];
}
