"""Which addresses of the service a mirror has, and which file each of them is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from heritage_graph.web.negotiation import HTML
from heritage_graph.web.routing import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heritage_graph.web.negotiation import Format
    from heritage_graph.web.routing import Operation

NEEDS_SERVICE: Final[Mapping[str, str]] = {
    "/agreements": "The board is made for the day that is asked about; the page of each agreement tells its days.",
    "/api": "The JSON API filters, sorts and pages through answers; each of its things has its document here.",
    "/desk": "Records are changed through the service.",
    "/docs": "The interface that is described there is that of the service.",
    "/health": "Tells whether the service lives.",
    "/metrics": "Counts what the service does.",
    "/network/path": "A path is looked for between the two that are asked about.",
    "/network/summary": "It is drawn by a script of the home page, which asks the service.",
    "/oai": "OAI-PMH takes its verbs in the query of one address; the dumps, /changes and /ldes hold the same records.",
    "/openapi.json": "The interface that is described there is that of the service.",
    "/q": "Cited answers are kept by the service that gave them.",
    "/queries": "The stored questions are asked of the service.",
    "/rdf-graph-store": "Graphs are named in the query of one address; here each is at /graph/….",
    "/reconcile": "Names are matched by the service.",
    "/search": "Names are searched by the service.",
    "/sparql": "Questions are answered by the service.",
    "/static/built": "The scripts of pages ask the service for what they draw.",
    "/timegate": "Earlier states are asked of the service.",
    "/timemap": "Earlier states are asked of the service.",
    "/validate": "Documents are checked by the service.",
    "/why": "The grounds of a statement are found when they are asked for; TriG tells which graphs make it.",
}
"""The addresses that a mirror does not have, by how they begin, and why."""

_FOUND: Final = 200
_PREFIXES: Final = tuple(NEEDS_SERVICE)
_VARIABLE: Final = re.compile(r"\{[a-z]+\}")
_NAMES_FILE: Final = re.compile(r"[a-z0-9]\.[a-z]+$")
_BY_SUFFIX: Final = ".{suffix}"


@dataclass(frozen=True)
class Resource:
    """The addresses of one operation: what they look like, and the formats of what is there.

    A `plain` one is a file of the same name; the others have a file for each format, named by its suffix.
    """

    name: str
    path: str
    formats: tuple[Format, ...]
    plain: bool

    @cached_property
    def pattern(self) -> str:
        """The path as a regular expression; it matches addresses without suffixes, and some with them."""
        return "".join(
            "[^/]+" if _VARIABLE.fullmatch(part) else re.escape(part) for part in re.split(r"(\{[a-z]+\})", self.path)
        )

    @property
    def has_variables(self) -> bool:
        """Tell whether its addresses are many."""
        return "{" in self.path

    def file(self, address: str, chosen: Format) -> str:
        """The file for *address* in the format *chosen*, relative to the mirror."""
        name = address.lstrip("/") + ("index" if address.endswith("/") else "")
        return name if self.plain else f"{name}.{chosen.extension}"

    def page(self, address: str) -> str:
        """The file that a link of a page leads to: the page where there is one."""
        return self.file(address, HTML if HTML in self.formats else self.formats[0])


@dataclass(frozen=True)
class Found:
    """An address without its suffix, and the resource that it belongs to."""

    resource: Resource
    address: str
    suffix: Format | None = None

    @property
    def file(self) -> str:
        """The file that a link to it leads to."""
        if self.suffix is not None:
            return self.resource.file(self.address, self.suffix)
        return self.resource.page(self.address)


@dataclass(frozen=True)
class Plan:
    """The resources of a mirror, in the order in which the service looks for the one that answers."""

    resources: tuple[Resource, ...]
    _by_first: dict[str, list[tuple[re.Pattern[str], Resource]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_first: dict[str, list[tuple[re.Pattern[str], Resource]]] = {}
        for each in self.resources:
            by_first.setdefault(_first(each.path), []).append((re.compile(each.pattern), each))
        object.__setattr__(self, "_by_first", by_first)

    def find(self, address: str) -> Found | None:
        """What *address*, a path without a query, stands for in the mirror; None when it has none."""
        if needs_service(address):
            return None
        for pattern, resource in self._by_first.get(_first(address), ()):
            if resource.plain:
                if pattern.fullmatch(address):
                    return Found(resource, address)
                continue
            bare, _, suffix = address.rpartition(".")
            chosen = next((each for each in resource.formats if each.extension == suffix), None)
            if chosen is not None and pattern.fullmatch(bare):
                return Found(resource, bare, chosen)
            if pattern.fullmatch(address):
                return Found(resource, address)
        return None


def plan_of(operations: Iterable[Operation]) -> Plan:
    """What of *operations* a mirror has."""
    reading = [each for each in operations if is_mirrored(each)]
    paths = [each.path for each in reading]
    resources = []
    for each in reading:
        formats = tuple({chosen.extension: chosen for chosen in each.formats}.values())
        has_parts = any(path.startswith(f"{each.path}/") for path in paths)
        in_several = len(formats) > 1 and any(value.name == FORMAT.name for value in each.values or ())
        plain = _NAMES_FILE.search(each.path) is not None or not (in_several or has_parts)
        resources.append(Resource(each.name, each.path, formats, plain))
    return Plan(tuple(resources))


def is_mirrored(operation: Operation) -> bool:
    """Tell whether a mirror has files for *operation*: it reads, needs no service, and does not only lead elsewhere."""
    leads_elsewhere = _FOUND not in operation.statuses or operation.path.endswith(_BY_SUFFIX)
    return operation.method == "GET" and not leads_elsewhere and not needs_service(operation.path)


def needs_service(address: str) -> bool:
    """Tell whether only the service can answer at *address*."""
    return address.startswith(_PREFIXES) and any(
        address == prefix or address.startswith(f"{prefix}/") for prefix in NEEDS_SERVICE
    )


def _first(address: str) -> str:
    """The first segment of *address*, without a suffix."""
    return address[1:].partition("/")[0].rpartition(".")[0] or address[1:].partition("/")[0]
