"""The stories that articles have joined, as conditions of queries see them. Inside a transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from service.errors import NotFound
from service.query import StoryFacts
from service.store import Transaction

HOUR = timedelta(hours=1)


def facts(tx: Transaction, story_ids: Iterable[str], now: datetime) -> Mapping[str, StoryFacts]:
    """By id; a story that is not there any more is missing."""
    return {story_id: found for story_id in set(story_ids) if (found := _facts(tx, story_id, now))}


def _facts(tx: Transaction, story_id: str, now: datetime) -> StoryFacts | None:
    try:
        story = tx.stories.get(story_id)
    except NotFound:
        return None
    return StoryFacts(
        independent=story.independent,
        controlled=story.controlled,
        sources=story.sources,
        languages=len(story.languages),
        articles=story.articles,
        growth=len(tx.reports.times(story.id, now - HOUR)),
    )
