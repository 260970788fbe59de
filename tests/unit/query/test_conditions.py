"""What of a query is asked of the article, and what of its story."""

from itertools import product

import pytest

from service.query import Document, Knowledge, StoryFacts, conditions, find, may_hold, parse, text_part


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("ferry", "ferry"),
        ("ferry independent>=3", "ferry"),
        ("ferry NOT independent>=3", "ferry"),
        ("(ferry sources>=2) OR (pier languages>=2)", "ferry OR pier"),
        ("ferry (pier OR independent>=3)", "ferry"),
        ("ferry NOT (pier independent>=3)", "ferry"),
        ("ferry NOT (pier OR independent>=3)", "ferry NOT pier"),
        ("min/2:(ferry, pier, sources>=2)", "ferry OR pier"),
        ("min/3:(ferry, pier, sources>=2)", "ferry pier"),
        ("min/2:(ferry, pier, harbour, sources>=2, languages>=2)", None),
        ("ferry OR independent>=3", None),
        ("independent>=3", None),
        ("independent>=3 NOT ferry", None),
        ("state_only", None),
    ],
)
def test_what_an_article_must_be_like_leaves_the_story_out(query: str, left: str | None) -> None:
    found = text_part(parse(query))
    assert (str(found) if found else None) == (str(parse(left)) if left else None)


def test_conditions_are_told_once_each_in_their_order() -> None:
    query = parse("(ferry languages>=2) OR (pier NOT independent>=3) OR (harbour languages>=2)")
    assert [str(each) for each in conditions(query)] == ["languages>=2", "independent>=3"]
    assert conditions(parse("ferry")) == ()


QUERIES = [
    "ferry independent>=3",
    "ferry NOT independent>=3",
    "ferry (pier OR independent>=3)",
    "(ferry sources>=2) OR (pier NOT languages>=2)",
    "min/2:(ferry, pier, independent>=3)",
    "ferry NOT (pier sources>=2 independent>=3)",
    "ferry OR independent>=3",
    "independent>=3 NOT pier",
]


@pytest.mark.parametrize("query", QUERIES)
def test_whatever_can_hold_of_some_story_has_the_article_for_it(query: str) -> None:
    """Over every article of two words and every story of few: a query that holds is never ruled out before."""
    whole, part = parse(query), text_part(parse(query))
    stories = [StoryFacts(*each) for each in product((1, 3), (0,), (1, 2), (1, 2))]
    for title in ("", "ferry", "pier", "ferry pier"):
        held = [find(whole, Document(title, more=Knowledge(story=story))) is not None for story in stories]
        if part:
            assert (find(part, Document(title)) is not None) >= any(held), title
        for story, holds in zip(stories, held, strict=True):
            assert may_hold(whole, story) >= holds, (title, story)


def test_a_story_that_is_not_so_rules_every_article_out() -> None:
    query = parse("ferry independent>=3")
    assert not may_hold(query, StoryFacts(independent=2))
    assert may_hold(query, StoryFacts(independent=3))
    assert may_hold(parse("ferry NOT independent>=3"), StoryFacts(independent=2))
