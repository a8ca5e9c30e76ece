"""One record as it was written: which of its keys can be told, and what becomes of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.importers.records import keys
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.model.dates import read_date, read_duration
from heritage_graph.namespaces import is_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heritage_graph.importers.rows import Place
    from heritage_graph.model.dates import PartialDate

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_YEAR: Final = re.compile(r"(?!0000)[0-9]{4}")
_SITE_NUMBER: Final = re.compile(r"[0-9]+(?:bis|ter|quater)?")


@dataclass(frozen=True, slots=True)
class Written:
    """A record as it was written: a JSON value and where it stands.

    Of one from a table, `lines` has the line of each object of its lists, by their key and its number from 1.
    """

    place: Place
    value: object
    lines: Mapping[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part: the printed name, None where it is withheld; in which roles; whether somebody signs for it.

    `texts` is what else the page says, by key.
    """

    as_named: str | None
    roles: tuple[str, ...]
    signs: bool
    texts: Mapping[str, str]
    note: str | None


@dataclass(frozen=True, slots=True)
class Concern:
    """A heritage, or class of heritage, to which the record is directed: its printed name and what it is."""

    as_named: str
    what: str
    list_number: str | None


@dataclass(frozen=True, slots=True)
class Money:
    """Means that are given: by whom as printed, how much, and of what kind; `amount` and `currency` come together."""

    as_named: str | None
    amount: Decimal | None
    currency: str | None
    bound: str | None
    year: str | None
    share: Decimal | None
    mode: str
    purpose: str | None
    is_total: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a record, and how it was seen: `read_on` is a partial date, `in_copy` None when nothing is said."""

    url: str
    publisher: str
    languages: tuple[str, ...]
    date: PartialDate | None
    read_on: PartialDate | None
    in_copy: bool | None
    in_part: bool

    @property
    def language(self) -> str:
        """The language of what is printed there; undetermined where the page has several."""
        return self.languages[0] if len(self.languages) == 1 else keys.UNDETERMINED


@dataclass(frozen=True, slots=True)
class Record:
    """A record that can be told, and the remarks on what was left out of it; keys are those of the format."""

    place: Place
    slug: str
    kind: str
    name: str
    name_is_official: bool
    page: Page
    parties: tuple[Party, ...]
    parties_open: bool | None
    texts: Mapping[str, str]
    dates: Mapping[str, PartialDate]
    dates_as_stated: str | None
    term: str | None
    renewable: str | None
    renews: str | None
    implements: str | None
    lists: Mapping[str, tuple[str, ...]]
    levels: tuple[str, ...]
    beneficiaries: str | None
    concerns: tuple[Concern, ...]
    funding: tuple[Money, ...]
    note: str | None
    remarks: tuple[Remark, ...]

    def words(self) -> Iterator[str]:
        """Every text of it that may name somebody, but for the names of parties and funders."""
        yield from (self.name, *self.texts.values(), *(each.as_named for each in self.concerns))
        yield from (text for values in self.lists.values() for text in values)
        yield from (text for party in self.parties for text in (*party.texts.values(), party.note) if text)
        yield from (text for money in self.funding for text in (money.purpose, money.note) if text)
        yield from (text for text in (self.renews, self.implements, self.beneficiaries, self.note) if text)


class _Unusable(Exception):  # it is no error to anyone outside
    """Why a record cannot be told."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.remark = Remark(kind, text)


