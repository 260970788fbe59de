"""What is remembered of pairs is what the young articles say."""

from datetime import timedelta

from consumers.cluster.nearby import Nearby
from tests.builders import NOW


def test_both_of_a_pair_know_of_it() -> None:
    nearby = Nearby()
    nearby.note("b", NOW, [("a", 0.5)])
    assert list(nearby.of("a")) == [("b", 0.5)]
    assert list(nearby.of("b")) == [("a", 0.5)]
    assert list(nearby.of("c")) == []


def test_what_is_said_anew_takes_the_place_of_what_was_said() -> None:
    nearby = Nearby()
    nearby.note("b", NOW, [("a", 0.5)])
    nearby.note("b", NOW, [("c", 0.7)])
    assert list(nearby.of("a")) == []
    assert list(nearby.of("b")) == [("c", 0.7)]
    assert len(nearby) == 1


def test_what_old_articles_say_is_forgotten() -> None:
    nearby = Nearby()
    nearby.note("b", NOW, [("a", 0.5)])
    nearby.note("c", NOW + timedelta(hours=1), [("a", 0.7), ("b", 0.2)])
    nearby.forget(NOW + timedelta(minutes=1))
    assert list(nearby.of("a")) == [("c", 0.7)]
    assert list(nearby.of("b")) == [("c", 0.2)]
    assert len(nearby) == 1
