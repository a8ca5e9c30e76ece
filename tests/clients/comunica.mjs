// Ask a SPARQL endpoint through Comunica: node comunica.mjs ENDPOINT select|ask|construct QUERY; prints JSON.
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, form, query] = process.argv.slice(2);
const engine = new QueryEngine();
const context = { sources: [{ type: "sparql", value: endpoint }] };

const asked = {
  select: async () =>
    (await (await engine.queryBindings(query, context)).toArray()).map((row) =>
      Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])),
    ),
  ask: () => engine.queryBoolean(query, context),
  construct: async () => (await (await engine.queryQuads(query, context)).toArray()).map(triple),
};

function triple({ subject, predicate, object }) {
  return [subject.value, predicate.value, object.value];
}

console.log(JSON.stringify(await asked[form]()));
