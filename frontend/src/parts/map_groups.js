// Put together what would lie on top of each other on a map.

import { RING } from "./shapes.js";

const SMALLEST = 12; // pixels from the middle of a mark to its edge: a finger meets it
const LARGEST = 30; // on a map that is wide enough for it
const SHARE = 20; // so many of the largest marks would lie side by side on a narrower one
const ALONE = 9; // the same of a mark that stands for one thing
const FEW = 20; // things on a map on which no mark is large
const APART = 2; // between two marks

/** A feature that counts several things, once for each kind of them; one that is a thing is left as it is. */
export function byKind(feature) {
  const { counts } = feature.properties;
  if (!counts) return [feature];
  return Object.entries(counts).map(([kind, count]) => ({ ...feature, properties: { ...feature.properties, kind, count } }));
}

/** How many things *features* are. */
export function countOf(features) {
  return features.reduce((sum, { properties }) => sum + (properties.count ?? 1), 0);
}

/** How many things of each kind *features* are. */
export function countsOf(features) {
  const counts = new Map();
  for (const feature of features) counts.set(feature.properties.kind, (counts.get(feature.properties.kind) ?? 0) + countOf([feature]));
  return counts;
}

/** How many pixels a mark of *count* things on a map of some *width* has from its middle to its edge, so that areas tell how many of *all* there are. */
function radiusOf(count, all, width) {
  if (count === 1) return ALONE;
  const largest = Math.min(LARGEST, Math.max(SMALLEST, width / SHARE));
  const digits = String(count).length;
  return Math.max(SMALLEST + (largest - SMALLEST) * Math.sqrt(count / Math.max(all, FEW)), RING + 3.5 * digits + 2);
}

/**
 * Groups of features whose marks would touch on the screen, by what *project* makes of a position; no two groups do.
 * `width` is that of the map in pixels.
 * `isOnePoint` tells that going nearer would not take a group apart: all lie on one point, or it is the *nearest* view.
 */
export function groupsOf(features, { project, unproject, width }, nearest) {
  const all = countOf(features);
  const radius = ({ count }) => radiusOf(count, all, width);
  const waiting = samePoints(features, project);
  const groups = [];
  for (let group = waiting.pop(); group; group = waiting.pop()) {
    const near = groups.findIndex((other) => Math.hypot(group.x - other.x, group.y - other.y) < radius(group) + radius(other) + APART);
    if (near < 0) groups.push(group);
    else waiting.push(joined(group, ...groups.splice(near, 1)));
  }
  return groups.map((group) => {
    const { features: together, x, y } = group;
    const [first] = together.map(({ geometry }) => geometry.coordinates);
    const isOnePoint = together.every(({ geometry: { coordinates: [east, north] } }) => east === first[0] && north === first[1]);
    return { features: together, at: isOnePoint ? [first[1], first[0]] : unproject({ x, y }), isOnePoint: nearest || isOnePoint, radius: radius(group) };
  });
}

function samePoints(features, project) {
  const points = new Map();
  for (const feature of features) {
    const [longitude, latitude] = feature.geometry.coordinates;
    const key = `${longitude} ${latitude}`;
    const point = points.get(key) ?? { features: [], ...xy(project([latitude, longitude])), count: 0 };
    point.features.push(feature);
    point.count += countOf([feature]);
    points.set(key, point);
  }
  return [...points.values()];
}

function xy({ x, y }) {
  return { x, y };
}

function joined(one, other) {
  const count = one.count + other.count;
  const mean = (name) => (one[name] * one.count + other[name] * other.count) / count;
  return { features: [...one.features, ...other.features], x: mean("x"), y: mean("y"), count };
}
