"""Stories as conditions of queries see them. Inside a transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from service.model import Story
from service.query import StoryFacts
from service.store import Transaction

HOUR = timedelta(hours=1)


def facts(tx: Transaction, stories: Iterable[Story], now: datetime) -> Mapping[str, StoryFacts]:
    """By the story's id."""
    by_id = {story.id: story for story in stories}
    growth = tx.reports.counts(by_id.keys(), now - HOUR)
    return {story_id: _facts(story, growth[story_id]) for story_id, story in by_id.items()}


def _facts(story: Story, growth: int) -> StoryFacts:
    return StoryFacts(
        independent=story.independent,
        controlled=story.controlled,
        sources=story.sources,
        languages=len(story.languages),
        articles=story.articles,
        growth=growth,
    )
