"""Import the organizations between states of the Correlates of War Project: who was a member from when to when."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.importers import statements
from heritage_graph.importers.cow_states import ALPHA_2
from heritage_graph.importers.csv_rows import CsvRow, csv_header, csv_rows
from heritage_graph.importers.igo_files import accuracy_of, find_files, number_of, year_of
from heritage_graph.importers.imported import DataSet
from heritage_graph.importers.labels import Labels
from heritage_graph.importers.memberships import MISSING, NO_MEMBER, ROLES, Membership, Year, memberships
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, RowPlace, Told, refused, taken
from heritage_graph.namespaces import DCTERMS, FOAF, HG, HGV, ID, RDF, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from heritage_graph.importers.igo_files import IgoFiles
    from heritage_graph.importers.known import Known

REGISTRY: Final = "cow-igo"
"""The name by which the curators' file of identifications calls the numbers of the organizations."""

_SLUG: Final = "igo-membership"
_LICENCE: Final = NamedNode("https://www.gnu.org/licenses/gpl-3.0.html")
_PAGE: Final = NamedNode("https://correlatesofwar.org/data-sets/IGOs/")
_ORGANIZATIONS: Final = ID.term(f"document/{_SLUG}-organizations")
_STATES: Final = ID.term(f"document/{_SLUG}-states")
_STATE_YEARS: Final = ID.term(f"document/{_SLUG}-state-years")
_TITLES: Final = {
    _ORGANIZATIONS: {
        "en": "Correlates of War: intergovernmental organizations by year (version 3)",
        "ar": "مشروع Correlates of War: المنظمات الحكومية الدولية سنةً بسنة (الإصدار 3)",
        "fr": "Correlates of War : organisations intergouvernementales par année (version 3)",
    },
    _STATES: {
        "en": "Correlates of War: states of the state system (2016)",
        "ar": "مشروع Correlates of War: دول منظومة الدول (2016)",
        "fr": "Correlates of War : États du système d’États (2016)",  # noqa: RUF001  # French sets a turned comma
    },
    _STATE_YEARS: {
        "en": "Correlates of War: states in intergovernmental organizations by year (version 3)",
        "ar": "مشروع Correlates of War: الدول في المنظمات الحكومية الدولية سنةً بسنة (الإصدار 3)",
        "fr": "Correlates of War : États dans les organisations intergouvernementales par année (version 3)",
    },
}
_GRAPH_LABELS: Final = {
    "en": "What the Correlates of War Project states on membership in organizations",
    "ar": "ما يذكره مشروع Correlates of War عن العضوية في المنظمات",
    "fr": "Ce que dit le projet Correlates of War de l’appartenance aux organisations",  # noqa: RUF001  # as above
}
_CUT: Final = 80
"""Characters after which the files cut the long name of an organization."""

_LAST_UNCERTAIN: Final = 1964
"""The last year of which the files say how exact the dates are."""


def open_igo_membership(path: Path, encoding: str | None = None) -> DataSet:
    """The data set at *path* (see `find_files`), for graph/source/igo-membership.

    An organization is the one that the curators give its number, else `organization/cow-igo-{number}`; a state goes by
    the code of ISO 3166-1 that belongs to its number, else it is `state/cow-{number}`. Names identify nothing.

    Raises:
        SyntaxFault: the files are not there, or not in their encoding.
    """
    files = find_files(path, encoding)
    documents = [_ORGANIZATIONS, _STATES, *([_STATE_YEARS] if files.state_years else [])]
    about = statements.about(source_graph(_SLUG), documents, _GRAPH_LABELS, licence=_LICENCE)
    return DataSet(_SLUG, tuple(about), lambda known: _Reader(files, known, Labels(known.labels)).told())


