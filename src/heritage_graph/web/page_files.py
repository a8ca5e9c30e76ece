"""The files of the pages: styles and pictures as they are written, scripts as they are built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.web.built_files import built_file
from heritage_graph.web.negotiation import JSON, TEXT, Format
from heritage_graph.web.replies import Reply
from heritage_graph.web.routing import Operation
from heritage_graph.web.templating import static_file

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

_STATIC: Final = {"css": Format("css", "text/css"), "svg": Format("svg", "image/svg+xml")}
_BUILT: Final = {
    "js": Format("js", "text/javascript"), **_STATIC, "json": JSON, "txt": TEXT
}  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations that give the files."""
    return (
        Operation("builtFile", "/static/built/{name}", "A script, a style or data of the editor or of an island.",
                  _built, formats=[*_BUILT.values()], problems=("not-found",), still=True),
        Operation("static", "/static/{name}", "A file that pages use.", _static, formats=[*_STATIC.values()],
                  problems=("not-found",), example="/static/style.css", still=True),
    )  # fmt: skip


async def _static(request: Request, _: Context) -> Reply:
    name = request.path_params["name"]
    content = static_file(name)
    if content is None:
        raise UnknownName(f"there is no file {name[:80]!r}")
    return Reply(content, _STATIC[name.rpartition(".")[2]], cache="public, max-age=3600")


async def _built(request: Request, _: Context) -> Reply:
    name = request.path_params["name"]
    content = built_file(name)
    if content is None:
        raise UnknownName(f"nothing that was built is called {name[:80]!r}")
    return Reply(content, _BUILT[name.rpartition(".")[2]], cache="public, max-age=31536000, immutable")
