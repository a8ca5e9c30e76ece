// Well-known text as GeoJSON: points, lines and areas, in the order longitude, latitude.

const SHAPE = /^\s*(?:<[^>]*>\s*)?((?:MULTI)?(?:POINT|LINESTRING|POLYGON))\s*(?:Z|M|ZM)?\s*(\(.*\))\s*$/is;
const KINDS = {
  POINT: "Point",
  LINESTRING: "LineString",
  POLYGON: "Polygon",
  MULTIPOINT: "MultiPoint",
  MULTILINESTRING: "MultiLineString",
  MULTIPOLYGON: "MultiPolygon",
};
const DEPTH = { POINT: 0, LINESTRING: 1, MULTIPOINT: 1, POLYGON: 2, MULTILINESTRING: 2, MULTIPOLYGON: 3 };

/** The geometry that *text* writes, null when it is none of those above. */
export function geometryOf(text) {
  const found = SHAPE.exec(text);
  if (!found) return null;
  const kind = found[1].toUpperCase();
  // Positions become arrays of numbers and brackets arrays, so that the text can be read as JSON.
  const written = found[2]
    .replace(/[+-]?\d[\d.eE+-]*(?:\s+[+-]?\d[\d.eE+-]*)+/g, (position) => `[${position.trim().split(/\s+/).slice(0, 2).map(Number).join(",")}]`)
    .replaceAll("(", "[")
    .replaceAll(")", "]");
  try {
    return { type: KINDS[kind], coordinates: nested(JSON.parse(written), DEPTH[kind]) };
  } catch {
    return null;
  }
}

/** A point stands in one bracket too many, and so may each point of a MULTIPOINT. */
function nested(value, depth) {
  if (depth === 0) return value[0];
  return depth === 1 ? value.map((each) => (Array.isArray(each[0]) ? each[0] : each)) : value;
}
