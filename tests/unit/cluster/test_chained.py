"""Headlines that chain together by chance are settled with bounded work, however many there are."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from consumers.cluster.memory import Memory
from consumers.cluster.nearby import MOST_LATER, Near, Nearby
from consumers.cluster.region import MOST, MOST_HEARD
from consumers.cluster.settling import MOST_CHAINED, MOST_PAIRS, Portion, portion
from consumers.cluster.vectors import draft
from service.model import Span
from tests.builders import NOW
from tests.newsroom import Newsroom

HEADLINES = 1500
REACH = 20
"""Each is near so many that were filed before it."""


class Asked(Nearby):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.times = Counter[str]()

    def of(self, article_id: str) -> Near:
        self.times[article_id] += 1
        return super().of(article_id)


def name(number: int) -> str:
    return f"ar_{number:05}"


def held(near: Sequence[Near]) -> tuple[Memory, Asked]:
    """Articles near each other as told, each in a strand of its own."""
    drafted = draft(Newsroom(1).report(0, "en", NOW))
    memory, asked = Memory(Span(NOW)), Asked()
    memory.nearby = asked
    for number, its in enumerate(near):
        memory.add(name(number), f"sd_{number}", NOW, drafted, number + 1)
        asked.note(name(number), NOW, its)
    return memory, asked


@pytest.fixture(scope="module")
def chained() -> tuple[Memory, Asked]:
    """All hang together, by pairs that no tightness tells apart."""
    return held([[(name(other), 4.0) for other in range(max(0, n - REACH), n)] for n in range(HEADLINES)])


def portions(memory: Memory) -> list[Portion]:
    due, found = [article_id for _, article_id in memory.filed(0, HEADLINES)], list[Portion]()
    while due:
        found.append(portion(memory, due, NOW - timedelta(days=1)))
        due = due[found[-1].settled :]
    return found


def test_all_that_is_due_takes_a_portion_for_each_so_many_headlines(chained: tuple[Memory, Asked]) -> None:
    memory, asked = chained
    asked.times.clear()
    found = portions(memory)
    assert len(found) == HEADLINES / MOST_CHAINED
    assert sum(len(region.inner) for each in found for region in each.regions) <= len(found) * MOST
    assert asked.times.total() <= len(found) * 3 * MOST


def test_what_is_due_is_decided_with_the_portion_that_sees_to_it(chained: tuple[Memory, Asked]) -> None:
    memory, _ = chained
    first, second, *_ = portions(memory)
    assert {name(number) for number in range(MOST_CHAINED)} <= first.articles()
    assert {name(number) for number in range(MOST_CHAINED, 2 * MOST_CHAINED)} <= second.articles()


def test_no_portion_asks_twice_about_an_article(chained: tuple[Memory, Asked]) -> None:
    memory, asked = chained
    asked.times.clear()
    portion(memory, [article_id for _, article_id in memory.filed(0, HEADLINES)], NOW)
    assert asked.times.most_common(1)[0][1] == 1


def test_an_article_to_which_thousands_are_near_is_decided_with_few_of_their_pairs() -> None:
    hubs = 100
    memory, _ = held([[(name(hub), 4.0) for hub in range(min(n, hubs))] for n in range(HEADLINES)])
    assert len(memory.nearby.of(name(0))) == MOST_LATER
    for each in portions(memory)[:3]:
        assert sum(len(region.pairs) for region in each.regions) <= MOST_HEARD


def test_short_chains_are_decided_whole_until_there_are_pairs_enough() -> None:
    size = 30
    memory, _ = held([[(name(other), 4.0) for other in range(n - n % size, n)] for n in range(HEADLINES)])
    found = portions(memory)
    assert {len(region.inner) for each in found for region in each.regions} == {size}
    assert len(found) == -(-HEADLINES // size * (size * (size - 1) // 2) // MOST_PAIRS)
