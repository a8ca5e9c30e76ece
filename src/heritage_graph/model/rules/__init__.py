"""The rules: what follows from what the sources assert, with the premises of each conclusion.

A *unit* is a thing that inferences are computed for, such as an agreement or an event; `hg:inferredAbout` links
every inference to its unit. Rules read asserted triples only (source, curation, vocabulary and ontology graphs)
and their conclusions belong in graph/inferred.
"""

from __future__ import annotations

from heritage_graph.model.rules.affected import affected_units, units_of
from heritage_graph.model.rules.derivation import derive, derive_all, replace_inferences

__all__ = ["affected_units", "derive", "derive_all", "replace_inferences", "units_of"]
