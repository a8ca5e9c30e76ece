// The path between two agents as a network of its own.

/** What /network would answer of a path, as far as it is drawn. */
export function networkOfPath({ source, kinds, agents, path }) {
  const nodes = agents.map(({ id, label, kind }) => ({ data: { id, labels: label, kind } }));
  const edges = (path.hops ?? []).map(({ from, to, contexts }) => ({
    data: { id: `${from.id} ${to.id}`, source: from.id, target: to.id, weight: contexts.length, contexts: contexts.map(({ id }) => id) },
  }));
  return { source, kinds, elements: { nodes, edges }, contexts: (path.hops ?? []).flatMap((hop) => hop.contexts) };
}
