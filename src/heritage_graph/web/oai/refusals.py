"""The ways in which the protocol refuses a request."""

from __future__ import annotations

from typing import Literal

Code = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noRecordsMatch",
]
"""Of the codes of the protocol (3.6) two cannot occur: every item has a format, and there are always sets."""


class Refusal(Exception):
    """A refusal that is told within an answer of status 200, so that it is no branch of our own tree of errors."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
