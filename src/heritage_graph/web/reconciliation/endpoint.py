"""The addresses of the reconciliation service: manifest, batches, suggestions, previews, values for columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import AmbiguousRequest, WrongContentType
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import page_language
from heritage_graph.web.reconciliation.batch import read_batch
from heritage_graph.web.reconciliation.described import DESCRIBING, description_of, types_of
from heritage_graph.web.reconciliation.extension import extend, read_extension
from heritage_graph.web.reconciliation.identifiers import long_id, long_type, short_id, short_type
from heritage_graph.web.reconciliation.manifest import manifest
from heritage_graph.web.reconciliation.matching import answer_batch
from heritage_graph.web.reconciliation.stated import Asking, preferred_name, stated_of
from heritage_graph.web.reconciliation.suggest import (
    MOST_CURSOR,
    proposed_properties,
    suggest_properties,
    suggest_things,
    suggest_types,
    type_iris,
)
from heritage_graph.web.replies import Reply, json_reply, rows_of
from heritage_graph.web.routing import Operation, Value, fields_of_form, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from heritage_graph.web.context import Context

PREVIEW_FIELDS: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *",
    ),
)
"""A preview is made to stand in the page of another: that, and nothing else, is allowed to it."""

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_BODY_BYTES: Final = 1 << 20
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_MOST_PREFIX: Final = 1_000

_LANG: Final = Value("lang", "The language of names, as far as there are any.", example="ar")
_PREFIX: Final = Value("prefix", "The beginning of a name.", required=True, example="isl")
_CURSOR: Final = Value("cursor", f"How many suggestions to leave out, at most {MOST_CURSOR}.", example="20",
                       type="integer", least=0, most=MOST_CURSOR)  # fmt: skip
_LIMIT: Final = Value("limit", "How many properties there are at most.", example="10", type="integer", least=1)
_TYPE: Final = Value("type", "Only things of this type.", repeated=True, example="Organization")
_BATCH: Final = (
    Value("queries", "A batch of queries as JSON; in the address or in a form.", example='{"q0": {"query": "ICESCO"}}'),
    Value("extend", "Values to fetch, as JSON; in the address or in a form.",
          example='{"ids": ["organization/icesco"], "properties": [{"id": "country"}]}'),
    _LANG,
)  # fmt: skip
_SUGGEST: Final = (_PREFIX, _CURSOR, _LANG)
_PROBLEMS: Final = ("busy", "query-timeout", "too-many-requests")


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations of the service. Clients send parameters of their own, so those unknown are passed over."""
    return (
        Operation(
            "reconcileManifest", "/reconcile", "The manifest; with queries= or extend= the answer to them.", _get,
            values=_BATCH, lenient=True, formats=(JSON,), schema="reconcile", problems=(*_PROBLEMS, "batch-too-large"),
            tag="reconciliation",
        ),
        Operation(
            "reconcile", "/reconcile", "Match a batch of names, or fetch values of matched things.", _post,
            method="POST", values=_BATCH, lenient=True, formats=(JSON,), takes=(_FORM,), schema="reconcile",
            problems=(*_PROBLEMS, "batch-too-large", "body-too-large", "unsupported-media-type"),
            tag="reconciliation",
        ),
        Operation(
            "suggestEntity", "/reconcile/suggest/entity", "Things whose names begin so.", _suggest_entity,
            values=(*_SUGGEST, _TYPE), lenient=True, formats=(JSON,), schema="reconcile-entities", problems=_PROBLEMS,
            tag="reconciliation",
        ),
        Operation(
            "suggestProperty", "/reconcile/suggest/property", "Properties whose names begin so.", _suggest_property,
            values=_SUGGEST, lenient=True, formats=(JSON,), schema="reconcile-terms", tag="reconciliation",
        ),
        Operation(
            "suggestType", "/reconcile/suggest/type", "Types whose names begin so.", _suggest_type,
            values=_SUGGEST, lenient=True, formats=(JSON,), schema="reconcile-terms", tag="reconciliation",
        ),
        Operation(
            "proposeProperties", "/reconcile/properties", "The properties that things of a type may have.", _propose,
            values=(_TYPE, _LIMIT, _LANG),
            lenient=True, formats=(JSON,), schema="reconcile-properties", tag="reconciliation",
        ),
        Operation(
            "previewEntity", "/reconcile/preview", "A thing in a few lines, for a frame in another page.", _preview,
            values=(Value("id", "The thing.", required=True, example="organization/icesco"), _LANG), lenient=True,
            formats=(HTML,), problems=("not-found", *_PROBLEMS), tag="reconciliation",
        ),
    )  # fmt: skip


async def _get(request: Request, context: Context) -> Reply:
    given = _given(pairs(request.scope))
    if "queries" in given or "extend" in given:
        return await _answer(request, context, given)
    if "query" in given:
        raise ParameterError('send queries={"q0": {"query": "…"}}; single queries are not part of version 0.2')
    generation = context.service.generations.last
    exchange_of(request.scope).generation = generation
    names = await context.term_names.of(request, context, generation)
    return json_reply(manifest(base_of(request.scope, context), names, _language(given)))


