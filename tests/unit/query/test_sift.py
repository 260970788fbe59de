"""`courant try`: the articles of a file that a query would have alerted on."""

from typing import Any

import pytest

from service.errors import Invalid, QuerySyntax
from service.query import try_query

ARTICLES: list[dict[str, Any]] = [
    {"id": "a", "title": "Talks in Minsk", "text": "Ministers met.", "lang": "en", "countries": ["by"]},
    {"text": "Talks in Vilnius", "url": "https://www.gazette.test/talks"},
    {"id": 3, "text": "Перамовы ў Мінску", "lang": "be", "countries": [], "source": "herald.test"},
]


def describe(title: str, text: str, hint: str) -> tuple[str, list[str]]:
    return hint or "en", ["LT"] if "Vilnius" in text else []


def test_tells_id_title_and_what_matched() -> None:
    assert list(try_query('"ministers meet" OR minister', ARTICLES, describe)) == [
        {
            "id": "a",
            "title": "Talks in Minsk",
            "matched": [{"clause": "minister", "field": "body", "start": 0, "end": 9, "text": "Ministers"}],
        }
    ]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("talks", ["a", "2"]),
        ("country:LT", ["2"]),
        ("country:BY", ["a"]),
        ("source:gazette.test", ["2"]),
        ("source:herald.test", ["3"]),
        ("Мінск", ["3"]),
        ("lang:en", ["a", "2"]),
    ],
)
def test_describes_only_what_the_article_does_not_say(query: str, ids: list[str]) -> None:
    assert [told["id"] for told in try_query(query, ARTICLES, describe)] == ids


def test_a_bad_query_is_refused_at_once() -> None:
    with pytest.raises(QuerySyntax):
        try_query("(", ARTICLES, describe)


@pytest.mark.parametrize(
    ("article", "says"),
    [
        ({"title": "x"}, "article 2 has no `text`"),
        ({"text": 5}, "article 2: `text` is not a string"),
        ({"text": "x", "lang": ["en"]}, "article 2: `lang` is not a string"),
        ({"text": "x", "lang": "en", "countries": "BY"}, "article 2: `countries` is not a list"),
        ({"text": "x", "lang": "en", "countries": [1]}, "article 2: `countries` is not a list"),
        ({"text": "x", "lang": "en", "countries": 1}, "article 2: `countries` is not a list"),
    ],
)
def test_an_article_that_cannot_be_read_is_named(article: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        list(try_query("minsk", [ARTICLES[0], article], describe))
