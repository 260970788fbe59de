"""What is decided together hangs together by likeness or by a strand."""

from collections.abc import Mapping

import pytest

from consumers.cluster import region as module
from consumers.cluster.nearby import Nearby
from consumers.cluster.region import Surroundings, region
from tests.builders import NOW


def surroundings(strands: Mapping[str, str], pairs: Mapping[tuple[str, str], float], old: str = "") -> Surroundings:
    """Articles are letters; what is told of a pair is told by the later letter."""
    nearby = Nearby()
    for name in strands:
        told = [(one, score) for (one, other), score in pairs.items() if other == name]
        nearby.note(name, NOW, told)
    members: dict[str, list[str]] = {}
    for name, strand in strands.items():
        members.setdefault(strand, []).append(name)
    return Surroundings(
        near=nearby.of,
        strand=lambda name: strands.get(name, ""),
        members=lambda strand: members.get(strand, ()),
        is_young=lambda name: name in strands and name not in old,
    )


def alone(letters: str) -> dict[str, str]:
    return {name: f"sd_{name}" for name in letters}


def test_likely_pairs_chain_and_unlikely_ones_do_not() -> None:
    around = surroundings(alone("abcde"), {("a", "b"): 1.0, ("b", "c"): -0.2, ("c", "d"): -0.3, ("a", "c"): -3.0})
    found = region(["a"], around, ())
    assert found.inner == set("abc")
    assert found.pairs == {("a", "b"): 1.0, ("b", "c"): -0.2, ("a", "c"): -3.0}
    assert region(["d"], around, ()).inner == {"d"}


def test_a_strand_is_decided_whole() -> None:
    around = surroundings({"a": "sd_1", "b": "sd_1", "c": "sd_2"}, {("b", "c"): 2.0})
    assert region(["a"], around, ()).inner == set("abc")


def test_old_articles_take_part_but_are_not_decided_nor_passed_through() -> None:
    around = surroundings(alone("abc"), {("a", "b"): 1.0, ("b", "c"): 1.0}, old="b")
    found = region(["a"], around, ())
    assert found.inner == {"a"}
    assert found.articles() == ["a", "b"]


def test_what_was_decided_is_not_decided_again() -> None:
    around = surroundings(alone("ab"), {("a", "b"): 1.0})
    found = region(["b"], around, {"a"})
    assert found.inner == {"b"}
    assert found.articles() == ["a", "b"]


def test_too_large_a_region_is_held_together_more_tightly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    pairs = {("a", "b"): 1.2, ("b", "c"): 1.2, ("c", "d"): 0.3, ("d", "e"): 0.3}
    assert region(["a"], surroundings(alone("abcde"), pairs), ()).inner == set("abc")
    chain = dict.fromkeys(zip("abcd", "bcde", strict=True), 4.0)
    assert region(["a"], surroundings(alone("abcde"), chain), ()).inner == set("abc")


def test_what_both_of_a_pair_say_is_averaged() -> None:
    nearby = Nearby()
    nearby.note("a", NOW, [("b", 1.0)])
    nearby.note("b", NOW, [("a", 2.0)])
    around = Surroundings(nearby.of, lambda name: f"sd_{name}", lambda _: (), lambda _: True)
    assert region(["a"], around, ()).pairs == {("a", "b"): 1.5}
