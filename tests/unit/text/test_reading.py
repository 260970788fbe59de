"""A text read once: chunks, the words near one, and rules that keep what they found."""

import pytest

from service.text import tokens
from service.text.reading import LONGEST, Rule, read

TEXTS = [
    "",
    " ",
    "Anna  Kovac met\nthe mayor_of Tolmin, d'accord? «Да», l’été 1,300.",
    "北京东京 met 上海\u00a0and \u00a0 х",
    "— — — x — — y",
]


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_the_whole_text(text: str) -> None:
    reading = read(text)
    found = [word for chunk in range(len(reading.chunks)) for word in reading.words.within(chunk)]
    assert found == tokens(text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("before", "after"), [(0, 0), (2, 1), (1, 9)])
def test_words_nearby_are_the_neighbours_in_the_text(text: str, before: int, after: int) -> None:
    reading, every = read(text), tokens(text)
    places = [(chunk, at) for chunk in range(len(reading.chunks)) for at in range(len(reading.words.within(chunk)))]
    for number, (chunk, at) in enumerate(places):
        near, here = reading.words.near(chunk, at, before, after)
        least = every[max(0, number - before) : number + after + 1]
        assert near[here] == every[number]
        assert near[max(0, here - before) : here + after + 1] == least


def test_a_rule_looks_no_more_at_a_chunk_it_knows() -> None:
    looked: list[str] = []

    def find(chunk: str) -> bool:
        looked.append(chunk)
        return chunk.isdigit()

    rule = Rule(find)
    assert rule.over(["a", "1"]) == [False, True]
    assert rule.telling(["a", "2", "1", "a"]) == [1, 2]
    assert looked == ["a", "1", "2"]


def test_what_is_too_long_is_not_kept() -> None:
    looked: list[str] = []

    def find(chunk: str) -> int:
        looked.append(chunk)
        return len(chunk)

    rule, address = Rule(find), "x" * (LONGEST + 1)
    assert (rule.of(address), rule.of(address)) == (LONGEST + 1, LONGEST + 1)
    assert looked == [address, address]


def test_stretches_are_chunks_side_by_side() -> None:
    text = "one two  three four five"
    assert [text[first:last] for first, last in read(text).stretches([0, 1, 3, 5])] == ["one two", "three", "five"]
    assert list(read(text).stretches([])) == []
    assert [text[first:last] for first, last in read(text).stretches(range(6))] == [text]


def test_the_same_text_is_read_once() -> None:
    assert read("Minsk agrees") is read("Minsk" + " agrees")
