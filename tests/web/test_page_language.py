"""The language of a page: how it is chosen, and how links carry it on."""

import pytest

from heritage_graph.web.page_language import PageLanguage, address_without_language, carried, page_language


def scope(query="", accepted=None, path="/agreements"):
    headers = [] if accepted is None else [(b"accept-language", accepted.encode())]
    return {"query_string": query.encode(), "headers": headers, "path": path}


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        (None, "en"),
        ("fr", "fr"),
        ("fr-MA, ar;q=0.9", "fr"),
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar"),
        ("de, fr;q=0.3, en;q=0.2", "fr"),
        ("de", "en"),
        ("*", "en"),
        ("ar;q=0, fr;q=0.1", "fr"),
        ("ar;q=2, ;;, fr;q=x", "en"),
        ("", "en"),
    ],
)
def test_the_language_follows_what_the_browser_prefers(accepted, code):
    assert page_language(scope(accepted=accepted)) == PageLanguage(code)


@pytest.mark.parametrize(("query", "code"), [("lang=ar", "ar"), ("on=2026-11-21&lang=FR", "fr")])
def test_a_language_in_the_address_comes_first_and_is_carried_on(query, code):
    assert page_language(scope(query, accepted="en")) == PageLanguage(code, named=True)


@pytest.mark.parametrize("query", ["lang=de", "lang=", "slang=ar", "lang=%FF"])
def test_a_language_that_pages_do_not_have_leaves_the_choice_to_the_browser(query):
    assert page_language(scope(query, accepted="fr")) == PageLanguage("fr")


@pytest.mark.parametrize(
    ("query", "address"),
    [("", "/agreements"), ("lang=ar", "/agreements"), ("on=2026&lang=ar&x=%C3%A9", "/agreements?on=2026&x=%C3%A9")],
)
def test_the_address_of_a_page_in_other_languages_keeps_all_else(query, address):
    assert address_without_language(scope(query)) == address


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<a href="/queries">', '<a href="/queries?lang=ar">'),
        ('<a class="x" href="/queries?a=1#b">', '<a class="x" href="/queries?a=1&amp;lang=ar#b">'),
        ('<a href="/queries?lang=fr">', '<a href="/queries?lang=fr">'),
        ('<a href="/openapi.json">', '<a href="/openapi.json">'),
        ('<a href="https://example.org/queries">', '<a href="https://example.org/queries">'),
        ('<link href="/queries">', '<link href="/queries">'),
        (
            '<form action="/queries" method="get"><p></p></form>',
            '<form action="/queries" method="get"><input type="hidden" name="lang" value="ar"><p></p></form>',
        ),
        ('<form action="/queries"><select name="lang"></select></form>',) * 2,
        ('<form action="/queries" method="post"></form>',) * 2,
    ],
)
def test_links_and_forms_that_lead_to_pages_carry_the_language(page, expected):
    assert carried(page, "ar", lambda path: path.startswith("/queries")) == expected
