"""The dumps to download at /dumps/: what there is, each file, and addresses that always lead to the newest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.dumps.manifest import COMPRESSIONS, FORMATS, MANIFEST, SUMS
from heritage_graph.errors import Busy, GenerationNotKept, UnknownName
from heritage_graph.store.releases import list_releases
from heritage_graph.web.downloads import Download, reply_of
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.negotiation import HTML, JSON, Format
from heritage_graph.web.replies import cached, current, json_reply, page_reply, redirect
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.dumps.manifest import Manifest
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/dumps/"
LATEST: Final = "latest"
_GZIP: Final = Format("gz", "application/gzip")
_ZSTANDARD: Final = Format("zst", "application/zstd")
_SUMS: Final = Format("txt", "text/plain")
_SHOWN: Final = {each.media_type: each for each in (_GZIP, _ZSTANDARD)}
_RETRY_AFTER_S: Final = 10
_ANY: Final = "heritage-graph"
_GENERATION: Final = re.compile("0|[1-9][0-9]{0,14}")
_PROBLEMS: Final = ("not-found", "generation-not-kept", "range-not-satisfiable", "busy")


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on dumps."""
    return (
        Operation(
            "dumps", PATH, "The dumps of the whole graph, by generation, with the digest of each file.", _list,
            values=(FORMAT,), formats=(JSON, HTML), schema="dumps", example=PATH, tag="dataset",
        ),
        Operation(
            "dumpsWithoutSlash", PATH.rstrip("/"), "Leads to the list of dumps.", _with_slash, statuses=(308,),
            example=PATH.rstrip("/"), still=True, tag="dataset",
        ),
        Operation(
            "dumpFile", f"{PATH}{{generation}}/{{file}}",
            "A file of a dump, whole or in ranges; `latest` or the name of a release leads to that of its generation.",
            _file, formats=(_GZIP, _ZSTANDARD, JSON, _SUMS), statuses=(200, 206, 307), problems=_PROBLEMS,
            schema="dump-manifest", example=f"{PATH}{LATEST}/{MANIFEST}", tag="dataset",
        ),
    )  # fmt: skip


async def _with_slash(_: Request, __: Context) -> Reply:
    return redirect(PATH, status=308)


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    releases = _releases(context)
    manifests, expected = context.dumps.manifests(), context.dumps.expected()
    state = (*(str(each.generation) for each in manifests), "expected", *map(str, expected), *map(str, releases))
    edition = await current(request, context, "dumps", chosen.extension, *state)
    if edition.unchanged:
        return edition.unchanged
    dumps = [_described(manifest, releases.get(manifest.generation, [])) for manifest in manifests]
    if chosen == HTML:
        return cached(
            page_reply(
                request,
                context,
                "dumps.html",
                dumps=dumps,
                expected=expected,
                latest=_stable(),
                keeps_past=context.service.generations.keeps_past,
            ),
            edition,
        )
    return cached(json_reply({"dumps": dumps, "expected": expected, "latest": _stable()}), edition)


async def _file(request: Request, context: Context) -> Reply:
    generation, name = request.path_params["generation"], request.path_params["file"]
    if not _GENERATION.fullmatch(generation):
        return _led_on(generation, name, context)
    manifest = _manifest(int(generation), context)
    exchange_of(request.scope).generation = manifest.generation
    download = _download(manifest, name, context)
    try:
        return reply_of(request.scope, download)
    except OSError as fault:
        raise _gone(manifest.generation, context) from fault


def _led_on(which: str, name: str, context: Context) -> Reply:
    """The way to the file of the newest dump, or of that of a release.

    Raises:
        UnknownName: *which* is neither; there is no such file.
        Busy: there is no dump yet, and one will be.
    """
    if which == LATEST:
        newest = context.dumps.manifests()[:1]
        if not newest:
            raise _awaited(context.service.generations.last, context)
        generation = newest[0].generation
    else:
        found = [number for number, names in _releases(context).items() if which in names]
        if not found:
            raise UnknownName(f"there is no release {which[:80]!r}; {PATH} lists the dumps that there are")
        (generation,) = found
    manifest = _manifest(generation, context)
    numbered = name.replace(_ANY, f"{_ANY}-{generation}", 1) if name.startswith(f"{_ANY}.") else name
    download = _download(manifest, numbered, context)
    return redirect(f"{PATH}{generation}/{download.path.name}", status=307)


def _manifest(generation: int, context: Context) -> Manifest:
    """The dump of *generation*.

    Raises:
        Busy: it will be there.
        GenerationNotKept: it was, or could have been; the details list those that there are.
        UnknownName: there never was such a generation, or nobody dumps it.
    """
    manifest = context.dumps.manifest(generation)
    if manifest is not None:
        return manifest
    last = context.service.generations.last
    if generation in context.dumps.expected():
        raise _awaited(generation, context)
    if generation > last:
        raise UnknownName(f"there is no generation {generation} yet; the last one is {last}")
    raise _gone(generation, context)


def _download(manifest: Manifest, name: str, context: Context) -> Download:
    """The file called *name* of a dump.

    Raises:
        UnknownName: it has none of this name.
    """
    files = {file.name: file for file in (*manifest.files, *manifest.notes)}
    if name not in files:
        raise UnknownName(f"the dump of generation {manifest.generation} has the files {', '.join(files)}")
    file = files[name]
    shown = _SHOWN.get(file.compress_type or "", JSON if name == MANIFEST else _SUMS)
    return Download(context.dumps.folder(manifest.generation) / name, shown, file.bytes, file.sha256, file.modified)


def _awaited(generation: int, context: Context) -> Busy | UnknownName:
    if not context.settings.makes_dumps:
        return UnknownName("no dumps are made here: whoever runs this service has switched them off")
    trouble = context.dumps.trouble(generation)
    why = f"could not be made yet: {trouble}" if trouble else "is being made"
    return Busy(
        f"the dump of generation {generation} {why}; ask again in {_RETRY_AFTER_S} s",
        generation=generation,
        retry_after=_RETRY_AFTER_S,
    )


def _gone(generation: int, context: Context) -> GenerationNotKept:
    there = [manifest.generation for manifest in context.dumps.manifests()]
    return GenerationNotKept(
        f"there is no dump of generation {generation} any more; there are {', '.join(map(str, there)) or 'none'}. "
        f"{PATH}{LATEST}/ leads to the newest, and the dump of a release stays",
        generations=there,
        releases={name: number for number, names in _releases(context).items() for name in names},
    )


def _described(manifest: Manifest, releases: list[str]) -> dict[str, object]:
    return {
        **manifest.document(),
        "releases": releases,
        "manifest": f"{PATH}{manifest.generation}/{MANIFEST}",
        "sums": f"{PATH}{manifest.generation}/{SUMS}",
        "files": [
            {
                "name": file.name,
                "href": file.address,
                "mediaType": file.media_type,
                "compressType": file.compress_type,
                "bytes": file.bytes,
                "sha256": file.sha256,
            }
            for file in manifest.files
        ],
    }


def _releases(context: Context) -> dict[int, list[str]]:
    """The names of the releases by generation."""
    found: dict[int, list[str]] = {}
    for release in list_releases(context.settings.data):
        found.setdefault(release.generation, []).append(release.name)
    return found


def _stable() -> list[str]:
    """The addresses that lead to the files of the newest dump."""
    names = [f"{_ANY}.{extension}.{compression}" for extension in FORMATS for compression in COMPRESSIONS]
    return [f"{PATH}{LATEST}/{name}" for name in (*names, MANIFEST, SUMS)]