@dataclass(frozen=True, slots=True)
class _Span:
    """Evidence for one or several rows one after the other: its place, with the end and the digest of all of them."""

    node: NamedNode
    place: RowPlace


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the files; `states` are the states by the name of their column, `runs` the memberships by that name."""

    files: IgoFiles
    known: Known
    labels: Labels
    states: dict[str, NamedNode] = field(default_factory=dict)
    runs: dict[str, list[tuple[str, Membership]]] = field(default_factory=dict)

    def told(self) -> Iterator[Told]:
        """Every row of every file: first the states, then the organizations, then the states by year."""
        yield Told(None, tuple(self._documents()))
        yield from self._states()
        yield from self._organizations()
        yield from self._state_years()

    def _documents(self) -> Iterator[Triple]:
        texts = {_ORGANIZATIONS: self.files.organizations, _STATES: self.files.states}
        if self.files.state_years:
            texts[_STATE_YEARS] = self.files.state_years
        for node, text in texts.items():
            yield from statements.document(node, _TITLES[node], text.digest, text.characters, self.labels)
            yield Triple(node, DCTERMS.license, _LICENCE)
            yield Triple(node, FOAF.page, _PAGE)

    # The states

    def _states(self) -> Iterator[Told]:
        for row in csv_rows(self.files.states.files[0]):
            if isinstance(row, RefusedRow):
                yield refused(row)
                continue
            number, name, column = number_of(row.cells["ccode"]), row.cells["statenme"].strip(), row.cells["state"]
            if number is None or not name or not column:
                text = f"a state has a number, a name and a column, unlike {row.cells['ccode']!r}, {name!r}, {column!r}"
                yield refused(RefusedRow(row.place, row.cells["ccode"], Remark("state-unreadable", text)))
            elif column in self.states:
                yield taken(row.place, number, (), ())  # another time in which the same state is one
            else:
                yield taken(row.place, number, (), tuple(self._state(column, number, name, row.place)))

    def _state(self, column: str, number: str, name: str, place: RowPlace) -> Iterator[Triple]:
        code = ALPHA_2.get(number)
        state = ID.term(f"state/{self.known.slugs.slug(code) if code else f'cow-{number}'}")
        self.states[column] = state
        evidence = ID.term(f"evidence/{_SLUG}-state-{number}")
        yield from statements.row(evidence, _STATES, place)
        yield Triple(state, RDF.type, HG.State)
        yield from self.labels.of(state, {"en": name})
        yield Triple(state, HG.labelSource, statements.STATED)
        yield Triple(state, HG.correlatesOfWarNumber, Literal(number))
        yield Triple(state, HG.evidence, evidence)

    # The organizations

    def _organizations(self) -> Iterator[Told]:
        file = self.files.organizations.files[0]
        columns = tuple(column for column in csv_header(file) if column in self.states)
        done: set[str] = set()
        for number, rows in groupby(csv_rows(file), _number):
            if number is None:
                yield from (refused(_unreadable(row)) for row in rows)
            elif number in done:
                yield from (refused(_again(row, number)) for row in rows)
            else:
                done.add(number)
                yield from self._organization(number, list(rows), columns)

    def _organization(self, number: str, rows: Sequence[CsvRow | RefusedRow], columns: Sequence[str]) -> Iterator[Told]:
        """One organization with all its years, which stand one after the other."""
        kept: list[CsvRow] = []
        years: list[Year] = []
        for row in rows:
            assert isinstance(row, CsvRow)  # one that was refused has no number
            year = year_of(row.cells["year"])
            last = years[-1].year if years else 0
            if year is None or year <= last or not (row.cells["orgname"].strip() or row.cells["longorgname"].strip()):
                yield refused(_refused_year(row, number, year, last))
                continue
            codes, unknown = _codes(row.cells, columns)
            remarks = list(_remarks(row.cells, year, last, unknown))
            years.append(Year(year, codes))
            kept.append(row)
            yield taken(row.place, f"{number} {year}", tuple(remarks), ())
        if kept:
            yield Told(None, tuple(self._described(number, kept, years)))

    def _described(self, number: str, rows: Sequence[CsvRow], years: Sequence[Year]) -> Iterator[Triple]:
        slug = self.known.registered.get((REGISTRY, number), f"cow-igo-{number}")
        organization = ID.term(f"organization/{slug}")
        founded = year_of(rows[-1].cells["sdate"])
        spans: dict[tuple[int, int], _Span] = {}
        first = _span(spans, number, rows, 0, 0)
        yield Triple(organization, RDF.type, HG.Organization)
        yield Triple(organization, HG.organizationType, HGV.term("organization-type/intergovernmental"))
        yield Triple(organization, HG.correlatesOfWarNumber, Literal(number))
        yield Triple(organization, HG.labelSource, statements.STATED)
        yield Triple(organization, HG.evidence, first.node)
        yield from self._names(organization, rows)
        if founded is not None:
            yield Triple(organization, HG.foundedOn, statements.year(founded))
        position = {year.year: at for at, year in enumerate(years)}
        dissolved = rows[-1].cells["dead"].strip() in {"1", "1.0"}
        for each in memberships(years, founded=founded, dissolved=dissolved):
            self.runs.setdefault(each.state, []).append((rows[0].cells["ioname"].strip().lower(), each))
            span = _span(spans, number, rows, position[each.first], position[each.last])
            yield from self._membership(organization, slug, each, span.node)
            accuracy = accuracy_of(rows[position[each.first]].cells)
            if accuracy and each.first <= _LAST_UNCERTAIN:
                yield Triple(_node(slug, self.states[each.state], each), HG.dateAccuracy, _english(accuracy))
        for found in spans.values():
            yield from statements.row(found.node, _ORGANIZATIONS, found.place)

    def _names(self, organization: NamedNode, rows: Sequence[CsvRow]) -> Iterator[Triple]:
        last = rows[-1].cells
        long = [name for name in (row.cells["longorgname"].strip() for row in reversed(rows)) if 0 < len(name) < _CUT]
        names = list(dict.fromkeys([*long, last["orgname"].strip()]))
        preferred, *others = [name for name in names if name] or [last["longorgname"].strip()]
        yield from self.labels.of(organization, {"en": preferred})
        for name in others:
            yield from self.labels.alternative(organization, _english(name))
        if acronym := last["ioname"].strip():
            yield Triple(organization, HG.acronym, Literal(acronym, language="und"))

    def _membership(
        self, organization: NamedNode, slug: str, each: Membership, evidence: NamedNode
    ) -> Iterator[Triple]:
        state = self.states[each.state]
        node = _node(slug, state, each)
        yield Triple(node, RDF.type, HG.Participation)
        yield Triple(node, HG.inContext, organization)
        yield Triple(node, HG.participant, state)
        yield Triple(node, HG.role, HGV.term(f"role/{each.role}"))
        yield Triple(node, HG.evidence, evidence)
        yield Triple(node, HG.startsOn if each.began else HG.reportedOn, statements.year(each.first))
        yield Triple(node, HG.endsOn if each.ended else HG.reportedOn, statements.year(each.last))

    # The states by year, which say the same a second time

    def _state_years(self) -> Iterator[Told]:
        if self.files.state_years is None:
            return
        for row in csv_rows(self.files.state_years.files[0]):
            if isinstance(row, RefusedRow):
                yield refused(row)
                continue
            year, column = year_of(row.cells["year"]), row.cells["state"]
            if year is None or column not in self.states:
                text = f"{row.cells['year']!r} is no year, or {column!r} no state of the table of states"
                yield refused(RefusedRow(row.place, column[:60], Remark("state-year-unreadable", text)))
                continue
            remarks = tuple(self._disagreements(column, year, row.cells))
            yield taken(row.place, f"{column} {year}", remarks, ())

    def _disagreements(self, column: str, year: int, cells: Mapping[str, str]) -> Iterator[Remark]:
        codes = {name: code for name, cell in cells.items() if (code := cell.removesuffix(".0")) in ROLES}
        for name in ("ccode", "year"):
            codes.pop(name, None)
        roles = {name: ROLES[code] for name, code in codes.items()}
        other = {name: run.role for name, run in self.runs.get(column, ()) if run.first <= year <= run.last}
        differing = sorted(name for name in roles.keys() | other.keys() if roles.get(name) != other.get(name))
        if differing:
            shown = ", ".join(
                f"{name} ({roles.get(name, 'none')}, there {other.get(name, 'none')})" for name in differing[:3]
            )
            more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""  # noqa: PLR2004  # as shown
            text = f"the table of organizations says otherwise, and was followed: {shown}{more}"
            yield Remark("files-disagree", text)


def _number(row: CsvRow | RefusedRow) -> str | None:
    return number_of(row.cells["ionum"]) if isinstance(row, CsvRow) else None


def _unreadable(row: CsvRow | RefusedRow) -> RefusedRow:
    if isinstance(row, RefusedRow):
        return row
    text = f"{row.cells['ionum']!r} is no number of an organization"
    return RefusedRow(row.place, row.cells["ioname"][:60], Remark("number-unreadable", text))


def _again(row: CsvRow | RefusedRow, number: str) -> RefusedRow:
    text = f"the rows of organization {number} do not stand together: other organizations come between"
    return RefusedRow(row.place, number, Remark("organization-again", text))


def _refused_year(row: CsvRow, number: str, year: int | None, last: int) -> RefusedRow:
    if year is None:
        return RefusedRow(row.place, number, Remark("year-unreadable", f"{row.cells['year']!r} is no year"))
    if year <= last:
        text = f"the year {year} comes after {last}; the years of an organization ascend"
        return RefusedRow(row.place, f"{number} {year}", Remark("year-out-of-order", text))
    return RefusedRow(row.place, f"{number} {year}", Remark("no-name", "the row has no name of the organization"))


def _codes(cells: Mapping[str, str], columns: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The codes of the states, without decimal places, and the columns whose code has no meaning."""
    codes = {column: cells[column].strip().removesuffix(".0") for column in columns}
    unknown = [column for column, code in codes.items() if code not in ROLES and code not in {*MISSING, NO_MEMBER}]
    return {column: code for column, code in codes.items() if code not in MISSING and column not in unknown}, unknown


