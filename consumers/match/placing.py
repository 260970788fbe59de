"""Where things are today: a batch in, the stories that stand for those it speaks of out. Inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from consumers.match.findings import Finding, Heard
from service.model import Alert, Story
from service.store import Transaction


@dataclass(frozen=True)
class Places:
    """What a batch is about."""

    heir: Mapping[str, Story]
    """By every id that was heard of, the story that stands for it today."""
    findings: tuple[tuple[Finding, Story], ...]
    """Each with the story that its article is in today: it may have moved since it was told of."""
    number: Mapping[str, int]
    """By the id of a story that stands, the place in the batch of the first change that concerns it, or its article."""
    told: Mapping[str, Sequence[Alert]]
    """By the id of a story that stands, the alerts that stand for it."""

    @cached_property
    def stories(self) -> dict[str, Story]:
        """Those that stand, by their own ids."""
        return {story.id: story for story in self.heir.values()}


def places(tx: Transaction, heard: Heard, lock: bool) -> Places:
    """With `lock` the stories are held until we commit: a worker that hears of a story and another that hears of its
    successor at the same moment must not both tell."""
    articles = [each.article_id for each in heard.findings]
    now_in = tx.stories.turn(articles) if lock else tx.stories.story_of(articles)
    story_of = {each.article_id: now_in.get(each.article_id, each.story_id) for each in heard.findings}
    ids = {*story_of.values(), *heard.story_ids}
    heir = tx.stories.lock(ids) if lock else tx.stories.standing(ids)
    number: dict[str, int] = {}
    for place, change in heard.live():
        if story := heir.get(change.story_id):
            number.setdefault(story.id, place)
    placed = [(each, story) for each in heard.findings if (story := heir.get(story_of[each.article_id]))]
    for finding, story in placed:
        number.setdefault(story.id, finding.number)
    return Places(heir, tuple(placed), number, tx.alerts.standing(tx.stories.lineage(number)))
