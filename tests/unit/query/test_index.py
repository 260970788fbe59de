"""The index finds what trying every topic finds, and never needs to try them all."""

from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.query import Document, Query, TopicIndex, find, parse
from service.query.index import RECONSIDERED
from service.query.needs import needs
from service.query.tree import And, AtLeast, Field, Not, Term
from tests.effort import demand_linear, effort
from tests.thorough import times
from tests.unit.query.random_queries import a_document, a_query


def tried(topics: dict[str, Query], document: Document) -> dict[str, object]:
    """What the index must give: every topic, tried."""
    return {topic_id: match for topic_id, query in sorted(topics.items()) if (match := find(query, document))}


def filled(topics: dict[str, Query]) -> TopicIndex:
    index = TopicIndex()
    for topic_id, query in topics.items():
        index.put(topic_id, query)
    return index


def some_topics(random: Random, count: int) -> dict[str, Query]:
    topics: dict[str, Query] = {}
    while len(topics) < count:
        query = a_query(random)
        if needs(query):
            topics[f"t{len(topics):05}"] = query
    return topics


def test_finds_exactly_what_trying_every_topic_finds() -> None:
    random = Random(1)
    topics = some_topics(random, 500)
    index = filled(topics)
    found = 0
    for _ in range(60):
        document = a_document(random)
        matches = index.match(document)
        assert matches == tried(topics, document)
        found += len(matches)
    assert found > 2000


@pytest.mark.slow
def test_finds_exactly_what_trying_every_topic_finds_at_length() -> None:
    random = Random(2)
    for _ in range(times(1, thorough=5)):
        topics = some_topics(random, 1000)
        index = filled(topics)
        for _ in range(200):
            document = a_document(random)
            assert index.match(document) == tried(topics, document)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_finds_the_same_after_any_puts_and_removes(seed: int) -> None:
    random = Random(seed)
    topics, index = some_topics(random, 30), TopicIndex()
    for step in random.choices(list(topics), k=60):
        if random.random() < 0.3:
            index.remove(step)
        elif random.random() < 0.5:
            index.put(step, topics[random.choice(list(topics))])
        else:
            index.match(a_document(random))
    for topic_id in topics:
        index.put(topic_id, topics[topic_id])
    for topic_id in list(topics)[::3]:
        index.remove(topic_id)
        del topics[topic_id]
    document = a_document(random)
    assert index.match(document) == tried(topics, document)
    assert len(index) == len(topics)


def kept_by(index: TopicIndex) -> list[object]:
    """All by which topics or their leaves are found."""
    watch, shelf = index._numbering._watch, index._shelf
    found = [index._waiting._under, index._numbering._numbers, shelf._places, set(shelf.ids) - {""}]
    found += [kept for name, kept in vars(watch).items() if name not in ("_spotting", "_spotted")]
    spotting = vars(watch._spotting)
    found += [spotting[name] for name in ("_terms", "_prefixes", "_starts", "_exact", "_folded")]
    return [*found, [kept for kept in spotting["_by_key"].values() if kept]]


def test_an_emptied_index_keeps_nothing() -> None:
    random = Random(3)
    topics = some_topics(random, 200)
    index = filled(topics)
    for _ in range(20):
        index.match(a_document(random))
    for topic_id in topics:
        index.remove(topic_id)
    index.remove("never there")
    assert kept_by(index) == kept_by(TopicIndex())


def test_a_query_without_needs_is_tried_on_every_article() -> None:
    index = TopicIndex()
    index.put("t", Not(Term("minsk")))
    index.put("u", Term("the"))
    assert index.match(Document(body="Minsk")).keys() == set()
    assert index.match(Document(body="The rest")).keys() == {"t", "u"}
    index.remove("t")
    assert index.match(Document(body="Rest")) == {}


