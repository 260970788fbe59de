"""What a batch comes to: which topics now hold of which stories, which wait, and what follows alerts told before.

Inside a transaction. Asked twice: without locks, to see whether anybody is to be told at all; and once more where it
is told, with the stories held, for in between another worker may have told, or a story may have gone into another.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from consumers.match.findings import Heard
from consumers.match.following import FollowUp, follow_ups
from consumers.match.placing import places
from consumers.match.satisfying import Satisfied, satisfied
from consumers.match.waking import Waits, Wake, woken
from service.model import Story
from service.sources import Sources
from service.store import Transaction
from service.store.waiting import Waiting
from service.topics.facts import facts

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done."""

    satisfied: tuple[Satisfied, ...]
    """One for each topic and story that was not told yet: the one that waited longest, else the first."""
    waiting: tuple[Waiting, ...]
    """From now on."""
    over: frozenset[Pair]
    """Topics and articles that wait no more, for their story is told."""
    follow_ups: tuple[FollowUp, ...]

    def __bool__(self) -> bool:
        return bool(self.satisfied or self.waiting or self.over or self.follow_ups)

    @property
    def stories(self) -> dict[str, Story]:
        """Those that are to be told of."""
        told = [*(each.story for each in self.satisfied), *(each.story for each in self.follow_ups)]
        return {story.id: story for story in told}


def judge(tx: Transaction, heard: Heard, now: datetime, known: Sources, lock: bool = False) -> Judged:
    """With `lock`, nobody merges the stories, nor tells of them, until we commit."""
    here = places(tx, heard, lock)
    waits = tx.waiting.of_stories(here.stories) if heard.watched else {}
    asked = {story.id for finding, story in here.findings if finding.watched.conditions} | waits.keys()
    facts_of = facts(tx, [story for story in here.stories.values() if story.id in asked], now)
    found = [*woken(tx, Wake(heard, here, waits, facts_of, known)), *here.findings]
    told = {(alert.topic_id, story_id) for story_id, some in here.told.items() for alert in some}
    telling = [
        (finding, story)
        for finding, story in found
        if (finding.topic.id, story.id) not in told and not finding.topic.is_muted(now)
    ]
    holding, waiting = satisfied(telling, facts_of, now)
    first = {(each.finding.topic.id, each.story.id): each for each in reversed(holding)}
    done = told | first.keys()
    return Judged(
        satisfied=tuple(each for each in holding if first[each.finding.topic.id, each.story.id] is each),
        waiting=tuple(each for each, story in waiting if (each.topic_id, story.id) not in done),
        over=frozenset(_over(waits, done)),
        follow_ups=tuple(follow_ups(tx, heard, here)),
    )


def _over(waits: Waits, done: AbstractSet[Pair]) -> Iterator[Pair]:
    for story_id, some in waits.items():
        yield from ((each.topic_id, each.article_id) for each in some if (each.topic_id, story_id) in done)
