"""The page on the query language: is every example true?"""

import re
from pathlib import Path

import pytest

from service.errors import QuerySyntax
from service.query import Document, find, parse
from service.query.syntax import FIELDS, MOST_CHARACTERS, MOST_DEPTH, MOST_LEAVES, MOST_PREFIXES
from service.query.words import MOST_WORDS_IN_A_ROW
from service.store.search import MOST_READ

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text("utf-8")
ROWS = [tuple(re.split(r" \| ", line.strip("| "))) for line in PAGE.splitlines() if line.startswith("| `")]
EXAMPLES = [(row[0].strip("`"), *row[1:]) for row in ROWS if len(row) == 3]
OF_FIELDS = [(row[0].strip("`"), row[1]) for row in ROWS if row[-1] in ("found", "not found")]
REFUSED = [(row[0].strip("`"), row[1]) for row in ROWS if row[-1].startswith("line ")]
ARTICLE = Document("Talks in Minsk", "The ministers met on Friday.", "en", "news.example.org", frozenset({"BY"}))


def language(text: str) -> str:
    return {"М": "be", "С": "be", "п": "ru", "p": "pl", "l": "fr", "会": "zh"}.get(text[0], "en")


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) >= 20
    assert len(EXAMPLES) + len(OF_FIELDS) + len(REFUSED) == len(ROWS)


@pytest.mark.parametrize(("query", "found", "not_found"), EXAMPLES)
def test_an_example_finds_the_one_text_and_not_the_other(query: str, found: str, not_found: str) -> None:
    assert find(parse(query), Document(body=found, language=language(found)))
    assert not find(parse(query), Document(body=not_found, language=language(not_found)))


@pytest.mark.parametrize(("query", "answer"), OF_FIELDS)
def test_an_example_of_fields(query: str, answer: str) -> None:
    assert (find(parse(query), ARTICLE) is not None) == (answer == "found")


@pytest.mark.parametrize(("query", "answer"), REFUSED)
def test_a_refused_example_says_so(query: str, answer: str) -> None:
    with pytest.raises(QuerySyntax) as refused:
        parse(query)
    assert str(refused.value) == answer


def test_the_page_names_every_field_and_limit() -> None:
    for field in FIELDS:
        assert f"`{field}:" in PAGE
    for limit in (MOST_CHARACTERS, MOST_LEAVES, MOST_DEPTH, MOST_WORDS_IN_A_ROW, MOST_READ):
        assert f"{limit:,}" in PAGE
    assert MOST_PREFIXES == 10
    assert "may hold ten of them" in PAGE