def test_topics_that_wait_under_what_turns_out_to_be_common_move_and_find_the_same() -> None:
    """Nobody can know beforehand that every article says `kestrelwatching`."""
    topics = {f"t{n:03}": parse(f"kestrelwatching AND rare{n}") for n in range(60)}
    index = filled(topics)
    for at, topic in enumerate(topics.values()):
        index.put(f"other{at}", And((topic.clauses[1], Term(f"word{at}"))))  # rare words seem less rare
    article = Document(body="Kestrelwatching: rare7 and rare8, they say.")
    expected = index.match(article)
    assert expected.keys() == {"t007", "t008"}
    before = index.candidates
    for _ in range(6 * RECONSIDERED):
        index.match(Document(body="kestrelwatching"))
    assert index.match(article) == expected
    assert index.candidates < before / 5
    for topic_id in [*topics, *(f"other{at}" for at in range(60))]:
        index.remove(topic_id)
    assert kept_by(index) == kept_by(TopicIndex())


@pytest.mark.parametrize(
    "query",
    [
        "country:BY",
        "lang:be",
        "source:gazette.test",
        "minsk OR country:BY",
        "country:BY NOT sport",
        "title:мінс*",
    ],
)
def test_fields_alone_are_enough(query: str) -> None:
    article = Document("Мінск", "", "be", "news.gazette.test", frozenset({"BY"}))
    assert filled({"t": parse(query)}).match(article).keys() == {"t"}
    assert filled({"t": parse(query)}).match(Document("London", "", "en", "x.test")) == {}


def test_ten_thousand_topics_are_put_one_as_quickly_as_the_other_and_cost_little_to_match() -> None:
    words = [f"{first}{second}ton" for first in "bcdfghklmnprstvz" * 4 for second in ("a", "e", "io", "u", "y")]
    random = Random(4)
    texts = [f"{random.choice(words)}{random.randint(0, 200)} {random.choice(words)}" for _ in range(10_000)]
    queries = {f"t{number}": parse(text) for number, text in enumerate(texts)}
    demand_linear(lambda topics: filled(dict(islice(queries.items(), topics))), 10_000)
    few, all_of_them = filled(dict(islice(queries.items(), 200))), filled(queries)
    body = " ".join(texts[:200])
    assert len(all_of_them.match(Document(body=body, language="en"))) >= 200
    ratio = effort(lambda: all_of_them.match(Document(body=body, language="en"))) / effort(
        lambda: few.match(Document(body=body, language="en"))
    )
    assert ratio < 10, "it is hardly looked at topics of which the article has no word"


class SlowTimer:
    """Processor time that leaps by so many seconds whenever it is asked."""

    def __init__(self) -> None:
        self.leap = self.now = 0.0

    def __call__(self) -> float:
        self.now += self.leap
        return self.now


def test_a_query_that_takes_too_long_three_times_is_put_in_quarantine_until_it_is_put_again() -> None:
    timer = SlowTimer()
    index = TopicIndex(timer)
    index.put("slow", parse("first/5:minsk"))
    index.put("other", parse("vilnius"))
    minsk, vilnius = Document(body="Minsk"), Document(body="Vilnius")
    timer.leap = 0.2
    for _ in range(3):
        assert index.match(minsk).keys() == {"slow"}
    assert index.match(minsk) == {}
    assert index.quarantined == {"slow": "it took 0.20 seconds for one article"}
    timer.leap = 0.0
    assert index.match(vilnius).keys() == {"other"}
    index.put("slow", parse("first/5:minsk"))
    assert index.match(minsk).keys() == {"slow"}
    assert index.quarantined == {}


def test_a_query_that_fails_costs_the_others_nothing() -> None:
    index = TopicIndex()
    index.put("faulty", And((Term("minsk"), AtLeast(2, Field("country", "BY")))))  # no text parses to this
    index.put("other", parse("minsk"))
    for _ in range(4):
        assert index.match(Document(body="Minsk", countries=frozenset(("BY",)))).keys() == {"other"}
    assert index.quarantined == {"faulty": "it failed by a fault of Courant's own (TypeError)"}


def test_removing_a_topic_frees_it_from_quarantine() -> None:
    timer = SlowTimer()
    index = TopicIndex(timer)
    index.put("slow", parse("first/5:minsk"))
    timer.leap = 1.0
    for _ in range(3):
        index.match(Document(body="Minsk"))
    index.remove("slow")
    assert (index.quarantined, len(index)) == ({}, 0)
