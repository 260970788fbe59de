"""The page on the query language: is every example true?"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.errors import QuerySyntax
from service.messages import Citation, Entity, MediaTopic, Place
from service.query import Document, Knowledge, KnownNames, Query, Reading, StoryFacts, find, parse
from service.query.operators import MOST_FIRST, MOST_NEAR, MOST_NEARS_INSIDE, MOST_TIMES
from service.query.syntax import FIELDS, MOST_CHARACTERS, MOST_DEPTH, MOST_LEAVES, MOST_PREFIXES
from service.query.tokens import MOST_FIELDS_IN_A_ROW, MOST_NEARS
from service.query.tree import Fact, parts_of
from service.query.words import MOST_WORDS_IN_A_ROW
from service.sources import load
from service.store.search import MOST_READ
from tests.docs.ebnf import GRAMMAR, ebnf

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text("utf-8")
ROWS = [tuple(re.split(r" \| ", line.strip("| "))) for line in PAGE.splitlines() if line.startswith("| `")]
EXAMPLES = [(row[0].strip("`"), *row[1:]) for row in ROWS if len(row) == 3]
OF_FIELDS = [(row[0].strip("`"), row[1]) for row in ROWS if row[-1] in ("found", "not found")]
READ_AS = [(row[0].strip("`"), row[1].strip("`")) for row in ROWS if len(row) == 2 and row[1].startswith("`")]
REFUSED = [(row[0].strip("`"), row[1]) for row in ROWS if row[-1].startswith("line ")]
KNOWN = Knowledge(
    entities=(
        Entity(id="person_jan-novak", kind="person", name="Jan Novak"),
        Entity(id="org_harbour-union", kind="organisation", name="Harbour Union"),
    ),
    places=(Place("Minsk", "BY", 625144),),
    citations=(Citation(cited="BelTA", domain="belta.example", start=32, end=37),),
    categories=("World News",),
    subjects=(MediaTopic(id="medtop:20000001", confidence=0.9, name="peace talks"),),
    control="private",
    owner="Example House",
)
ARTICLE = Document(
    "Talks in Minsk",
    "The ministers met on Friday, BelTA says. A step forward, said Jan Novak of the Harbour Union.",
    "en",
    "news.example.org",
    frozenset({"BY"}),
    "Eva Horak",
    more=KNOWN,
)
STORY = StoryFacts(independent=2, controlled=2, sources=3, languages=2, articles=4, growth=4)


def language(text: str) -> str:
    return {"М": "be", "С": "be", "Л": "be", "Т": "be", "Б": "ru", "п": "ru", "p": "pl", "l": "fr", "会": "zh"}.get(
        text[0], "en"
    )


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) >= 20
    assert len(EXAMPLES) + len(READ_AS) + len(OF_FIELDS) + len(REFUSED) == len(ROWS)


@pytest.mark.parametrize(("query", "found", "not_found"), EXAMPLES)
def test_an_example_finds_the_one_text_and_not_the_other(query: str, found: str, not_found: str) -> None:
    read = Reading(KnownNames(load())).read(query).query
    assert find(read, Document(body=found, language=language(found)))
    assert not find(read, Document(body=not_found, language=language(not_found)))


@pytest.mark.parametrize(("query", "means"), READ_AS)
def test_an_example_of_names(query: str, means: str) -> None:
    assert str(Reading(KnownNames(load())).read(query).query) == means


@pytest.mark.parametrize(("query", "answer"), OF_FIELDS)
def test_an_example_of_fields(query: str, answer: str) -> None:
    told = any(isinstance(leaf, Fact) for leaf in leaves(parse(query)))
    article = replace(ARTICLE, more=replace(KNOWN, story=STORY)) if told else ARTICLE
    assert (find(parse(query), article) is not None) == (answer == "found")


def leaves(query: Query) -> Iterator[Query]:
    inside = parts_of(query)
    yield from (leaf for part in inside for leaf in leaves(part)) if inside else (query,)


@pytest.mark.parametrize("query", [query for query, _ in OF_FIELDS if "independent" in query or "state" in query])
def test_of_an_article_alone_nothing_is_true_of_its_story(query: str) -> None:
    if not query.startswith(("minsk NOT", "owner")):
        assert find(parse(query), ARTICLE) is None


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
    for number in (MOST_FIRST, MOST_NEAR, MOST_TIMES, MOST_NEARS):
        assert re.search(rf"\b{number:,}\b", PAGE)
    assert (MOST_NEARS_INSIDE, MOST_FIELDS_IN_A_ROW) == (5, 4)
    assert MOST_PREFIXES == 10
    assert "may hold ten of them" in PAGE


def test_the_page_shows_the_grammar_that_is_read() -> None:
    assert f"```\n{ebnf(GRAMMAR.read_text('utf-8'))}\n```" in PAGE
