// What the columns of an answer hold, and so which views can show it.

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NUMERIC_TYPE = /#(?:integer|decimal|double|float|int|long|short|byte|(?:non)?(?:negative|positive)Integer|unsigned\w+)$/;
const LATITUDE = /lat(?:itude)?$/i;
const LONGITUDE = /lon(?:g(?:itude)?)?$/i;
const WKT = /^\s*(?:<[^>]*>\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*\(/i;

/** The columns for the map, null when there are none: {latitude, longitude} or {wkt}. */
export function placeColumns({ columns, rows }) {
  const latitude = columns.find((name) => LATITUDE.test(name) && holdsNumbers(rows, name));
  const longitude = columns.find((name) => LONGITUDE.test(name) && holdsNumbers(rows, name));
  if (latitude && longitude) return { latitude, longitude };
  const wkt = columns.find((name) => holds(rows, name, (cell) => cell.type !== "uri" && WKT.test(cell.value)));
  return wkt ? { wkt } : null;
}

/** The columns for the network, null when fewer than two hold IRIs: {from, to, by}. */
export function linkColumns({ columns, rows }) {
  const things = columns.filter((name) => holds(rows, name, isThing));
  if (["subject", "predicate", "object"].every((name) => columns.includes(name))) {
    const links = rows.some((row) => isThing(row.object));
    return links ? { from: "subject", to: "object", by: "predicate" } : null;
  }
  const [from, ...others] = things;
  const to = others.find((name) => rows.some((row) => isThing(row[from]) && isThing(row[name])));
  return to ? { from, to, by: null } : null;
}

/** The columns for the chart, null when there is no number beside a label: {label, numbers}. */
export function numberColumns({ columns, rows }) {
  const numbers = columns.filter((name) => holdsNumbers(rows, name) && !LATITUDE.test(name) && !LONGITUDE.test(name));
  const labels = columns.filter((name) => !numbers.includes(name) && rows.some((row) => row[name]));
  const label = labels.find((name) => name.endsWith("Label")) ?? labels.find((name) => !rows.some((row) => isThing(row[name]))) ?? labels[0];
  return numbers.length && label ? { label, numbers } : null;
}

/** What to call the value of a cell: its name beside it when names were added, else its short form. */
export function nameOf(row, column, short) {
  const cell = row[column];
  return row[`${column}Label`]?.value ?? (cell.type === "uri" ? short(cell.value) : cell.value);
}

export function isThing(cell) {
  return cell?.type === "uri" || cell?.type === "bnode";
}

function holdsNumbers(rows, name) {
  return holds(rows, name, (cell) => NUMERIC_TYPE.test(cell.datatype ?? "") && NUMBER.test(cell.value));
}

/** Tell whether the column has a value, and every value passes *test*. */
function holds(rows, name, test) {
  const cells = rows.map((row) => row[name]).filter(Boolean);
  return cells.length > 0 && cells.every(test);
}
