"""The stories that articles have joined, as conditions of queries see them. Inside a transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from service.model import Story
from service.query import StoryFacts
from service.store import Transaction

HOUR = timedelta(hours=1)


def facts(tx: Transaction, story_ids: Iterable[str], now: datetime) -> Mapping[str, StoryFacts]:
    """By id; a story that is not there any more is missing."""
    standing = tx.stories.standing(set(story_ids))
    growth = tx.reports.counts({story.id for story in standing.values()}, now - HOUR)
    return {story_id: _facts(story, growth[story.id]) for story_id, story in standing.items()}


def _facts(story: Story, growth: int) -> StoryFacts:
    return StoryFacts(
        independent=story.independent,
        controlled=story.controlled,
        sources=story.sources,
        languages=len(story.languages),
        articles=story.articles,
        growth=growth,
    )
