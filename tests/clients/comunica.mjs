// Ask a SPARQL endpoint through Comunica: node comunica.mjs ENDPOINT '[["select|ask|construct", QUERY], …]'.
// Prints the answers as a JSON array.
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, questions] = process.argv.slice(2);
const engine = new QueryEngine();
const context = { sources: [{ type: "sparql", value: endpoint }] };

const asked = {
  select: async (query) => (await (await engine.queryBindings(query, context)).toArray()).map(row),
  ask: (query) => engine.queryBoolean(query, context),
  construct: async (query) => (await (await engine.queryQuads(query, context)).toArray()).map(triple),
};

function row(bindings) {
  return Object.fromEntries([...bindings].map(([variable, term]) => [variable.value, term.value]));
}

function triple({ subject, predicate, object }) {
  return [subject.value, predicate.value, object.value];
}

const answers = [];
for (const [form, query] of JSON.parse(questions)) answers.push(await asked[form](query));
console.log(JSON.stringify(answers));
