"""What a web server needs besides the files: its configuration, pages about what is not there, and how to serve."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from heritage_graph.errors import NotAcceptable, UnknownName
from heritage_graph.namespaces import ID
from heritage_graph.site.accept import expressions
from heritage_graph.site.addresses import NEEDS_SERVICE
from heritage_graph.site.links import GONE, NOTICE
from heritage_graph.web.negotiation import GRAPHS, HTML, PROBLEM
from heritage_graph.web.page_language import PageLanguage
from heritage_graph.web.problems import problem_of
from heritage_graph.web.templating import CONTENT_SECURITY_POLICY, Pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heritage_graph.site.addresses import Resource
    from heritage_graph.site.links import Places
    from heritage_graph.web.negotiation import Format

MARK: Final = "README.md"
"""The file that tells a mirror of ours from other folders."""

ERRORS: Final = "errors"
"""The folder of what is said of what is not there, in a mirror."""

_FOLDER: Final = Path(__file__).parent
_NOT_COMPRESSED: Final = {HTML.media_type, "application/gzip", "application/zstd"}  # HTML always is
_PROBLEM_FORMATS: Final = (PROBLEM, HTML)
_TOMBSTONE_FORMATS: Final = (PROBLEM, *GRAPHS, HTML)


@dataclass(frozen=True)
class _Choice:
    """A set of formats among which clients choose."""

    number: int
    formats: tuple[Format, ...]

    @property
    def expressions(self) -> list[tuple[str, Format]]:
        """See `accept.expressions`."""
        return list(expressions(self.formats))

    @staticmethod
    def names(chosen: Format) -> list[str]:
        """The names by which `?format=` asks for *chosen*, as regular expressions."""
        return [name.replace("+", r"\+").replace(".", r"\.") for name in (chosen.extension, chosen.media_type)]


@dataclass(frozen=True)
class _Location:
    """A `location` of nginx: what it matches, what is tried in it, and how its files are typed."""

    pattern: str
    tried: list[str]
    otherwise: str
    types: list[tuple[str, str]]
    default_type: str


def write_configuration(files: Path, places: Places) -> None:
    """Write into the mirror *files* what a web server needs to serve it as the service would."""
    notices = tomllib.loads((_FOLDER / "notices.toml").read_text(encoding="utf-8"))
    problems = {
        "not-found": UnknownName("there is nothing at this address of the mirror"),
        "not-acceptable": NotAcceptable("there is no format here that you accept"),
    }
    (files / ERRORS).mkdir()
    for name, error in problems.items():
        _write_notice(files / ERRORS / f"{name}.html", notices[name], places)
        problem = problem_of(error).document("mirror")
        (files / ERRORS / f"{name}.json").write_bytes(orjson.dumps(problem, option=orjson.OPT_INDENT_2))
    _write_notice(files / NOTICE, {**notices[Path(NOTICE).stem], "reasons": NEEDS_SERVICE}, places)
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=False,  # noqa: S701 - these are no pages
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = _values(places)
    for name in ("nginx-maps.conf", "nginx-site.conf", "README.md"):
        (files / name).write_text(environment.get_template(name).render(**values), encoding="utf-8")


def _values(places: Places) -> dict[str, object]:
    """What the templates are made with."""
    resources = places.plan.resources
    sets = dict.fromkeys(each.formats for each in resources if not each.plain)
    choices = {formats: _Choice(number, formats) for number, formats in enumerate(sets, 1)}
    for formats in (_PROBLEM_FORMATS, _TOMBSTONE_FORMATS):
        choices.setdefault(formats, _Choice(len(choices) + 1, formats))
    usual = _usual(resources)
    prefix = urlsplit(places.base).path
    return {
        "version": version("heritage-graph"),
        "base": places.base,
        "host": urlsplit(places.base).hostname,
        "prefix": prefix,
        "service": places.service,
        "id": str(ID),
        "policy": CONTENT_SECURITY_POLICY,
        "notice": NOTICE,
        "gone": GONE,
        "errors": ERRORS,
        "needs_service": [prefix_.replace(".", r"\.") for prefix_ in NEEDS_SERVICE],
        "moves": sorted(places.moved.items()),
        "suffixes": sorted({each.extension for found in resources if "/doc/" in found.path for each in found.formats}),
        "choices": list(choices.values()),
        "usual": usual,
        "compressed": sorted({*usual.values()} - _NOT_COMPRESSED),
        "tombstone_types": _types(_TOMBSTONE_FORMATS),
        "tombstone_choice": choices[_TOMBSTONE_FORMATS].number,
        "problem_choice": choices[_PROBLEM_FORMATS].number,
        "resources": [_location(each, choices, usual, prefix) for each in resources],
    }


def _location(
    resource: Resource, choices: Mapping[tuple[Format, ...], _Choice], usual: Mapping[str, str], prefix: str
) -> _Location:
    if resource.plain:
        tried, otherwise = ["$uri"], "=404"
    else:
        number = choices[resource.formats].number
        bare = "${uri}index" if resource.path.endswith("/") else "$uri"
        tried, otherwise = [bare, f"{bare}.$hg_suffix_{number}"], f"@hg_absent_{number}"
    endings = "|".join(each.extension for each in resource.formats)
    is_one = not (resource.plain or resource.has_variables or resource.path.endswith("/"))
    is_usual = all(usual[each.extension] == _type(each) for each in resource.formats)
    return _Location(
        prefix + resource.pattern + (rf"(?:\.(?:{endings}))?" if is_one else ""),
        tried,
        otherwise,
        [] if is_usual else _types(resource.formats),
        "" if "." in resource.path or len(resource.formats) > 1 else _type(resource.formats[0]),
    )


def _usual(resources: Iterable[Resource]) -> dict[str, str]:
    """The media type that each suffix means in most resources."""
    counted: dict[str, Counter[str]] = {}
    for resource in resources:
        for each in resource.formats:
            counted.setdefault(each.extension, Counter())[_type(each)] += 1
    return {extension: counts.most_common(1)[0][0] for extension, counts in sorted(counted.items())}


def _types(formats: Iterable[Format]) -> list[tuple[str, str]]:
    """The media type of each suffix."""
    return [(each.extension, _type(each)) for each in formats]


def _type(chosen: Format) -> str:
    """The value of `Content-Type` without the charset, which the web server adds."""
    return chosen.content_type.partition("; charset=")[0]


def _write_notice(target: Path, notice: Mapping[str, object], places: Places) -> None:
    page = Pages().render("mirror_notice.html", language=PageLanguage(), here="/", **notice).decode()
    target.write_text(places.in_page(page, target.name, ""), encoding="utf-8")
