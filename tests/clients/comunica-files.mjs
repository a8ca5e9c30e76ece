// Ask documents, without an endpoint, through Comunica: node comunica-files.mjs '[ADDRESS, …]' QUERY.
// Prints the rows as a JSON array. Left to itself, Comunica prefers N-Quads, where statements stand in the graphs that
// make them: unionDefaultGraph asks all of these.
import { QueryEngine } from "@comunica/query-sparql";

const [addresses, query] = process.argv.slice(2);
const context = { sources: JSON.parse(addresses), unionDefaultGraph: true };
const rows = await (await new QueryEngine().queryBindings(query, context)).toArray();
const cells = (row) => [...row].map(([variable, term]) => [variable.value, term.value]);
console.log(JSON.stringify(rows.map((row) => Object.fromEntries(cells(row)))));
