"""Ask the application for every address there is to have, and keep the answers as files."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from heritage_graph.errors import EngineTrouble, HeritageGraphError
from heritage_graph.namespaces import BASE, ID
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.site.addresses import plan_of
from heritage_graph.site.asking import ask, running
from heritage_graph.site.links import GONE, Moved, Places
from heritage_graph.web.negotiation import HTML, JSON, PROBLEM
from heritage_graph.web.templating import static_files

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator
    from typing import IO

    from heritage_graph.site.addresses import Resource
    from heritage_graph.site.asking import Head
    from heritage_graph.web.app import Application
    from heritage_graph.web.negotiation import Format

_AT_ONCE: Final = 6
_ID: Final = "/id/"
_DOC: Final = "/doc/"
_DOCUMENT: Final = "/doc/{kind}/{slug}"
_STATIC: Final = "/static/"
_SEGMENT: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~-]{0,198}[A-Za-z0-9])?|\.well-known")
_IN_MEMORY: Final = 32 << 20  # a document that is larger is kept as it comes
_FOUND: Final = 200
_SEE_OTHER: Final = 303
_WITHDRAWN: Final = 410
_ABSENT: Final = frozenset({_SEE_OTHER, 404, _WITHDRAWN})
_FOR_NOW: Final = frozenset({302, 307})
_LEADING: Final = _FOR_NOW | {301, 308}


@dataclass(frozen=True)
class Receipt:
    """What was written: the generation, files, their bytes, and how many things are there, withdrawn and merged."""

    generation: int
    files: int
    bytes: int
    things: int
    withdrawn: int
    merged: int


class Writing:
    """One mirror while it is written into the folder *files*, from the answers of *application*.

    *checkpoint* is the generation that the application serves.
    """

    def __init__(
        self, application: Application, checkpoint: Path, files: Path, *, base: str, service: str | None
    ) -> None:
        self._app = application.asgi
        self._plan = plan_of(application.operations)
        self._store = Store.read_only(str(checkpoint))
        self._queries = load_catalogue(Path(__file__).parent / "queries")
        self._files = files
        self._generation = int(checkpoint.name)
        self._of_things = [each for each in self._plan.resources if each.path.endswith(_DOCUMENT)]
        self._modified = 0.0
        self._seen: set[str] = set()
        self._found: list[str] = []
        self._written = self._bytes = 0
        self.places = Places(self._plan, base, service)

    async def run(self, progress: Callable[[int, int], None]) -> Receipt:
        """Write everything; *progress* is told how many things are done, of how many."""
        self._modified = self._committed()
        total = sum(1 for _ in self._iris("things"))
        done = described = 0

        async def thing(iri: str) -> None:
            nonlocal done, described
            if await self._thing(iri):
                described += 1
            done += 1
            progress(done, total)

        async with running(self._app):
            general = [each for each in self._plan.resources if not each.has_variables]
            for each in general:  # some count what there is, which takes a while; they are asked again at the end
                await self._answer(each.path, each.formats[0])
            await _each(self._iris("merged"), self._merged)
            merged = len(self.places.moved)
            await _each(self._iris("withdrawn"), self._withdrawn)
            await _each(self._iris("things"), thing)
            self._note(each.path for each in general)
            self._note(f"{_STATIC}{name}" for name in static_files())
            while self._found:
                found, self._found = self._found, []
                await _each(found, self._address)
        self._link_files()
        gone = len(self.places.withdrawn)
        return Receipt(self._generation, self._written, self._bytes, described, gone, merged)

    def _iris(self, query: str) -> Iterator[str]:
        rows = self._store.query(bind(self._queries.query(query), {}))
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            thing = row["thing"]
            assert isinstance(thing, NamedNode)
            yield thing.value

    def _committed(self) -> float:
        """When the generation was committed: the time of all files, so that equal generations make equal mirrors."""
        rows = self._store.query(bind(self._queries.query("committed"), {}))
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            at = row["at"]
            assert isinstance(at, Literal)
            return datetime.fromisoformat(at.value).timestamp()
        return 0.0

    async def _merged(self, iri: str) -> None:
        """Note where *iri* leads when it has been merged."""
        address = "/" + iri.removeprefix(BASE)
        with SpooledTemporaryFile() as body:
            head = await ask(self._app, address, PROBLEM.media_type, body)
        self._leads_elsewhere(address, head)

    async def _withdrawn(self, iri: str) -> None:
        """Write the tombstones of *iri*, if it has been withdrawn."""
        path = iri.removeprefix(ID)
        if not is_safe(path):
            return
        formats = next(each.formats for each in self._of_things if each.path == _DOCUMENT)
        for chosen in (PROBLEM, *formats):
            with SpooledTemporaryFile(_IN_MEMORY) as body:
                # A problem is no format of the document that was there, so others are named, too.
                head = await ask(self._app, _DOC + path, f"{chosen.media_type}, */*;q=0.1", body)
                if head.status != _WITHDRAWN:
                    return
                self._keep(f"{GONE}/{path}.{chosen.extension}", body, head)
        self.places.withdrawn.add(_DOC + path)

    async def _thing(self, iri: str) -> bool:
        """Write what describes *iri*; tell whether there is something."""
        address = "/" + iri.removeprefix(BASE).partition("#")[0]
        if not address.startswith(_ID):
            self._note([address])
            return False
        path = address.removeprefix(_ID)
        written = [await self._write(each, each.path.replace("{kind}/{slug}", path)) for each in self._of_things]
        return any(written)

    def _note(self, addresses: Iterable[str]) -> None:
        """Take note of what is to be written besides things."""
        for address in addresses:
            found = None if address.startswith(_DOC) else self._plan.find(address)
            if found is not None and found.address not in self._seen and found.resource not in self._of_things:
                self._seen.add(found.address)
                self._found.append(found.address)

    async def _address(self, address: str) -> None:
        found = self._plan.find(address)
        assert found is not None
        await self._write(found.resource, address, read=True)

    async def _write(self, resource: Resource, address: str, *, read: bool = False) -> bool:
        """Write *address* in each format; tell whether it is there. What it leads to is noted when it is *read*."""
        if not is_safe(address.strip("/") or "index"):
            return False
        for chosen in resource.formats[: 1 if resource.plain else None]:
            name = resource.file(address, chosen)
            with SpooledTemporaryFile(_IN_MEMORY, dir=str(self._files)) as body:
                head = await ask(self._app, address, "*/*" if resource.plain else chosen.media_type, body)
                if head.status != _FOUND:
                    self._leads_elsewhere(address, head)
                    return False
                if read and body.tell() <= _IN_MEMORY:
                    body.seek(0)
                    self._note(self.places.named_in(body.read()))
                self._keep(name, body, head)
        return True

    def _leads_elsewhere(self, address: str, head: Head) -> None:
        """Note where *address* leads, if it leads on.

        Raises:
            EngineTrouble: the service failed.
        """
        if head.status in _LEADING:
            location = head.fields["location"].removeprefix(self.places.base)
            self.places.moved[address] = Moved(head.status, location)
            self._note([location])
        elif head.status not in _ABSENT:
            raise EngineTrouble(f"the service answers {head.status} at {address}, so the mirror would lack it")

    def _link_files(self) -> None:
        """Make files of the addresses that lead to one for the time being, as those of the latest dump do."""
        for address, moved in list(self.places.moved.items()):
            target = self._files / moved.to.lstrip("/")
            if moved.status in _FOR_NOW and is_safe(address.lstrip("/")) and target.is_file():
                linked = self._files / address.lstrip("/")
                linked.parent.mkdir(parents=True, exist_ok=True)
                os.link(target, linked)
                self._written += 1
                del self.places.moved[address]

    def _keep(self, name: str, body: IO[bytes], head: Head) -> None:
        """Write the file *name*, which holds *body*, made to fit in a mirror."""
        size = body.tell()
        body.seek(0)
        target = self._files / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            if size > _IN_MEMORY:
                shutil.copyfileobj(body, file)
            else:
                size = file.write(self._fitting(body.read(), name, head))
        os.utime(target, (self._modified, self._modified))
        self._written += 1
        self._bytes += size

    def _fitting(self, document: bytes, name: str, head: Head) -> bytes:
        media_type = head.fields.get("content-type", "").partition(";")[0]
        if media_type == HTML.media_type:
            page = self.places.in_page(document.decode(), name, head.fields.get("link", ""))
            return self.places.in_document(page.encode())
        if media_type == JSON.media_type:
            return self.places.in_json(document)
        return document if media_type.startswith("application/g") else self.places.in_document(document)

    async def _answer(self, address: str, chosen: Format) -> None:
        """Ask for *address*, and forget the answer."""
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            await ask(self._app, address, chosen.media_type, body)


async def _each(things: Iterable[str], work: Callable[[str], Awaitable[object]]) -> None:
    """Do *work* for each of *things*, some at once."""
    waiting = iter(things)

    async def worker() -> None:
        for thing in waiting:
            await work(thing)

    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(_AT_ONCE):
                workers.create_task(worker())
    except* HeritageGraphError as faults:
        raise faults.exceptions[0] from None


def is_safe(path: str) -> bool:
    """Tell whether *path* names a file below the mirror, on every file system."""
    return all(_SEGMENT.fullmatch(segment) for segment in path.split("/"))
