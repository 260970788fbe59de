"""Articles that waited for their stories: a batch of changes in, those out that may be worth telling of by now.

Inside a transaction.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from consumers.match.findings import Finding, Heard
from consumers.match.placing import Places
from service.messages import EnrichedArticle
from service.model import Story
from service.query import Document, StoryFacts, may_hold
from service.sources import Sources
from service.store import Transaction
from service.store.waiting import Waiting

MOST_WOKEN = 20
"""Articles that wait for one topic and story of which the longest waiting are looked at."""
Waits = Mapping[str, Sequence[Waiting]]
"""By story, the longest at the head."""


@dataclass(frozen=True, slots=True)
class Wake:
    """What is known when waiting articles are looked at."""

    heard: Heard
    places: Places
    waits: Waits
    facts: Mapping[str, StoryFacts]
    known: Sources


def woken(tx: Transaction, wake: Wake) -> list[tuple[Finding, Story]]:
    """As findings, each with its story; the longest waiting at the head."""
    awake = [(each, story) for story_id, story in wake.places.stories.items() for each in _awake(wake, story_id)]
    articles = tx.articles.enriched_of(each.article_id for each, _ in awake) if awake else {}
    own = tx.entities.behind({entity.id for each in articles.values() for entity in each.entities})
    return [
        (_finding(wake, waiting, story, articles[waiting.article_id], own), story)
        for waiting, story in awake
        if waiting.article_id in articles
    ]


def _awake(wake: Wake, story_id: str) -> Iterator[Waiting]:
    """Those whose topics can hold of a story that is as it is now; decided before their texts are read."""
    looked_at = Counter[str]()
    for each in wake.waits.get(story_id, ()):
        watched = wake.heard.watched.get(each.topic_id)
        if watched and looked_at[each.topic_id] < MOST_WOKEN and may_hold(watched.query, wake.facts[story_id]):
            looked_at[each.topic_id] += 1
            yield each


def _finding(wake: Wake, waiting: Waiting, story: Story, article: EnrichedArticle, own: Mapping[str, str]) -> Finding:
    return Finding(
        number=wake.places.number[story.id],
        watched=wake.heard.watched[waiting.topic_id],
        story_id=story.id,
        article=article,
        document=Document.of(article, own, wake.known.of(article.article.raw.source)),
        waited=waiting,
    )
