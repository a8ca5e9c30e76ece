// Make the picture of the world that maps lie on: one path a country, by its ISO 3166-1 code, from Natural Earth.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { feature } from "topojson-client";

const STEPS = 10; // units of the picture in a degree
const HALF_WAY = 180 * STEPS;
const FOLDER = fileURLToPath(new URL("node_modules/world-atlas/", import.meta.url));

/** The text of an SVG whose x is ten times the longitude, and whose y is minus ten times the latitude. */
export async function worldPicture() {
  const coarse = await countriesOf("countries-110m.json");
  const there = new Set(coarse.map(({ id }) => id));
  // The coarse set leaves small countries out; theirs are the outlines of the finer one, which are small as well.
  const small = (await countriesOf("countries-50m.json")).filter(({ id }) => id && !there.has(id));
  const paths = [...coarse, ...small].map(pathOf).filter(Boolean);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1800 -900 3600 1800" fill="#808890" fill-opacity=".22" stroke="#808890" stroke-width="2">\n${paths.join("\n")}\n</svg>\n`;
}

async function countriesOf(file) {
  const topology = JSON.parse(await readFile(`${FOLDER}${file}`, "utf8"));
  return feature(topology, topology.objects.countries).features.filter(({ id }) => id !== "010"); // no Antarctica
}

function pathOf({ id, geometry }) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.flat().map(ringOf).join("");
  const code = id && new Intl.Locale(`und-${id}`).region; // 250 is FR
  return rings && `<path${code ? ` id="${code}"` : ""} d="${rings}"/>`;
}

function ringOf(ring) {
  const points = [];
  for (const [longitude, latitude] of ring) {
    const point = [Math.round(longitude * STEPS), Math.round(-latitude * STEPS)];
    const last = points.at(-1);
    // A ring that crosses the date line goes on beyond it instead of running back around the world.
    if (last && Math.abs(point[0] - last[0]) > HALF_WAY) point[0] += point[0] < last[0] ? 2 * HALF_WAY : -2 * HALF_WAY;
    if (!last || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
  }
  if (points.length < 4) return "";
  const steps = points.slice(1, -1).map(([x, y], index) => `${x - points[index][0]} ${y - points[index][1]}`);
  return `M${points[0].join(" ")}l${steps.join(" ").replaceAll(" -", "-")}z`;
}
