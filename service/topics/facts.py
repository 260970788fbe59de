"""Stories as conditions of queries see them: stories in, what is counted of them out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from service.model import Story
from service.query import StoryFacts
from service.store import Transaction

HOUR = timedelta(hours=1)


def facts(tx: Transaction, stories: Iterable[Story], now: datetime) -> Mapping[str, StoryFacts]:
    """As they are now, by the story's id."""
    by_id = {story.id: story for story in stories}
    growth = tx.reports.counts(by_id.keys(), now - HOUR)
    return {story_id: story_facts(story, growth[story_id]) for story_id, story in by_id.items()}


def story_facts(story: Story, growth: int) -> StoryFacts:
    """`growth`: its articles of the last hour."""
    return StoryFacts(
        independent=story.independent,
        controlled=story.controlled,
        sources=story.sources,
        languages=len(story.languages),
        articles=story.articles,
        growth=growth,
    )
