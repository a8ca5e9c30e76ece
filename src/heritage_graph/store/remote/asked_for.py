"""What a query asks for, as values: its groups, patterns, paths and sub-selects, without what it computes of them."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Variable

Node = Variable | NamedNode | Literal
"""What stands at one place of a pattern; blank nodes are variables of their own."""


@dataclass(frozen=True)
class Inverse:
    """A path walked backwards."""

    path: Path


@dataclass(frozen=True)
class Sequence:
    """Paths one after the other."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Either:
    """One of several paths."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Other:
    """Any property save some: forwards, backwards, or both."""

    forwards: bool
    backwards: bool


@dataclass(frozen=True)
class Repeated:
    """A path walked as often as `mark` says: `*`, `+` or `?`. `text` is the path in SPARQL, IRIs in full."""

    path: Path
    mark: str
    text: str


Path = NamedNode | Variable | Inverse | Sequence | Either | Other | Repeated


@dataclass(frozen=True)
class Statement:
    """One triple pattern, or a path between two nodes."""

    subject: Node
    path: Path
    object: Node


@dataclass(frozen=True)
class Values:
    """Rows that variables take: VALUES, or what a BIND or an equality comes to; None is UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[NamedNode | Literal | None, ...], ...]


@dataclass(frozen=True)
class Same:
    """A variable that takes the value of another one."""

    variable: Variable
    other: Variable


@dataclass(frozen=True)
class InGraph:
    """A group within GRAPH."""

    graph: Node
    group: Group


@dataclass(frozen=True)
class Union:
    """Groups of which each gives solutions."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Beside:
    """A group that takes no solution away by what it requires: OPTIONAL, MINUS, EXISTS, NOT EXISTS.

    It is looked at for each solution of what stands before it; in a filter, for each of the whole group.
    """

    group: Group
    filters: bool = False


@dataclass(frozen=True)
class Group:
    """What stands between braces, in the order of the text; `computed` holds filters and assignments."""

    parts: tuple[Part, ...]
    is_plain: bool = True
    """Whether it holds no filter, assignment or optional part: only what any engine answers alike."""


@dataclass(frozen=True)
class Select:
    """A SELECT: what it shows and how it cuts its solutions.

    `shown` are the variables that come out as they are within; None is `*`. `names` are all its columns in their order.
    `keys` are the variables by which it groups, None when it does not group. `counts` tells that it computes COUNT of
    `*` or of variables, and nothing else, `computes` whether it computes anything. It stands in the text from `begin`
    to `end`; from `tail` on, ORDER BY, LIMIT and OFFSET say which rows come in what order. `beside` are the groups of
    EXISTS in what it computes.
    """

    group: Group
    shown: tuple[Variable, ...] | None = None
    names: tuple[Variable, ...] = ()
    keys: tuple[Variable, ...] | None = None
    computes: bool = False
    counts: bool = False
    is_cut: bool = False
    is_ordered: bool = False
    begin: int = 0
    tail: int = 0
    end: int = 0
    beside: tuple[Group, ...] = ()


Part = Statement | Values | Same | InGraph | Union | Beside | Group | Select


@dataclass(frozen=True)
class Query:
    """A whole query: `form` is `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`.

    `text` is what the places of a `Select` count in, `prologue` what it declares at its beginning. `described` are the
    nodes of a DESCRIBE. `default_graphs` and `named_graphs` are those of FROM.
    """

    text: str
    form: str
    select: Select
    described: tuple[Node, ...]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    prologue: str
