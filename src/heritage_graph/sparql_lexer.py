"""Split SPARQL text into its tokens, so that a parameter is replaced as a token and never as text.

Strings of all four kinds, comments, IRIs, variables and prefixed names are told apart as the SPARQL 1.1 grammar
does; what is left is words, numbers and single marks. Joining the texts of the tokens gives the input again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(frozen=True, slots=True)
class Token:
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
        yield Token(kind, match[0], line)
        line += match[0].count("\n")


def option(token: Token) -> tuple[str, str] | None:
    """The parameter that switches an option line on, and its SPARQL; None when the line is not `#? name …`."""
    match = _OPTION.fullmatch(token.text)
    return (match[1], match[2]) if match else None
