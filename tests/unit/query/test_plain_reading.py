"""What matching finds is what the language says, read plainly; and the index finds the same."""

from random import Random

import pytest

from service.query import Document, Query, TopicIndex, find, parse
from service.query.needs import needs
from service.query.tree import scope
from tests.unit.query.plain_reading import laws, laws_of_places, met
from tests.unit.query.random_queries import a_document, a_query, a_standing_clause


def checked(random: Random, queries: int, documents: int) -> int:
    """How many pairs held, having compared each answer with the plain reading."""
    read, held = [a_document(random) for _ in range(documents)], 0
    for _ in range(queries):
        query = a_query(random)
        for document in read:
            found = find(query, document) is not None
            assert found == met(query, document), f"{query}\n{document}"
            held += found
    return held


def test_matching_finds_what_the_language_says() -> None:
    assert checked(Random(20), queries=400, documents=10) > 400


@pytest.mark.slow
def test_matching_finds_what_the_language_says_at_length() -> None:
    assert checked(Random(21), queries=2_000, documents=20) > 4_000


@pytest.mark.slow
def test_ten_thousand_topics_in_the_index_find_in_two_hundred_articles_what_trying_each_finds() -> None:
    """All that is found is tried, and a tenth of all that is not, another one for each article."""
    random, held = Random(22), 0
    topics: dict[str, Query] = {}
    while len(topics) < 10_000:
        if needs(query := a_query(random)):
            topics[f"t{len(topics):05}"] = query
    index = TopicIndex()
    for topic_id, query in topics.items():
        index.put(topic_id, query)
    for number in range(200):
        document = a_document(random)
        found = index.match(document)
        tried = dict(list(topics.items())[number % 10 :: 10]) | {name: topics[name] for name in found}
        expected = {name: match for name, query in tried.items() if (match := find(query, document))}
        assert found == expected
        held += len(found)
    assert held > 10_000


def agreeing(one: Query, other: Query, sign: str, document: Document) -> bool:
    first, second = find(one, document) is not None, find(other, document) is not None
    return first == second if sign == "=" else second or not first


def test_laws_of_logic_and_of_places() -> None:
    random, held = Random(23), 0
    for _ in range(300):
        document = a_document(random)
        pairs = [*laws(a_query(random), a_query(random))]
        a, b = a_standing_clause(random), a_standing_clause(random)
        if not scope(a) and not scope(b):
            pairs += laws_of_places(a, b)
        for one, other, sign in pairs:
            assert agreeing(one, other, sign, document), f"{one}  {sign}  {other}\n{document}"
            held += find(one, document) is not None
    assert held > 1000


def test_a_tree_is_what_its_canonical_text_says() -> None:
    random, told = Random(24), 0
    for _ in range(1500):
        query = a_query(random)
        if needs(query):
            parsed, document = parse(str(query)), a_document(random)
            assert parse(str(parsed)) == parsed
            assert bool(find(parsed, document)) == bool(find(query, document)), str(query)
            told += 1
    assert told > 500
