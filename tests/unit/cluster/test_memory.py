"""A memory that lived through it all answers as one that holds only what is left."""

import random
from datetime import timedelta

import numpy as np
import pytest

from consumers.cluster import memory as module
from consumers.cluster.choose import Likeness
from consumers.cluster.memory import Memory
from consumers.cluster.vectors import draft
from service.model import Span
from tests.builders import NOW
from tests.newsroom import Newsroom, published

HOURS = timedelta(hours=1)


def arrays(like: Likeness | None) -> list[np.ndarray]:
    assert like is not None
    return [getattr(like, name) for name in Likeness.__slots__]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("compact_after", [3, 10_000])
def test_what_has_left_the_span_leaves_no_trace(seed: int, compact_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMPACT_AFTER", compact_after)
    newsroom, rng = Newsroom(seed), random.Random(seed)
    told = [each for each in newsroom.day(150) if each.language == "en"]
    newest = max(map(published, told))
    late = Span(newest - 30 * HOURS)
    lived, fresh = Memory(Span(NOW - 900 * HOURS)), Memory(late)
    for place, each in enumerate(told):
        lived.add(f"ar_{place}", f"sd_{place}", published(each), draft(each))
        if rng.random() < 0.1:
            lived.move_to(Span(min(late.start, published(each) - 300 * HOURS)))
    lived.move_to(late)
    for place, each in enumerate(told):
        fresh.add(f"ar_{place}", f"sd_{place}", published(each), draft(each))
    assert 0 < len(lived) == len(fresh) < len(told)
    asked = draft(newsroom.report(0, "en", newest))
    (mine, like), (others, other) = lived.near(asked, newest), fresh.near(asked, newest)
    assert [each.article_id for each in mine] == [each.article_id for each in others]
    for one, same in zip(arrays(like), arrays(other), strict=True):
        np.testing.assert_array_equal(one, same)


def test_asking_changes_nothing() -> None:
    newsroom = Newsroom(1)
    memory = Memory(Span(NOW - HOURS))
    for place in range(4):
        memory.add(f"ar_{place}", f"sd_{place}", NOW, draft(newsroom.report(place, "en", NOW)))
    asked = draft(newsroom.report(1, "en", NOW))
    first, second = memory.near(asked, NOW), memory.near(asked, NOW)
    assert [each.article_id for each in first[0]] == [each.article_id for each in second[0]]
    for one, same in zip(arrays(first[1]), arrays(second[1]), strict=True):
        np.testing.assert_array_equal(one, same)


def test_what_lies_outside_the_span_is_not_held() -> None:
    memory = Memory(Span(NOW, NOW + HOURS))
    for at in (NOW - HOURS, NOW + HOURS, NOW + 2 * HOURS):
        memory.add("ar_a", "sd_a", at, draft(Newsroom(1).report(0, "en", at)))
    assert len(memory) == 0


def test_an_empty_memory_knows_nothing_near() -> None:
    assert Memory(Span(NOW)).near(draft(Newsroom(1).report(0, "en", NOW)), NOW) == ([], None)
