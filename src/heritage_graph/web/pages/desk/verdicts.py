"""What curators hold of a finding of the ledger, and how graph/curation states it: as an annotation that assesses."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.model.link_decisions import check_account
from heritage_graph.namespaces import DCTERMS, HG, ID, RDF, XSD, Namespace
from heritage_graph.web.pages.desk.telling import triple_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from heritage_graph.web.api.references import Asking

OF_THE_FILE: Final = ("disagreement", "precision", "wording")
"""The verdicts that `sources/records/disagreements.csv` knows."""
IDENTITY: Final = "identity"
"""One side is somebody or something else: who is meant is mended, not the difference."""
ANSWERS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {"contradictions": (*OF_THE_FILE, IDENTITY), "anomalies": ("stands", "to-mend")}
)
"""What can be held of a finding, by book."""
UNDO: Final = "undo"

_OA: Final = Namespace("http://www.w3.org/ns/oa#")
_VERDICT: Final = f"{ID}verdict/"
_DIGITS: Final = 24  # 96 bits of the digest: no two findings meet, and the address stays short


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody holds of a finding, when and why."""

    answer: str
    by: str
    because: str
    on: date

    def __post_init__(self) -> None:
        check_account(by=self.by, because=self.because)


@dataclass(frozen=True)
class Held:
    """A verdict that the graph has, as it states it."""

    answer: str
    by: str
    because: str
    on: str
    triples: frozenset[Triple]


def name_of(book: str, key: str) -> str:
    """The name of the finding *key* of *book*: the same as long as it is about the same statements."""
    return hashlib.sha256(f"{book} {key}".encode()).hexdigest()[:_DIGITS]


def verdict_iri(name: str) -> str:
    """The IRI of the verdict on the finding called *name*."""
    return _VERDICT + name


def triples_of(
    name: str, verdict: Verdict, *, things: Iterable[str], graphs: Iterable[str], finding: str
) -> list[Triple]:
    """What graph/curation says of *verdict* on the finding *name*.

    It is about *things*, as *graphs* describe them; *finding* tells it for when the ledger finds it no more.
    """
    node = NamedNode(verdict_iri(name))
    return [
        Triple(node, RDF.type, _OA.Annotation),
        Triple(node, _OA.motivatedBy, _OA.assessing),
        *(Triple(node, _OA.hasTarget, NamedNode(thing)) for thing in things),
        *(Triple(node, DCTERMS.references, NamedNode(graph)) for graph in graphs),
        Triple(node, DCTERMS.description, Literal(finding)),
        Triple(node, _OA.bodyValue, Literal(verdict.answer)),
        Triple(node, HG.decidedBy, Literal(verdict.by)),
        Triple(node, HG.decidedOn, Literal(verdict.on.isoformat(), datatype=XSD.date)),
        Triple(node, HG.decidedBecause, Literal(verdict.because)),
    ]


async def verdicts_of(asking: Asking) -> dict[str, Held]:
    """The verdicts of the generation of *asking*, by the names of the findings.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    stated: defaultdict[str, list[Triple]] = defaultdict(list)
    for triple in map(triple_of, await asking.rows("verdicts")):
        assert isinstance(triple.subject, NamedNode)
        if triple.subject.value.startswith(_VERDICT):
            stated[triple.subject.value.removeprefix(_VERDICT)].append(triple)
    return {name: _held(triples) for name, triples in stated.items()}


def _held(triples: Sequence[Triple]) -> Held:
    texts = {each.predicate: each.object.value for each in triples if isinstance(each.object, Literal)}
    answer, by, because, on = (
        texts.get(each, "") for each in (_OA.bodyValue, HG.decidedBy, HG.decidedBecause, HG.decidedOn)
    )
    return Held(answer, by, because, on, frozenset(triples))
