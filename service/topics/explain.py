"""Why a topic alerted on an article or a story, or why it did not.

Ids come in; out comes the whole chain: how the article came, which clauses of the query hold of it and where, and what
became of that.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from service.errors import NotFound, QuerySyntax
from service.messages import EnrichedArticle
from service.model import Alert, Story, Topic, notice_id
from service.query import Document, Query, StoryFacts, find
from service.query.conditions import text_part
from service.query.trace import Traced, trace
from service.store import Transaction
from service.topics.chain import Journey, Step, journey
from service.topics.facts import facts
from service.topics.verdict import Known, Verdict, verdict
from service.topics.workbench import Workbench, owners

MOST_ARTICLES = 50
"""Of a story, the latest that are looked at."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One article and one topic."""

    topic: Topic
    article: Journey
    story_id: str
    """"" until it is linked."""
    verdict: Verdict
    alert: Alert | None
    clauses: Traced | None
    """None where there is nothing to look at, or the query cannot be understood here."""
    texts: Mapping[str, str]
    """Title and body, to which the offsets of places refer."""


@dataclass(frozen=True, slots=True)
class StoryExplained:
    """One story and one topic: the article that decides, and which others match."""

    story_id: str
    title: str
    explained: Explained
    matching: tuple[str, ...]
    """Ids of articles, among the latest, of which the query holds."""
    looked_at: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store knows of an article and a topic."""

    article: EnrichedArticle
    journey: Journey
    own: dict[str, str]
    known: Known
    story: StoryFacts | None


async def explain_article(bench: Workbench, topic: Topic, article_id: str) -> Explained:
    """Raises `NotFound` for an article that was never seen."""
    query = await asyncio.to_thread(_read, bench, topic)
    found = await bench.store.read(_look_up, topic, article_id, bench.clock())
    if isinstance(found, Explained):
        return found
    return await asyncio.to_thread(_explained, bench, query, found)


async def explain_story(bench: Workbench, topic: Topic, story_id: str) -> StoryExplained:
    """Raises `NotFound`."""
    query = await asyncio.to_thread(_read, bench, topic)
    story, articles, told, own = await bench.store.read(_of_story, story_id, bench.clock())
    if not articles:
        raise NotFound(f"There is no article in story {story_id}.")
    documents = {each: bench.document(article, own, told) for each, article in articles.items()}
    matching = await asyncio.to_thread(_matching, query, documents)
    alert = await bench.store.read(lambda tx: _alert(tx, topic.id, story.id, ""))
    decides = _decides(alert, matching, documents, query)
    return StoryExplained(
        story.id, story.title, await explain_article(bench, topic, decides), tuple(matching), len(articles)
    )


def _decides(alert: Alert | None, matching: list[str], documents: Mapping[str, Document], query: Query | None) -> str:
    """The article that raised the alert; else one that matches, or could if its story were otherwise; else the last."""
    if alert and alert.article_id in documents:
        return alert.article_id
    asked = text_part(query) if query else None
    nearly = (each for each, document in documents.items() if asked and find(asked, document))
    return next(iter(matching), "") or next(nearly, "") or next(iter(documents))


def _matching(query: Query | None, documents: Mapping[str, Document]) -> list[str]:
    return [each for each, document in documents.items() if query and find(query, document)]


def _read(bench: Workbench, topic: Topic) -> Query | None:
    """None where it cannot be understood by this installation."""
    try:
        return bench.reading.read(topic.query).query
    except QuerySyntax:
        return None


def _of_story(
    tx: Transaction, story_id: str, now: datetime
) -> tuple[Story, dict[str, EnrichedArticle], StoryFacts, dict[str, str]]:
    story = tx.stories.get(story_id)
    ids = tx.explaining.newest(story.id, MOST_ARTICLES)
    found = tx.articles.enriched_of(ids)
    return (
        story,
        {each: found[each] for each in ids if each in found},
        facts(tx, [story], now)[story.id],
        owners(tx, found.values()),
    )


def _look_up(tx: Transaction, topic: Topic, named: str, now: datetime) -> "_Found | Explained":
    article_id = tx.identities.behind([named]).get(named, named)
    sightings = tx.sightings.of_article(article_id)
    article = tx.articles.enriched_of([article_id]).get(article_id)
    if article is None:
        if not sightings:
            raise NotFound(f"Article {named} was never seen.")
        return _only_seen(topic, article_id, sightings[-1].url, sightings[-1].seen_at)
    own = owners(tx, [article])
    story_id = tx.stories.story_of([article_id]).get(article_id, "")
    story = tx.stories.standing([story_id]).get(story_id) if story_id else None
    entry, version = tx.explaining.entry(article_id), tx.topic_versions.get(topic.id, topic.version)
    known = Known(
        topic=topic,
        article_id=article_id,
        story_id=story_id,
        alert=_alert(tx, topic.id, story_id, article_id) if story_id else None,
        holds=None,
        text_holds=False,
        lane=article.lane,
        linked_at=entry.since if entry else None,
        version_made_at=version.made_at if version else None,
        quarantined=_quarantined(tx, topic),
    )
    told = facts(tx, [story], now)[story.id] if story else None
    return _Found(article, journey(tx, article, sightings, own), own, known, told)


def _quarantined(tx: Transaction, topic: Topic) -> str:
    """Why this version is left alone, as its account was told; "" if it is not."""
    told = tx.notices.get(notice_id("topic.quarantined", topic.id, str(topic.version)), None)
    return str(told.payload.get("why", "it misbehaved")) if told else ""


def _alert(tx: Transaction, topic_id: str, story_id: str, article_id: str) -> Alert | None:
    """That of this article, if it raised one; else the first that stands for the story."""
    standing = tx.alerts.standing(tx.stories.lineage([story_id])).get(story_id, ())
    mine = [each for each in standing if each.topic_id == topic_id]
    return min(mine, key=lambda each: (each.article_id != article_id, each.created_at, each.id), default=None)


def _explained(bench: Workbench, query: Query | None, found: _Found) -> Explained:
    document = bench.document(found.article, found.own, found.story)
    traced, known = None, found.known
    if query is not None:
        traced, asked = trace(query, document), text_part(query)
        text_holds = asked is None or find(asked, document) is not None
        known = replace(known, holds=traced.holds, text_holds=text_holds, failing=tuple(_failing(traced)))
    decided = verdict(known, bench.clock())
    step = Step("match", decided.why, decided.detail, known.alert.created_at if known.alert else None)
    told = replace(found.journey, steps=(*found.journey.steps, step))
    texts = {"title": document.title, "body": document.body}
    return Explained(known.topic, told, known.story_id, decided, known.alert, traced, texts)


def _failing(traced: Traced) -> list[str]:
    """Conditions on the story that are not met, each with what it is like."""
    own = [f"{traced.clause} ({traced.note})"] if traced.fact and not traced.holds else []
    return own + [each for part in traced.parts for each in _failing(part)]


def _only_seen(topic: Topic, article_id: str, url: str, at: datetime) -> Explained:
    """Identified, and not filed yet."""
    told = Verdict(
        "not_filed", "the article was identified, but is not filed yet; see `courant status` and `dead list`"
    )
    steps = (Step("dedupe", "identified", "", at), Step("match", told.why, told.detail))
    return Explained(topic, Journey(article_id, url, "", steps), "", told, None, None, {})