class _Members:
    """The members of one JSON object, taken one by one; what nobody takes, or has another type, is remarked on."""

    def __init__(
        self,
        value: object,
        remarks: list[Remark],
        *,
        where: str = "",
        columns: str = "",
        lines: Mapping[tuple[str, int], int] | None = None,
    ) -> None:
        if not isinstance(value, dict):
            raise _Unusable("not-an-object", f"{where or 'the record'} would be a JSON object")
        self._left: dict[str, object] = {key: each for key, each in value.items() if each is not None}
        self._where = where
        self._columns = columns
        self._lines = lines or {}
        self.remarks = remarks

    def named(self, key: str) -> str:
        """*key* as whoever wrote it finds it."""
        return f"“{self._columns}{key}”"

    def text(self, key: str) -> str | None:
        value = self._left.pop(key, None)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._unfit(key, value, "a text that is not empty")
        return None

    def needed(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.unusable("key-missing", f"{self.named(key)} is missing, and a record cannot do without it")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, ())
        if isinstance(value, (list, tuple)) and all(isinstance(each, str) and each.strip() for each in value):
            return tuple(dict.fromkeys(each.strip() for each in value))
        self._unfit(key, value, "a list of texts")
        return ()

    def flag(self, key: str) -> bool | None:
        value = self._left.pop(key, None)
        if isinstance(value, bool):
            return value
        self._unfit(key, value, "true or false")
        return None

    def number(self, key: str) -> Decimal | None:
        value = self._left.pop(key, None)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and Decimal(value).is_finite():
            return Decimal(value).normalize()
        self._unfit(key, value, "a number")
        return None

    def one_of(self, key: str, values: Iterable[str]) -> str | None:
        value = self.text(key)
        if value is None or value in values:
            return value
        self._unfit(key, value, "one of " + ", ".join(values))
        return None

    def date(self, key: str) -> PartialDate | None:
        value = self.text(key)
        try:
            return None if value is None else read_date(value)
        except ParameterError as fault:
            self.remark("date-unreadable", f"{self.named(key)} is left out: {fault}")
            return None

    def objects(self, key: str) -> Iterator[_Members]:
        value = self._left.pop(key, ())
        if not isinstance(value, (list, tuple)):
            self._unfit(key, value, "a list of objects")
            return
        for number, each in enumerate(value, 1):
            line = self._lines.get((key, number))
            if line is None:
                members = _Members(each, self.remarks, where=f"{key} {number}: ")
            else:
                members = _Members(each, self.remarks, where=f"line {line}: ", columns=f"{key}.")
            yield members
            members.close()

    def passed_over(self, names: Iterable[str]) -> None:
        for name in names:
            self._left.pop(name, None)

    def unusable(self, kind: str, text: str) -> _Unusable:
        return _Unusable(kind, self._where + text)

    def remark(self, kind: str, text: str) -> None:
        self.remarks.append(Remark(kind, self._where + text))

    def close(self) -> None:
        for key in self._left:
            self.remark("key-unknown", f"{self.named(key)} is no key of the format and is left out")

    def _unfit(self, key: str, value: object, wanted: str) -> None:
        if value is not None:
            self.remark("value-unfit", f"{self.named(key)} is left out: it would be {wanted}, not {str(value)[:80]!r}")


def read_record(written: Written) -> Record | RefusedRow:
    """The record that was *written*: without what cannot be told, which is remarked on."""
    identifier = str(written.value.get("slug", ""))[:200] if isinstance(written.value, dict) else ""
    remarks: list[Remark] = []
    try:
        return _record(written.place, _Members(written.value, remarks, lines=written.lines), remarks)
    except _Unusable as reason:
        return RefusedRow(written.place, identifier, reason.remark)


def _record(place: Place, given: _Members, remarks: list[Remark]) -> Record:
    slug = given.needed("slug")
    if not is_slug(slug):
        raise _Unusable("slug-unfit", f"the slug {slug!r} is not of small letters, digits and single hyphens")
    kind = given.needed("kind")
    if kind not in keys.KINDS:
        raise _Unusable("kind-unknown", f"there is no kind {kind!r}; there are: {', '.join(keys.KINDS)}")
    parties = tuple(_party(each) for each in given.objects("parties"))
    in_words = {"renews": given.text("renews"), "implements": given.text("implements")}
    name, official = given.needed("name"), given.flag("name_is_official") or False
    open_, page = given.flag("parties_open"), _page(given)
    texts = {key: text for key in keys.TEXTS if (text := given.text(key))}
    dates = _dates(given, kind)
    lists = {key: values for key in keys.LISTS if (values := given.texts(key))}
    levels = _several(given.text("level") or "")
    record = Record(
        place, slug, kind, name, official, page, parties, open_, texts, dates, given.text("dates_as_stated"),
        _duration(given), given.text("renewable"), in_words["renews"], in_words["implements"], lists, levels,
        given.text("beneficiaries"), tuple(_concern(each) for each in given.objects("concerns")),
        tuple(_money(each) for each in given.objects("funding")), given.text("note"), (),
    )  # fmt: skip
    given.passed_over(keys.JUDGED)
    given.close()
    return _with_remarks(record, remarks)


def _with_remarks(record: Record, remarks: list[Remark]) -> Record:
    return Record(**{**{name: getattr(record, name) for name in Record.__slots__}, "remarks": tuple(remarks)})


