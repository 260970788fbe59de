"""What is read without the grammar is what the grammar reads."""

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.errors import QuerySyntax
from service.query import Query
from service.query.needs import has_need, needs
from service.query.quick import quick
from service.query.syntax import by_grammar
from tests.effort import effort
from tests.thorough import times
from tests.unit.query.random_queries import WORDS, a_query

PIECES = (
    *"()***=-+'\n£,:½\u00a0", " ", " ", '"', '"', " AND ", " OR ", " NOT ", " NEAR/3 ", "ONEAR/2", "NEAR",
    "NOT NEAR/4 ",
    "AND", "OR", "NOT", "minsk", "prisons", "Беларусь", "北京", "京", "state_only", "=NATO", '"prisoner release"',
    '="Black Sea"', "elect*", "covid-19", "~2", "2026",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def read_by_grammar(text: str) -> Query | None:
    try:
        return by_grammar(text)
    except QuerySyntax:
        return None


@given(TEXT)
@example('a="b"')
@example('NEAR/2="b"')
@example("a NEAR/2 NEAR/3 b")
@example("NOT NOT a OR (b AND (c d))")
@example("a AND AND b")
@example("(a))")
@settings(max_examples=500, deadline=None)
def test_what_is_read_quickly_is_what_the_grammar_reads(text: str) -> None:
    found = quick(text)
    assert found is None or found == read_by_grammar(text)


@pytest.mark.slow
@given(TEXT)
@settings(max_examples=times(4_000, thorough=20_000), deadline=None, derandomize=True)
def test_what_is_read_quickly_is_what_the_grammar_reads_at_length(text: str) -> None:
    found = quick(text)
    assert found is None or found == read_by_grammar(text)


def a_usual_query(random: Random) -> str:
    words = [word for word in WORDS if len(word) > 3]
    piece = random.choice(words) if random.random() < 0.7 else f'"{random.choice(words)} {random.choice(words)}"'
    if random.random() < 0.6:
        joint = random.choice((" AND ", " OR ", " ", " NOT ", " AND NOT ", " NEAR/5 "))
        other = a_usual_query(random)
        return f"{piece}{joint}{other}" if random.random() < 0.5 or "NEAR" in joint else f"{piece}{joint}({other})"
    return piece


def test_usual_queries_are_read_quickly() -> None:
    random = Random(30)
    texts = [
        text for text in (a_usual_query(random) for _ in range(600)) if "NEAR" not in text or read_by_grammar(text)
    ]
    read = [quick(text) for text in texts]
    assert read == [read_by_grammar(text) for text in texts]
    assert None not in read


def test_reading_quickly_takes_a_part_of_the_time() -> None:
    texts = [f'minsk{n} AND (vilnius{n} OR "prisoner{n} release") NOT sport{n}' for n in range(300)]
    by_grammar("warm")
    slow, fast = effort(lambda: list(map(by_grammar, texts))), effort(lambda: list(map(quick, texts)))
    assert fast < slow / 1.5


def test_whether_there_is_a_need_is_told_the_same_both_ways() -> None:
    random, none = Random(31), 0
    for _ in range(1500):
        query = a_query(random)
        assert has_need(query) == bool(needs(query))
        none += not needs(query)
    assert none > 100
