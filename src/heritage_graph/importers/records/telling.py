"""Tell one record beside others, with the remarks on what could not be told of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from heritage_graph.importers.labels import Labels
from heritage_graph.importers.records.identities import THING
from heritage_graph.importers.records.writing import Writer, printed
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import Told, taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heritage_graph.importers.labels import GivenLabels
    from heritage_graph.importers.records.identities import Decision, Identities
    from heritage_graph.importers.records.record import Record
    from heritage_graph.importers.records.vocabulary import Vocabulary


def tell(
    record: Record,
    vocabulary: Vocabulary,
    given: GivenLabels,
    kinds: Mapping[str, str],
    identities: Identities = MappingProxyType({}),
) -> Told:
    """What *record* comes to beside records of *kinds*, by slug, and the labels *given* elsewhere.

    A decision of *identities* on words that the record does not print is left out, with a remark.
    """
    triples = tuple(dict.fromkeys(Writer(vocabulary, Labels(given), kinds, identities).triples(record)))
    roles = [role for party in record.parties for role in party.roles]
    unknown = [role for role in roles if vocabulary.concept("role", role) is None]
    remarks = [
        Remark("role-unknown", f"“{role}” is no role of the vocabulary, so it is unspecified") for role in unknown
    ]
    remarks += _outdated(record, identities.get(record.slug, {}))
    return taken(record.place, record.slug, (*record.remarks, *remarks), triples)


def _outdated(record: Record, decisions: Mapping[str, Decision]) -> Iterator[Remark]:
    prints = dict(printed(record))
    concerns = {each.as_named for each in record.concerns}
    for mention, decision in decisions.items():
        has_moved = mention.startswith("concern-") and decision.printed in concerns
        if mention != THING and not has_moved and prints.get(mention) != decision.printed:
            text = (
                f"the decision on {mention} is left out: it is on “{decision.printed}”, which the record has not there"
            )
            yield Remark("identity-outdated", text)