def _page(given: _Members) -> Page:
    url = given.needed("url")
    if not _ADDRESS.fullmatch(url):
        raise _Unusable("url-unfit", f"{url[:200]!r} is no address of a page")
    languages = tuple(each.strip() for each in given.needed("language").split(","))
    if not all(_LANGUAGE.fullmatch(each) for each in languages):
        raise _Unusable("language-unfit", f"{languages} would be codes like en, ar or fr")
    publisher = given.needed("publisher")
    return Page(
        url, publisher, languages, given.date("page_date"), given.date("read_on"), given.flag("read_in_copy"),
        given.flag("excerpt_cut") or False,
    )  # fmt: skip


def _party(given: _Members) -> Party:
    withheld = given.text("withheld")
    if withheld and given.text("as_named"):
        both = f"{given.named('withheld')} and {given.named('as_named')}"
        raise given.unusable("withheld-and-named", f"{both}: a party that is withheld has no name, either")
    name = None if withheld else given.needed("as_named")
    roles = _several(given.needed(keys.ROLE))
    if not roles:
        raise given.unusable("key-missing", f"{given.named(keys.ROLE)} has bars, and no role")
    texts = {key: text for key in keys.PARTY_TEXTS if (text := given.text(key))}
    if withheld:
        texts["withheld"] = withheld
    persons = [who for who in ("signed_by", "represented_by") if given.text(who)]
    for who in persons:
        if f"{who}_capacity" not in texts:
            left_out = f"{given.named(who)} is left out: nobody is named, and no office is given"
            given.remark("person-without-office", left_out)
    given.passed_over(keys.JUDGED_OF_PARTIES)
    return Party(name, roles, "signed_by" in persons or "signed_by_capacity" in texts, texts, given.text("note"))


def _concern(given: _Members) -> Concern:
    name, what, number = given.needed("as_named"), given.needed("what"), given.text("whs_id")
    if what not in keys.WHATS:
        text = f"{given.named('what')} {what!r} is taken as scope: it would be one of {', '.join(keys.WHATS)}"
        given.remark("value-unfit", text)
        what = "scope"
    if number and (what != "site" or not _SITE_NUMBER.fullmatch(number)):
        text = f"{given.named('whs_id')} {number!r} is left out: it would be the number of a site on the List"
        given.remark("value-unfit", text)
        number = None
    return Concern(name, what, number)


def _several(text: str) -> tuple[str, ...]:
    """What stands between the bars of *text*."""
    return tuple(dict.fromkeys(each.strip() for each in text.split("|") if each.strip()))


def _money(given: _Members) -> Money:
    amount, currency = given.number("amount"), given.text("currency")
    if (amount is None) != (currency is None) or (currency and not _CURRENCY.fullmatch(currency)):
        text = f"{given.named('amount')} is left out: it would be a number, {given.named('currency')} a code like USD"
        given.remark("amount-incomplete", text)
        amount = currency = None
    share = given.number("share")
    if share is not None and not 0 <= share <= 1:
        given.remark("value-unfit", f"{given.named('share')} is left out: it would be from 0 to 1, not {share}")
        share = None
    bound = given.one_of("amount_is", ("maximum", "minimum"))
    year = given.text("year")
    if year and not _YEAR.fullmatch(year):
        given.remark("value-unfit", f"{given.named('year')} is left out: it would be four digits, not {year!r}")
        year = None
    mode = given.one_of("mode", keys.MODES) or "unspecified"
    name, purpose = given.text("as_named"), given.text("for")
    return Money(
        name, amount, currency, bound, year, share, mode, purpose, given.flag("is_total") or False, given.text("note")
    )


def _dates(given: _Members, kind: str) -> dict[str, PartialDate]:
    dates = {key: date for key in keys.DATES if (date := given.date(key))}
    if kind not in keys.AGREEMENTS:
        for key in sorted(keys.DATES_OF_AGREEMENTS & dates.keys()):
            given.remark("date-of-an-agreement", f"“{key}” is left out: only an agreement or a renewal has one")
            del dates[key]
    for first, last in keys.ORDERED:
        if first in dates and last in dates and dates[last].latest < dates[first].earliest:
            given.remark("dates-disordered", f"“{last}” is left out: {dates[last].text} is before {dates[first].text}")
            del dates[last]
    return dates


def _duration(given: _Members) -> str | None:
    term = given.text("term")
    try:
        if term is not None:
            read_duration(term)
    except ParameterError as fault:
        given.remark("term-unreadable", f"“term” is left out: {fault}")
        return None
    return term
