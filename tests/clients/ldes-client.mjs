// Read an event stream through ldes-client: node ldes-client.mjs ADDRESS '{"polling": false, "ordered": "none", …}'.
// Prints one JSON object a line for each member as it comes, and one for each page; with polling it never ends.
import { enhanced_fetch, intoConfig, replicateLDES } from "ldes-client";
import { Writer } from "n3";

const [address, options] = process.argv.slice(2);
const { ordered = "none", after, before, ...config } = JSON.parse(options ?? "{}");
const days = Object.fromEntries(
  Object.entries({ after, before }).filter(([, day]) => day).map(([name, day]) => [name, new Date(day)]),
);
const client = replicateLDES(
  intoConfig({ url: address, pollInterval: 500, fetch: enhanced_fetch({}), ...config, ...days }),
  ordered,
);
const tell = (value) => console.log(JSON.stringify(value));

client.on("fragment", ({ url, immutable }) => tell({ page: url, immutable: Boolean(immutable) }));
client.on("poll", () => tell({ poll: true }));

const reader = client.stream({ highWaterMark: 10 }).getReader();
for (let next = await reader.read(); !next.done; next = await reader.read()) {
  const { id, isVersionOf, timestamp, quads } = next.value;
  tell({
    member: id.value,
    entity: isVersionOf,
    timestamp,
    quads: new Writer({ format: "N-Quads" }).quadsToString(quads),
  });
}
