// Draw things that have a position on a map; those known by their country only colour it.

import { control, divIcon, latLngBounds, layerGroup, map as leafletMap, marker, polygon } from "leaflet/dist/leaflet-src.esm.js";
import { bordersAt } from "./borders.js";
import { CALM } from "./colours.js";
import { element } from "./elements.js";
import { byKind, countOf, countsOf, groupsOf } from "./map_groups.js";
import { popupOf } from "./map_popup.js";
import { nameElement, nameOf } from "./naming.js";
import { ringOf, shapeOf } from "./shapes.js";
import { answerAt } from "./when_visible.js";

const SHAPES = { site: "triangle", place: "circle", organization: "square", event: "diamond", agreement: "hexagon" };
const SIZE = 18;
const CLOSEST = 9;
const FEW = 3; // things whose names a mark tells; of more, it tells how many of which kind
const NARROW = 480; // pixels
const MARGIN = 36; // pixels around the first view, so that no mark is cut off
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
    attributionControl: false, zoomControl: false, worldCopyJump: true, minZoom: 0, maxZoom: CLOSEST, zoomSnap: 0.25, scrollWheelZoom: false,
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
  const isNarrow = box.clientWidth < NARROW && placed.length > 0; // there, marks need the room
  const points = [...placed.map(pointOf), ...(isNarrow ? [] : known.map(middle))];
  const margin = Math.min(MARGIN, box.clientWidth / 16);
  if (points.length) drawn.fitBounds(latLngBounds(points), { maxZoom: 5, animate: false, padding: [margin, margin] });

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
    const onScreen = { project: (point) => drawn.project(point), unproject: (point) => drawn.unproject(point), width: box.clientWidth };
    for (const { features, at, isOnePoint, radius } of groupsOf(visible, onScreen, drawn.getZoom() >= CLOSEST)) {
      const made = marker(at, { icon: iconOf(features, radius), title: titleOf(features), riseOnHover: true }).addTo(markers);
      if (isOnePoint) made.bindPopup(() => popupOf(features, toldBy), { maxWidth: 280 });
      else made.on("click", () => drawn.fitBounds(features.map(pointOf), { maxZoom: CLOSEST, padding: [40, 40], animate: !CALM }));
    }
  }

  function titleOf(features) {
    if (features.length <= FEW && !features.some(({ properties }) => properties.count)) {
      return features.map(({ id, properties: { label } }) => nameOf(label, id).text).join(" · ");
    }
    return [...countsOf(features)].map(([kind, count]) => `${nameOf(toldBy.kinds[kind]?.label, kind).text} ${count}`).join(" · ");
  }

  function legendOf() {
    const counts = countsOf(all);
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

function iconOf(features, radius) {
  const counts = countsOf(features);
  if (countOf(features) > 1) {
    const shares = Object.keys(SHAPES).filter((kind) => counts.has(kind)).map((kind) => [`map-${kind}`, counts.get(kind)]);
    return divIcon({ className: "map-marker map-several", html: ringOf(shares, radius), iconSize: [2 * radius, 2 * radius] });
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

/** The middle of the longest outline of a land: islands far away do not move it. */
function middle(land) {
  const rings = land.getLatLngs().flat();
  return latLngBounds(rings.reduce((longest, ring) => (ring.length > longest.length ? ring : longest), [])).getCenter();
}

function pointOf({ geometry }) {
  const [longitude, latitude] = geometry.coordinates;
  return [latitude, longitude];
}
