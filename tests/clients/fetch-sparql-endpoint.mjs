// Ask a SPARQL endpoint through fetch-sparql-endpoint:
// node fetch-sparql-endpoint.mjs ENDPOINT '[["GET|POST", "select|ask|construct", QUERY], …]'.
// Prints the answers as a JSON array.
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";

const [endpoint, questions] = process.argv.slice(2);

const asked = {
  select: async (fetcher, query) => (await all(await fetcher.fetchBindings(endpoint, query))).map(row),
  ask: (fetcher, query) => fetcher.fetchAsk(endpoint, query),
  construct: async (fetcher, query) => (await all(await fetcher.fetchTriples(endpoint, query))).map(triple),
};

async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

function row(bindings) {
  return Object.fromEntries(Object.entries(bindings).map(([variable, term]) => [variable, term.value]));
}

function triple({ subject, predicate, object }) {
  return [subject.value, predicate.value, object.value];
}

const answers = [];
for (const [method, form, query] of JSON.parse(questions)) {
  answers.push(await asked[form](new SparqlEndpointFetcher({ method }), query));
}
console.log(JSON.stringify(answers));
