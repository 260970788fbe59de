"""Stories as conditions of queries see them now. Inside a transaction."""

from datetime import datetime, timedelta

from service.model import Story
from service.query import StoryFacts
from service.store import Transaction

HOUR = timedelta(hours=1)


def facts_of(tx: Transaction, story: Story, now: datetime) -> StoryFacts:
    """What match would know of it."""
    return StoryFacts(
        independent=story.independent,
        controlled=story.controlled,
        sources=story.sources,
        languages=len(story.languages),
        articles=story.articles,
        growth=tx.reports.counts({story.id}, now - HOUR)[story.id],
    )
