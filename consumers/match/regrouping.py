"""Settling has put an article in another story: a batch of changes in, what may have to be told because of it out.

While it was in the wrong story it may have been quiet, for that was told already: in its new one it is looked at
again. And where it takes its alert along, what it leaves behind was quiet because of it. Inside a transaction, but
for `live`, which is pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from service.messages import EnrichedArticle, StoryChanged
from service.store import Transaction

MOST_LEFT = 200
"""Articles of a story that is left that are looked at: the first and the newest."""


@dataclass(frozen=True, slots=True)
class Left:
    """A topic's alert has left a story with the article that raised it; these articles are still there."""

    number: int
    """The place of the change in its batch."""
    topic_id: str
    story_id: str
    article_ids: tuple[str, ...]


def is_regrouped(changed: StoryChanged) -> bool:
    """Settling did it, and the article is in another story for it. People who move articles alert nobody."""
    return changed.change == "moved" and bool(changed.left)


def live(changed: StoryChanged, articles: Mapping[str, EnrichedArticle]) -> StoryChanged:
    """In the lane of its own article: a move is told with whatever record comes next."""
    article = articles.get(changed.article_id)
    return replace(changed, lane=article.lane) if article and is_regrouped(changed) else changed


def left_behind(tx: Transaction, changes: Sequence[StoryChanged]) -> list[Left]:
    """What alerts have left, where that may have to be told anew."""
    gone = {each.article_id: (number, each.left) for number, each in enumerate(changes) if is_regrouped(each)}
    if not gone:
        return []
    of_topic = {(alert.topic_id, *gone[alert.article_id]) for alert in tx.alerts.of_articles(gone)}
    stories = {story_id: _articles(tx, story_id) for story_id in {story_id for _, _, story_id in of_topic}}
    return [Left(number, topic, story_id, stories[story_id]) for topic, number, story_id in sorted(of_topic)]


def _articles(tx: Transaction, story_id: str) -> tuple[str, ...]:
    """Those of the story that stands for it today, in the order of their times."""
    heirs = tx.stories.standing([story_id])
    if story_id not in heirs:
        return ()
    reports, _ = tx.reports.of(heirs[story_id].id, MOST_LEFT)
    return tuple(each.article_id for each in sorted(reports, key=lambda each: (each.seen_at, each.article_id)))
