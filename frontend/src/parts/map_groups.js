// Put together what would lie on top of each other on a map.

const CELL = 34; // pixels

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

/**
 * Groups of features that are near each other on the screen, by what *project* makes of a position.
 * `isOnePoint` tells that going nearer would not take a group apart: all lie on one point, or it is the *nearest* view.
 */
export function groupsOf(features, project, nearest) {
  const cells = new Map();
  for (const feature of features) {
    const [longitude, latitude] = feature.geometry.coordinates;
    const { x, y } = project([latitude, longitude]);
    const cell = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
    cells.set(cell, [...(cells.get(cell) ?? []), feature]);
  }
  return [...cells.values()].map((together) => {
    const points = together.map(({ geometry }) => geometry.coordinates);
    const [first] = points;
    const isOnePoint = nearest || points.every(([x, y]) => x === first[0] && y === first[1]);
    const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
    return { features: together, at: isOnePoint ? [first[1], first[0]] : [mean(1), mean(0)], isOnePoint };
  });
}
