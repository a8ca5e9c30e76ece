"""The tables, declared once: what is written, and how both descriptions describe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.tables.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

_IRI: Final = Column("iri", "IRI", "The IRI of the row's thing; a browser that opens it gets its page.", Kind.IRI,
                     required=True)  # fmt: skip
_CLASS: Final = Column("class", "Class", "Its classes in the ontology, by the last part of their IRIs.", Kind.CODE,
                       several=True, required=True)  # fmt: skip
_NOTE: Final = Column("note", "Curators' notes", "Remarks of those who entered it, in their own words.", several=True)
_OPEN: Final = Column("list_is_open", "List is open", "True when the source says that it does not name all who take "
                      "part, so that every count of them is a least number.", Kind.TRUTH)  # fmt: skip
_DIFFERING: Final = Column("differing", "Differing", "Columns that hold one value and are empty here because sources "
                           "state several; the table statements has each.", Kind.DIFFERING, several=True)  # fmt: skip
_ANOMALIES: Final = Column("anomalies", "Anomalies", "What curators found unusual, vague or doubtful in how a source "
                           "presents it, in English, else in any language.", several=True)  # fmt: skip
_MATCHES: Final = Column("matches", "Matches", "Things that are stated to be the same, or nearly; IRIs.", Kind.IRI,
                         several=True)  # fmt: skip
_MENTIONS: Final = Column("mentions", "Mentions", "What is named in passing, without being given any part; IRIs.",
                          Kind.IRI, several=True)  # fmt: skip
_REPORTED: Final = Column("reported_on", "Reported on", "When sources reported it; it may have happened earlier.",
                          Kind.STATED, several=True)  # fmt: skip


def _texts(name: str, title: str, description: str) -> Column:
    return Column(name, title, description, several=True)


def _codes(name: str, title: str, scheme: str) -> Column:
    description = f"Concepts of the vocabulary {scheme}, by the last part of their IRIs."
    return Column(name, title, description, Kind.CODE, several=True)


def _as_named(name: str, title: str) -> Column:
    return _texts(f"{name}_as_named", f"{title}, as named", "The words of the source, where nothing is identified.")


def _things(name: str, title: str, description: str, table: str) -> Column:
    return Column(name, title, f"{description} IRIs of rows of {table}.", Kind.IRI, several=True)


def _names(names: str = "Names") -> tuple[Column, ...]:
    return (
        *(
            _texts(f"name_{tag}", f"Name in {language}", f"{names} in {language}.")
            for tag, language in (("en", "English"), ("fr", "French"), ("ar", "Arabic"))
        ),
        _texts("name_other", "Name in another language", f"{names} in other languages, or in one that is not known."),
        _texts("other_names", "Other names", "Variants, acronyms and former names, in any language."),
        Column("label_source", "Source of the names", "Whether the names are stated by a source, official, or our own "
               "translation.", Kind.CODE, several=True),
    )  # fmt: skip


def _dated(name: str, title: str, description: str) -> tuple[Column, ...]:
    return (
        Column(name, title, f"{description} As the sources give it: a year, a month or a day; several when they differ "
               "or are not equally precise.", Kind.STATED, several=True),
        Column(f"{name}_precision", f"{title}: precision", f"How much of each date in {name} is given: day, month or "
               "year.", Kind.PRECISION, several=True, of=name),
        Column(f"{name}_earliest", f"{title}: earliest", f"The first day that {name} allows.", Kind.EARLIEST, of=name),
        Column(f"{name}_latest", f"{title}: latest", f"The last day that {name} allows.", Kind.LATEST, of=name),
    )  # fmt: skip


def _basis(name: str, title: str) -> Column:
    description = f"stated: a source states {name}; derived: a rule derives it from what sources state."
    return Column(f"{name}_basis", f"{title}: basis", description, several=True)


def _columns(*parts: Column | Iterable[Column]) -> tuple[Column, ...]:
    return tuple(column for part in parts for column in ((part,) if isinstance(part, Column) else part))


_SUBJECTS: Final = (
    _codes("aims", "Aims", "aim"),
    _as_named("aims", "Aims"),
    _codes("topics", "Topics", "topic"),
    _as_named("topics", "Topics"),
    _codes("heritage_types", "Types of heritage", "heritage-type"),
    _as_named("heritage_types", "Types of heritage"),
)

_AGENTS: Final = Table(
    "agents", "Organizations, states and other agents",
    "Who takes part: organizations, states, persons, and groups that a source speaks of as a whole.",
    _columns(
        _IRI,
        _CLASS,
        _names(),
        _codes("organization_type", "Type of organization", "organization-type"),
        _as_named("organization_type", "Type of organization"),
        _things("country", "Country", "Where it has its seat.", "places"),
        _as_named("country", "Country"),
        _things("seat", "Seat", "The town or other place of its seat.", "places"),
        _as_named("seat", "Seat"),
        _things("territory", "Territory", "The land of a state.", "places"),
        _things("part_of", "Part of", "The body that contains it.", "agents"),
        _things("member_of", "Member of", "The organizations of which it is a member.", "agents"),
        _things("has_part", "Has part", "Bodies that a source lists as belonging to it.", "agents"),
        _things("related_to", "Related to", "Bodies to which a registry records a tie of no named kind.", "agents"),
        _things("drawn_from", "Drawn from", "The organization from whose members a group is drawn.", "agents"),
        _things("succeeds", "Succeeds", "Whose functions it has taken over.", "agents"),
        _things("succeeded_by", "Succeeded by", "Who has taken over its functions.", "agents"),
        _dated("founded_on", "Founded on", "When it came into being."),
        _codes("registry_status", "Status in the registry", "registry-status"),
        _codes("extent", "Extent", "extent"),
        _texts("identifiers", "Identifiers", "Addresses of records that registries keep of it."),
        _texts("correlates_of_war_number", "Correlates of War number", "Its number in the data of that project."),
        _MATCHES,
        _texts("homepage", "Home page", "The address of its page."),
        _ANOMALIES,
        _NOTE,
    ),
    (HG.Agent,),
)  # fmt: skip

_AGREEMENTS: Final = Table(
    "agreements", "Agreements",
    "Commitments between parties; who the parties are stands in participations.",
    _columns(
        _IRI,
        _CLASS,
        _names(),
        _codes("kind", "Kind", "agreement-kind"),
        _as_named("kind", "Kind"),
        _dated("signed_on", "Signed on", "When it was signed."),
        _texts("signed_on_as_written", "Signed on, as written", "The words of a source that are no date."),
        _things("signed_at", "Signed at", "Where it was signed.", "places"),
        _as_named("place", "Place"),
        _as_named("country", "Country"),
        _dated("effective_from", "Effective from", "The first day on which it binds."),
        _basis("effective_from", "Effective from"),
        _texts("effective_from_as_written", "Effective from, as written", "The words of a source that are no date."),
        _dated("valid_until", "Valid until", "The last day on which it binds."),
        _basis("valid_until", "Valid until"),
        _dated("starts_on", "Starts on", "When what it provides for begins."),
        _dated("ends_on", "Ends on", "When that ends, the last day included."),
        _texts("duration", "Duration", "How long it lasts by a term of its own, as in ISO 8601: P3Y is three years."),
        _texts("duration_as_written", "Duration, as written", "How long it lasts, in the words of a source."),
        _codes("renewal", "Renewal", "renewal-mode"),
        _texts("renewal_as_written", "Renewal, as written", "What a source says of its renewal."),
        Column("general_terms", "General terms", "Terms stated for agreements in general that are taken to apply to "
               "it; the next two columns are theirs.", Kind.IRI, several=True),
        _texts("general_duration", "Duration by general terms", "How long it lasts by them, as in ISO 8601."),
        _codes("general_renewal", "Renewal by general terms", "renewal-mode"),
        _things("renews", "Renews", "The earlier agreement that it prolongs or replaces.", "agreements"),
        _as_named("renews", "Renews"),
        _things("implements", "Implements", "The wider agreement that it carries into effect.", "agreements"),
        _as_named("implements", "Implements"),
        _things("framed_by", "Framed by", "The law, treaty or policy within which it stands.", "documents"),
        _things("listed_in_plan", "Listed in plan", "The plan that names it.", "activities"),
        _codes("text_status", "Status of the text", "text-status"),
        _things("documented_by", "Documented by", "Its text.", "documents"),
        _texts("status_as_written", "Status, as written", "How far a source says that it has come."),
        _SUBJECTS,
        _codes("techniques", "Techniques", "technique"),
        _as_named("techniques", "Techniques"),
        _codes("education_levels", "Levels of education", "education-level"),
        _as_named("education_levels", "Levels of education"),
        _things("concerns", "Concerns", "The heritage to which it is directed.", "places"),
        Column("areas_of_cooperation", "Number of areas of cooperation", "How many a source says that it covers.",
               Kind.WHOLE, minimum=0),
        _OPEN,
        _MENTIONS,
        _REPORTED,
        _ANOMALIES,
        _NOTE,
        _DIFFERING,
    ),
    (HG.Agreement,),
)  # fmt: skip

_PARTICIPATIONS: Final = Table(
    "participations", "Participations",
    "Who took part in what, and in which role: one agent, or one name as printed, in one context.",
    _columns(
        _IRI,
        Column("context", "Context", "In what the part is taken; its table stands in things.", Kind.IRI,
               leads_to="things", required=True),
        _texts("context_name", "Name of the context", "In English, else in any language."),
        Column("participant", "Participant", "Who takes part, when it is identified.", Kind.IRI, leads_to="agents"),
        _texts("participant_name", "Name of the participant", "In English, else in any language."),
        _texts("participant_as_named", "Participant, as named", "The name as printed, when it is not identified."),
        _codes("roles", "Roles", "role"),
        _things("on_behalf_of", "On behalf of", "In whose name the participant acts.", "agents"),
        _as_named("on_behalf_of", "On behalf of"),
        _texts("part_of_as_named", "Part of, as named", "The body of which the source says that it is a part."),
        _texts("also_named", "Also named", "Another name by which the same source calls the participant."),
        _as_named("country", "Country"),
        _texts("signed_by_office", "Signed by the office of", "The office of who signed; persons are not named."),
        _texts("represented_by_office", "Represented by the office of", "The office of who was present or spoke."),
        _things("within", "Within", "The wider event in which the part was taken.", "activities"),
        _dated("starts_on", "Starts on", "When the part begins."),
        _dated("ends_on", "Ends on", "When it ends, the last day included."),
        _texts("date_accuracy", "Accuracy of dates", "How exact a source says that its dates are."),
        _REPORTED,
        _texts("withheld_because", "Withheld because", "Why the participant is not named."),
        _ANOMALIES,
        _NOTE,
        _DIFFERING,
    ),
    (HG.Participation,),
)  # fmt: skip

_ACTIVITIES: Final = Table(
    "activities", "Activities, events and programmes",
    "What is done: programmes, projects, research, events and their series, plans, and titles that are granted; who "
    "takes part stands in participations.",
    _columns(
        _IRI,
        _CLASS,
        _names(),
        _codes("kind", "Kind", "activity-kind"),
        _as_named("kind", "Kind"),
        _dated("starts_on", "Starts on", "When it begins."),
        _texts("starts_on_as_written", "Starts on, as written", "The words of a source that are no date."),
        _dated("ends_on", "Ends on", "When it ends, the last day included."),
        _texts("ends_on_as_written", "Ends on, as written", "The words of a source that are no date."),
        _texts("date_as_written", "Date, as written", "The date of a source in its own words."),
        _texts("signed_on_as_written", "Signed on, as written", "When a paper was signed, in the words of a source."),
        _texts("effective_from_as_written", "Effective from, as written", "The words of a source that are no date."),
        _texts("duration", "Duration", "How long it lasts, as in ISO 8601: P3Y is three years."),
        _texts("duration_as_written", "Duration, as written", "How long it lasts, in the words of a source."),
        _texts("status_as_written", "Status, as written", "How far a source says that it has come."),
        _things("takes_place_at", "Takes place at", "Where it is carried out.", "places"),
        _as_named("place", "Place"),
        _as_named("country", "Country"),
        _things("in_series", "In series", "The recurring event of which it is an edition.", "activities"),
        Column("session_number", "Session number", "The number of the edition in its series.", Kind.WHOLE),
        _things("within", "Within", "The wider event during which it was held.", "activities"),
        _things("part_of", "Part of", "The activity that contains it.", "activities"),
        _things("under_agreement", "Under agreement", "By virtue of which it is carried out.", "agreements"),
        _things("under_plan", "Under plan", "The plan that provides for it.", "activities"),
        _as_named("implements", "Implements"),
        _as_named("renews", "Renews"),
        _things("framed_by", "Framed by", "The law, treaty or policy within which it stands.", "documents"),
        _SUBJECTS,
        _codes("techniques", "Techniques", "technique"),
        _as_named("techniques", "Techniques"),
        _codes("education_levels", "Levels of education", "education-level"),
        _as_named("education_levels", "Levels of education"),
        _things("concerns", "Concerns", "The heritage to which it is directed.", "places"),
        _things("designates", "Designates", "The place or site to which a title is granted.", "places"),
        _texts("criteria", "Criteria", "Those of the World Heritage List under which a site is inscribed."),
        _OPEN,
        _codes("extent", "Extent", "extent"),
        _REPORTED,
        _ANOMALIES,
        _NOTE,
        _DIFFERING,
    ),
    (HG.Activity, HG.EventSeries, HG.Plan, HG.Designation),
)  # fmt: skip

_PLACES: Final = Table(
    "places", "Places, sites and other heritage",
    "Places and countries; sites, objects, collections, routes and practices; and classes of heritage that a text "
    "speaks of as a whole.",
    _columns(
        _IRI,
        _CLASS,
        _names(),
        _things("country", "Country", "In which it is.", "places"),
        _as_named("country", "Country"),
        _things("part_of", "Part of", "The whole that contains it.", "places"),
        Column("latitude", "Latitude", "Degrees north of the equator in WGS 84.", Kind.NUMBER, minimum=-90,
               maximum=90),
        Column("longitude", "Longitude", "Degrees east of the reference meridian in WGS 84.", Kind.NUMBER,
               minimum=-180, maximum=180),
        Column("area_hectares", "Area in hectares", "As its source gives it.", Kind.NUMBER, minimum=0),
        _codes("heritage_types", "Types of heritage", "heritage-type"),
        _as_named("heritage_types", "Types of heritage"),
        _texts("world_heritage_id", "World Heritage number", "Its number on the World Heritage List."),
        _texts("iso_alpha2", "ISO code, two letters", "The code of a country in ISO 3166-1."),
        _texts("iso_alpha3", "ISO code, three letters", "The code of a country in ISO 3166-1."),
        _things("held_by", "Held by", "In whose keeping a source finds it.", "agents"),
        _texts("shelf_mark", "Shelf mark", "Under which the holder keeps it."),
        _codes("material", "Material", "material"),
        _dated("not_before", "Not before", "The earliest time at which it may have been made."),
        _dated("not_after", "Not after", "The latest time at which it may have been made."),
        _texts("date_as_written", "Date, as written", "The date of a source in its own words."),
        _texts("provenance_as_named", "Provenance, as named", "Where a source holds that it comes from."),
        _codes("extent", "Extent", "extent"),
        _texts("identifiers", "Identifiers", "Addresses of records that registries keep of it."),
        _MATCHES,
        _texts("see_also", "See also", "Addresses that say more."),
        _texts("homepage", "Home page", "The address of its page."),
        _ANOMALIES,
        _NOTE,
        _DIFFERING,
    ),
    (HG.Place, HG.HeritageEntity, HG.HeritageScope),
)  # fmt: skip

_FUNDING: Final = Table(
    "funding", "Grants and other funding",
    "Who pays for what: grants, scholarships, contributions and arrangements. Sums are as stated; none is converted.",
    _columns(
        _IRI,
        _CLASS,
        _names(),
        _things("funds", "Funds", "Whose cost is met; their tables stand in things.", "things"),
        _things("funder", "Funder", "Who gives the means.", "agents"),
        _as_named("funder", "Funder"),
        _things("contributor", "Contributor", "The party that gives a contribution.", "agents"),
        _things("recipient", "Recipient", "Who receives the means.", "agents"),
        _things("rests_on", "Rests on", "The prior agreement on which an arrangement is founded.", "agreements"),
        _things("arrangement", "Arrangement", "The arrangement of which a contribution is a part.", "funding"),
        Column("amount", "Amount", "The number of units of the currency.", Kind.NUMBER),
        Column("currency", "Currency", "Its code in ISO 4217.", pattern="[A-Z]{3}"),
        Column("amount_year", "Year of the amount", "The year to which the sum relates.", Kind.YEAR),
        Column("amount_bound", "Bound", "maximum or minimum, where the source gives no exact sum."),
        _texts("amounts", "Amounts", "Each sum with its currency, for when sources state several."),
        Column("is_total", "Is the total", "True when the sum is the whole of what several give.", Kind.TRUTH),
        Column("share", "Share", "The part of the whole cost that is covered, between 0 and 1.", Kind.NUMBER,
               minimum=0, maximum=1),
        _codes("sharing_mode", "Sharing mode", "sharing-mode"),
        _as_named("purpose", "Purpose"),
        _codes("education_levels", "Levels of education", "education-level"),
        _dated("starts_on", "Starts on", "When it begins."),
        _dated("ends_on", "Ends on", "When it ends, the last day included."),
        _NOTE,
        _DIFFERING,
    ),
    (HG.Funding, HG.FundingArrangement),
)  # fmt: skip

DOCUMENTS: Final = Table(
    "documents", "Documents and sources",
    "The documents that state things, the texts of agreements, laws and policies.",
    _columns(
        _IRI,
        _CLASS,
        _names(),
        _texts("title", "Title", "Its title as it has it."),
        _things("publisher", "Publisher", "Who published it.", "agents"),
        _as_named("publisher", "Publisher"),
        _texts("page", "Page", "The address at which it was read."),
        _texts("languages", "Languages", "The tags of the languages in which it is written."),
        _dated("issued_on", "Issued on", "When it was published, handed over or adopted."),
        Column("retrieved_on", "Retrieved on", "When the copy that was read was obtained.", Kind.STATED, several=True),
        _codes("text_status", "Status of the text", "text-status"),
        _things("annexed_to", "Annexed to", "The document to which it is annexed.", "documents"),
        _things("submitted_to", "Submitted to", "The meeting to which it was submitted.", "activities"),
        Column("graph", "Graph", "The named graph that holds what it states.", Kind.IRI, several=True),
        _codes("standing", "Standing", "epistemic-status"),
        Column("licence", "Licence", "Under which its graph may be used.", Kind.IRI, several=True),
        _texts("digest", "Digest", "The SHA-256 digest of the file that was read."),
        Column("characters", "Characters", "Its length as it was read.", Kind.WHOLE, minimum=0),
        _codes("topics", "Topics", "topic"),
        _MENTIONS,
        _ANOMALIES,
        _NOTE,
        _DIFFERING,
    ),
    (HG.SourceDocument, HG.AgreementDocument, HG.LegalInstrument, HG.Policy),
)  # fmt: skip

EVIDENCE: Final = Table(
    "evidence", "Evidence",
    "Places in documents: a span of characters, a row of a sheet, or a page as it was read on a day. No sentence of a "
    "document is repeated.",
    _columns(
        _IRI,
        _CLASS,
        Column("document", "Document", "The document in which it stands.", Kind.IRI, leads_to="documents",
               required=True),
        _texts("file_name", "File", "The file of the document, when it has several."),
        Column("line", "Line", "The line on which the span begins, counted from 1.", Kind.WHOLE, minimum=1),
        Column("start", "Start", "The position of its first character, counted from 0.", Kind.WHOLE, minimum=0),
        Column("end", "End", "The position behind its last character.", Kind.WHOLE, minimum=0),
        _texts("sheet", "Sheet", "The sheet in which the row stands."),
        Column("row", "Row", "The number of the row in its sheet, counted from 1.", Kind.WHOLE, minimum=1),
        Column("read_on", "Read on", "The day on which the page was read.", Kind.STATED, several=True),
        Column("read_in_copy", "Read in a copy", "True when a stored copy of the page was read.", Kind.TRUTH),
        Column("read_in_part", "Read in part", "True when only a part of the page was seen.", Kind.TRUTH),
        _texts("digest", "Digest", "The SHA-256 digest of the span in UTF-8."),
        _NOTE,
        _DIFFERING,
    ),
    (HG.Evidence,),
)  # fmt: skip

THINGS: Final = Table(
    "things", "Things",
    "Every row of the tables of things, with its names, so that an IRI can be looked up in one place.",
    _columns(
        _IRI,
        Column("tables", "Tables", "The tables in which the thing is a row.", several=True, required=True),
        _CLASS,
        _names()[:4],
    ),
)  # fmt: skip

STATEMENTS: Final = Table(
    "statements", "Statements",
    "Who says so: every statement about a thing in things, or about a term or a sum of it, once for each source that "
    "makes it.",
    (
        Column("statement", "Statement", "A digest of the other cells, which stays as long as they do.", Kind.DIGEST,
               required=True),
        Column("thing", "Thing", "The row that the statement is about.", Kind.IRI, leads_to="things", required=True),
        Column("subject", "Subject", "The thing itself, or the term or the sum of it of which this is said.", Kind.IRI,
               required=True),
        Column("property", "Property", "What is said, by its name in the ontology: hg:signedOn.", Kind.TERM,
               required=True),
        Column("value", "Value", "What it is said to be.", required=True),
        Column("type", "Type of the value", "iri, the tag of a language, or the datatype.", required=True),
        Column("graph", "Graph", "The named graph that makes the statement.", Kind.IRI, required=True),
        Column("source", "Source", "The document that makes it, of several that a graph describes the one in which the "
               "evidence lies; empty when curators noted it or a rule derived it.",
               Kind.IRI, leads_to="documents"),
        Column("standing", "Standing", "How far the graph may be relied upon, from the vocabulary epistemic-status; "
               "empty when a rule derived the statement.", Kind.CODE),
    ),
)  # fmt: skip

OF_THINGS: Final = (_AGENTS, _AGREEMENTS, _PARTICIPATIONS, _ACTIVITIES, _PLACES, _FUNDING, DOCUMENTS)
"""The tables whose rows stand in `THINGS`."""
TABLES: Final = (*OF_THINGS, EVIDENCE, THINGS, STATEMENTS)
"""All tables, in the order in which they are described."""
