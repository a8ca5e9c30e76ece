"""Split SPARQL text into its tokens, so that a parameter is replaced as a token and never as text.

Strings of all four kinds, comments, IRIs, variables and prefixed names are told apart as the SPARQL 1.1 grammar
does; what is left is words, numbers and single marks. Joining the texts of the tokens gives the input again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

Kind = Literal["space", "option", "comment", "string", "iri", "variable", "parameter", "name", "word", "mark"]

_TOKEN: Final = re.compile(
    r"""
      (?P<space>     [\x20\t\r\n]+ )
    | (?P<option>    \#\?[^\r\n]* )
    | (?P<comment>   \#[^\r\n]* )
    | (?P<string>    \"{3} (?: \"{0,2} (?: [^"\\] | \\. ) )* \"{3}
                   | '{3}  (?:  '{0,2} (?: [^'\\] | \\. ) )* '{3}
                   | " (?: [^"\\\r\n] | \\. )* "
                   | ' (?: [^'\\\r\n] | \\. )* ' )
    | (?P<iri>       < [^<>"{}|^`\\\x00-\x20]* > )
    | (?P<variable>  \?\w+ )
    | (?P<parameter> \$\w+ )
    | (?P<name>      (?: \w (?: [\w.\-]* [\w\-] )? )? : (?: (?: [\w:] | %[0-9A-Fa-f]{2} | \\. )
                     (?: (?: [\w:.\-] | %[0-9A-Fa-f]{2} | \\. )* (?: [\w:\-] | %[0-9A-Fa-f]{2} | \\. ) )? )? )
    | (?P<word>      @?\w+ )
    | (?P<mark>      . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPTION: Final = re.compile(r"#\?[ \t]+(\w+)[ \t](.*)")


class Token(NamedTuple):
    """A piece of SPARQL text; `line` counts from 1 in the text that was split."""

    kind: Kind
    text: str
    line: int

    @property
    def name(self) -> str:
        """The name of a variable or parameter, without its first character."""
        return self.text[1:]

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of the keywords *words* (upper case), in any case."""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str, *, first_line: int = 1) -> Iterator[Token]:
    """The tokens of *text*, in order, nothing left out."""
    line = first_line
    for match in _TOKEN.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
        piece = match[0]
        yield Token(kind, piece, line)
        if "\n" in piece:
            line += piece.count("\n")


def cut(text: str, kinds: Container[Kind]) -> Iterator[str | Token]:
    """*text* in order: its tokens of *kinds*, and the text between them as it is, never empty."""
    begin, line = 0, 1
    for match in _TOKEN.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # as above
        if kind in kinds:
            if match.start() > begin:
                between = text[begin : match.start()]
                yield between
                line += between.count("\n")
            yield Token(kind, match[0], line)
            begin = match.end()
            line += match[0].count("\n")
    if begin < len(text):
        yield text[begin:]


def option(token: Token) -> tuple[str, str] | None:
    """The parameter that switches an option line on, and its SPARQL; None when the line is not `#? name …`."""
    match = _OPTION.fullmatch(token.text)
    return (match[1], match[2]) if match else None
