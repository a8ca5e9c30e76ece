"""Rows of participations as the queries give them, from a few words, and networks of any shape."""

from __future__ import annotations

from hypothesis import strategies as st

from heritage_graph.analysis.rows import iri, text

AGENTS = "abcdefgh"


def meetings(*contexts):
    """The rows of contexts written as words: the first letters are agents, `ab` is a context of a and b."""
    return [
        {"agent": iri(agent), "context": iri(f"{place}-{agents}")}
        for place, agents in enumerate(contexts)
        for agent in agents
    ]


def parts(**wholes):
    """The rows that say what is a part of what: `b="a"`."""
    return [{"agent": iri(part), "whole": iri(whole)} for part, whole in wholes.items()]


def named(**names):
    """The rows of names."""
    return [{"thing": iri(thing), "name": text(name)} for thing, name in names.items()]


def told(rows, *columns):
    """The texts of some columns of each row; None where a cell is unbound."""
    return [tuple(row[column]["value"] if column in row else None for column in columns) for row in rows]


networks = st.lists(
    st.text(AGENTS, min_size=1, max_size=4).map(lambda word: "".join(sorted(set(word)))), max_size=8
).map(lambda contexts: meetings(*contexts))