async def _post(request: Request, context: Context) -> Reply:
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise WrongContentType(
            f"a batch comes as a form ({_FORM}) with the field queries or extend, not as {media_type[:60]!r}",
            supported=[_FORM],
        )
    body = await read_body(request.receive, _MOST_BODY_BYTES)
    given = _given([*fields_of_form(body), *pairs(request.scope)])
    if "queries" not in given and "extend" not in given:
        raise ParameterError("the form has neither queries nor extend; send one of them, as JSON")
    return await _answer(request, context, given)


async def _answer(request: Request, context: Context, given: Mapping[str, str]) -> Reply:
    if "queries" in given and "extend" in given:
        raise AmbiguousRequest("the request has both queries and extend; send one at a time")
    asking = await _asking(request, context, given)
    with context.budgets.spending(client_of(request.scope)):
        if "extend" in given:
            return json_reply(await extend(asking, read_extension(given["extend"])))
        names = await context.term_names.of(request, context, asking.index.generation)
        return json_reply(await answer_batch(asking, read_batch(given["queries"], type_iris(names))))


async def _suggest_entity(request: Request, context: Context) -> Reply:
    fields = pairs(request.scope)
    given = _given(fields)
    prefix, cursor = _prefix(given), _cursor(given)
    asking = await _asking(request, context, given)
    types = [long_type(value) for name, value in fields if name == "type" and value]
    with context.budgets.spending(client_of(request.scope)):
        return json_reply({"result": await suggest_things(asking, prefix, types, cursor)})


async def _suggest_property(request: Request, context: Context) -> Reply:
    given = _given(pairs(request.scope))
    names = await context.term_names.of(request, context, context.service.generations.last)
    return json_reply({"result": suggest_properties(names, _prefix(given), _language(given), _cursor(given))})


async def _suggest_type(request: Request, context: Context) -> Reply:
    given = _given(pairs(request.scope))
    names = await context.term_names.of(request, context, context.service.generations.last)
    return json_reply({"result": suggest_types(names, _prefix(given), _language(given), _cursor(given))})


async def _propose(request: Request, context: Context) -> Reply:
    given = _given(pairs(request.scope))
    generation = context.service.generations.last
    names = await context.term_names.of(request, context, generation)
    type_ = given.get("type", "").strip()
    classes: set[str] = set()
    if type_:
        iri = long_type(type_)
        rows = await rows_of(
            request, context, bind(context.internal.query("reconcile-classes"), {}), generation=generation
        )
        classes = {row["above"]["value"].removeprefix(HG) for row in rows if row["class"]["value"] == iri}
        if not classes:
            raise ParameterError(f"there is no type {type_[:60]!r}; /reconcile/suggest/type lists types")
    found = proposed_properties(names, classes, _language(given))
    limit = _number(given, "limit", len(found), most=10**9)
    told = {"type": short_type(long_type(type_))} if type_ else {}
    return json_reply({**told, "limit": limit, "properties": found[: limit or None]})


async def _preview(request: Request, context: Context) -> Reply:
    given = _given(pairs(request.scope))
    iri = long_id(given.get("id", ""))
    asking = await _asking(request, context, given)
    things = await asking.things([iri] if iri else [])
    if iri is None or iri not in things:
        raise UnknownName(f"there is no thing {given.get('id', '')[:80]!r} to show")
    names = await context.term_names.of(request, context, asking.index.generation)
    stated = await stated_of(asking, [iri], DESCRIBING)
    thing = things[iri]
    page = context.pages.render(
        "reconcile_preview.html",
        id=short_id(iri),
        iri=iri,
        language=page_language(request.scope),
        names_language=asking.language,
        name=preferred_name(thing, asking.language),
        labels=[(tag, text) for tag, texts in thing.labels.items() for text in texts],
        types=types_of(thing, names, asking.language),
        description=description_of(thing, stated, names, asking.language),
        base=base_of(request.scope, context),
    )
    return Reply(page, HTML, fields=PREVIEW_FIELDS)


async def _asking(request: Request, context: Context, given: Mapping[str, str]) -> Asking:
    language = _language(given)
    index = await context.indexes.current()
    exchange_of(request.scope).generation = index.generation
    return Asking(request, context, index, language)


def _given(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first value of each field."""
    given: dict[str, str] = {}
    for name, value in fields:
        given.setdefault(name, value)
    return given


def _language(given: Mapping[str, str]) -> str:
    tag = given.get("lang") or "en"
    if not _LANGUAGE.fullmatch(tag):
        raise ParameterError(f"lang is a language tag like ar, not {tag[:40]!r}", parameter="lang")
    return tag.lower()


def _prefix(given: Mapping[str, str]) -> str:
    if "prefix" not in given:
        raise ParameterError("prefix is missing; it takes the beginning of a name", parameter="prefix")
    return " ".join(given["prefix"].split())[:_MOST_PREFIX]


def _cursor(given: Mapping[str, str]) -> int:
    return _number(given, "cursor", 0, most=MOST_CURSOR)


def _number(given: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = given.get(name) or str(default)
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise ParameterError(f"{name} is a number from 0 to {most}, not {text[:40]!r}", parameter=name)
    return int(text)
