"""The change log: what became of each entity, in order, with every version's statements as they then were."""
