// Ask a SPARQL endpoint through fetch-sparql-endpoint: node … ENDPOINT GET|POST select|ask|construct QUERY; prints JSON.
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";

const [endpoint, method, form, query] = process.argv.slice(2);
const fetcher = new SparqlEndpointFetcher({ method });

const asked = {
  select: async () => (await all(await fetcher.fetchBindings(endpoint, query))).map(row),
  ask: () => fetcher.fetchAsk(endpoint, query),
  construct: async () => (await all(await fetcher.fetchTriples(endpoint, query))).map(triple),
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

console.log(JSON.stringify(await asked[form]()));
