"""An engine as a value: it goes through JSON whole, shows no credentials, and cannot be made wrongly."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from heritage_graph.errors import SettingError
from heritage_graph.store.remote.dialect import own_timeout
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme

WHO = Authentication(Scheme.BASIC, "reader", "open sesame")
ENGINE = Engine(
    "https://sparql.example.org/query", "https://sparql.example.org/update", None, Dialect.VIRTUOSO, WHO, 20, 1_000
)


def test_an_engine_comes_back_from_json_as_it_was():
    assert Engine.from_json(json.loads(json.dumps(ENGINE.as_json()))) == ENGINE


@pytest.mark.parametrize("shown", [repr, str])
def test_an_engine_shows_no_credentials(shown):
    assert not {"reader", "open sesame"} & set(shown(ENGINE).split("'"))


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://sparql.example.org/query", "sparql.example.org/query", "https:///query", "http://[::1/query"),
        *("https://reader:open@sparql.example.org/query", "http://sparql.example.org:99999/query"),
    ],
)
def test_an_address_is_one_of_http_and_holds_no_credentials(address):
    with pytest.raises(SettingError):
        replace(ENGINE, update=address)


@pytest.mark.parametrize(
    "who",
    [
        (Scheme.BASIC, "reader", ""),
        (Scheme.BASIC, "", "open sesame"),
        (Scheme.DIGEST, "a:b", "open sesame"),
        (Scheme.BEARER, "", ""),
        (Scheme.BEARER, "", "two\r\nlines"),
    ],
)
def test_credentials_are_whole_and_fit_into_a_header(who):
    with pytest.raises(SettingError):
        Authentication(*who)


@pytest.mark.parametrize(
    ("dialect", "written", "expected"),
    [
        (Dialect.VIRTUOSO, "", [("timeout", "9000")]),
        (Dialect.SPARQL11, "", []),
        (Dialect.SPARQL11, "timeout={s}", [("timeout", "9")]),
        (Dialect.SPARQL11, "timeout={s}s", [("timeout", "9s")]),
        (Dialect.SPARQL11, "limit={ms}", [("limit", "9000")]),
    ],
)
def test_the_engine_is_told_to_give_up_before_we_do(dialect, written, expected):
    assert own_timeout(replace(ENGINE, dialect=dialect, own_timeout=written), 10) == expected