def _remarks(cells: Mapping[str, str], year: int, last: int, unknown: Sequence[str]) -> Iterator[Remark]:
    if unknown:
        text = f"{cells[unknown[0]]!r} ({unknown[0]}) is no code of membership, and was taken as missing data"
        yield Remark("code-unknown", text)
    if last and year > last + 1:
        yield Remark("years-missing", f"the years from {last + 1} to {year - 1} are missing; no membership spans them")
    if cells["imputed"].strip() in {"1", "1.0"}:
        yield Remark("imputed", "the project has filled this year in from others; it was taken like any other")


def _span(spans: dict[tuple[int, int], _Span], number: str, rows: Sequence[CsvRow], first: int, last: int) -> _Span:
    """Evidence of the rows from *first* to *last*, made once."""
    if (first, last) not in spans:
        lines = "".join(row.lines for row in rows[first : last + 1]).rstrip("\r\n")
        begin = rows[first].place
        node = ID.term(f"evidence/{_SLUG}-{number}-{begin.start}-{begin.start + len(lines)}")
        end, digest = begin.start + len(lines), sha256(lines.encode()).hexdigest()
        spans[first, last] = _Span(node, RowPlace(begin.file, begin.file_line, begin.line, begin.start, end, digest))
    return spans[first, last]


def _node(slug: str, state: NamedNode, each: Membership) -> NamedNode:
    name = state.value.rsplit("/", 1)[-1]
    return ID.term(f"participation/{slug}--{name}--{each.role}-{each.first}")


def _english(text: str) -> Literal:
    return Literal(text, language="en")
