"""Write the result of a query as the request wants it, to the front: whole, or a frame that says what went wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from pyoxigraph import DefaultGraph, Quad, QueryBoolean, QuerySolutions, QueryTriples, Triple

from heritage_graph.errors import NotInXml
from heritage_graph.store.formats import BINDINGS_FORMATS, XML_FORMATS
from heritage_graph.store.frames import FAULT, START, Json, json_frame
from heritage_graph.store.graph_writing import write_statements, write_triples
from heritage_graph.store.labelled import write_labelled
from heritage_graph.store.outlet import Outlet, TooMuch
from heritage_graph.store.row_count import row_counter
from heritage_graph.store.xml_outlet import XmlOutlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Store

    from heritage_graph.store.outlet import Connection

    Result = QueryBoolean | QuerySolutions | QueryTriples | Iterator[Triple]

_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <(.*)> is not supported")

_Statement = TypeVar("_Statement", Triple, Quad)


def send_result(result: Result, published: Store, request: Json, connection: Connection) -> None:
    """Write *result* to *connection* as *request* wants it; labels are those that *published* has.

    What *request* cannot have, and what passes its limits, becomes a fault frame, perhaps behind parts of the answer.

    Raises:
        OSError, ValueError, RuntimeError: the engine failed while it gave the result.
    """
    form = _form_of(result, request)
    extension = request["graph_format" if form == "graph" else "bindings_format"]
    if extension is None:
        connection.sendall(json_frame(FAULT, {"slug": "not-acceptable", "message": form, "form": form}))
        return
    outlet = (XmlOutlet if extension in XML_FORMATS else Outlet)(
        connection,
        json_frame(START, {"form": form, "extension": extension}),
        max_bytes=request["max_bytes"],
        max_rows=request["max_rows"],
        count_rows=row_counter(extension) if form == "bindings" and request["max_rows"] else None,
    )
    try:
        _write(result, published, request, outlet)
        outlet.finish()
    except TooMuch as fault:
        connection.sendall(json_frame(FAULT, {"slug": "result-too-large", **fault.limits}))
    except NotInXml as fault:
        connection.sendall(json_frame(FAULT, {"slug": fault.slug, **fault.details}))


def trouble(fault: Exception) -> Json:
    """The fault that a failure of the engine stands for: a function that it has not got, or trouble of its own."""
    unknown = _UNKNOWN_FUNCTION.match(str(fault))
    if unknown is not None:
        return {"slug": "unknown-function", "function": unknown[1]}
    return {"slug": "engine-trouble", "message": str(fault)}


def _form_of(result: Result, request: Json) -> str:
    if isinstance(result, QueryBoolean):
        return "graph" if request["quads"] else "boolean"
    return "bindings" if isinstance(result, QuerySolutions) and not request["quads"] else "graph"


def _write(result: Result, published: Store, request: Json, outlet: Outlet) -> None:
    if isinstance(result, QuerySolutions) and request["quads"]:
        quads = (Quad(row["s"], row["p"], row["o"], row["g"] or DefaultGraph()) for row in result)
        write_statements(_at_most(request["max_rows"], quads), outlet, request["graph_format"])
    elif isinstance(result, QuerySolutions) and request["labels"]:
        labels, extension, max_rows = request["labels"], request["bindings_format"], request["max_rows"]
        write_labelled(result, published, labels, extension, outlet, max_rows=max_rows)
    elif isinstance(result, QuerySolutions | QueryBoolean):
        result.serialize(outlet, BINDINGS_FORMATS[request["bindings_format"]])  # type: ignore[arg-type]  # write is all
    else:
        write_triples(_at_most(request["max_rows"], result), outlet, request["graph_format"])


def _at_most(limit: int | None, statements: Iterable[_Statement]) -> Iterator[_Statement]:
    """The *statements*; raises `TooMuch` when one comes after *limit*."""
    for number, statement in enumerate(statements, 1):
        if limit is not None and number > limit:
            raise TooMuch(limit_rows=limit)
        yield statement
