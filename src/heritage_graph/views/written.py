"""A description in bytes: equal descriptions give equal bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import orjson
from lxml import etree
from pyoxigraph import serialize

from heritage_graph.rdf_io import GRAPH_FORMATS
from heritage_graph.views.json_ld import SCHEMA_CONTEXT, graph_json, schema_json
from heritage_graph.views.linked_art import linked_art_json
from heritage_graph.views.rdf_xml import rdf_element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import Triple

    from heritage_graph.views.profile import Profile

_PREFIX_LINES: Final = re.compile(rb"(?:@prefix [^\n]*\n)*")


def written(profile: Profile, iri: str, triples: Sequence[Triple], extension: str) -> bytes:
    """The description of *iri* in *profile* that *triples* are, in the format *extension*, one of the profile's."""
    if extension == "jsonld":
        return _json_ld(profile, iri, triples)
    if extension == "rdf":
        return etree.tostring(rdf_element(triples, profile.prefixes), xml_declaration=True, encoding="UTF-8")
    prefixes = dict(profile.prefixes) if extension == "ttl" else None
    body = serialize(sorted(triples, key=str), format=GRAPH_FORMATS[extension].rdf_format, prefixes=prefixes)
    assert body is not None
    return _PREFIX_LINES.sub(_in_order, body, count=1)


def _json_ld(profile: Profile, iri: str, triples: Sequence[Triple]) -> bytes:
    match profile.name:
        case "linked-art":
            return orjson.dumps(linked_art_json(iri, triples), option=orjson.OPT_INDENT_2)
        case "schema":
            return orjson.dumps(schema_json(iri, triples, SCHEMA_CONTEXT), option=orjson.OPT_INDENT_2)
        case _:
            return orjson.dumps(graph_json(triples, profile.prefixes), option=orjson.OPT_INDENT_2)


def _in_order(lines: re.Match[bytes]) -> bytes:
    """The declarations of prefixes, which the writer gives in any order, sorted."""
    return b"".join(sorted(lines[0].splitlines(keepends=True)))
