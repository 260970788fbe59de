"""Each clause by itself: which held, where; which did not."""

import pytest

from service.query import Document, StoryFacts, find, parse
from service.query.known import Knowledge
from service.query.trace import MOST_CLAUSES, trace

ARTICLE = Document(
    "Ferries resume", "The ferry sails after the storm.", "en", more=Knowledge(story=StoryFacts(sources=2))
)


def test_clauses_tell_where_they_hold_and_which_fail() -> None:
    told = trace(parse("ferry (storm OR flood) sources>=3 NOT harbour"), ARTICLE)
    assert (told.joint, told.holds) == ("all", False)
    ferry, either, fact, no = told.parts
    assert (ferry.holds, either.holds, fact.holds, no.holds) == (True, True, False, True)
    assert [each.holds for each in either.parts] == [True, False]
    (storm,) = either.parts[0].places
    assert ARTICLE.body[storm.start : storm.end] == "storm"
    assert fact.note == "sources is 2"
    assert no.parts[0].holds is False


@pytest.mark.parametrize(
    "text", ["ferry", "flood", "min/2:(ferry, flood, storm)", "NOT flood ferry", "ferry NEAR/3 storm"]
)
def test_the_whole_holds_exactly_if_it_matches(text: str) -> None:
    query = parse(text)
    assert trace(query, ARTICLE).holds == (find(query, ARTICLE) is not None)


def test_of_a_long_query_so_much_is_told_and_the_rest_is_counted() -> None:
    told = trace(parse(" OR ".join(f"word{n}" for n in range(500))), ARTICLE)
    assert len(told.parts) + told.left_out == 500
    assert len(told.parts) < MOST_CLAUSES
