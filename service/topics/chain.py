"""How an article came to where it is, step by step: its id in; poll, dedupe, language, entities, strand, story out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service.messages import EnrichedArticle
from service.model import Sighting
from service.store import Transaction
from service.store.linkings import Linking

MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Step:
    stage: str
    outcome: str
    told: str
    """What is to be said of it, in short."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """The article that this one is a copy of."""

    id: str
    url: str
    source: str


@dataclass(frozen=True, slots=True)
class Journey:
    """What happened to the current text of an article."""

    article_id: str
    url: str
    title: str
    steps: tuple[Step, ...]
    twin: Twin | None = None


def journey(tx: Transaction, article: EnrichedArticle, sightings: list[Sighting], own: dict[str, str]) -> Journey:
    """The journey of the current text; what the story has become is not told here."""
    inner = article.article
    twin = _twin(tx, inner.original_id)
    linking = tx.linkings.of([(inner.article_id, inner.revision)]).get((inner.article_id, inner.revision))
    steps = (
        *(Step(hop.stage, hop.outcome, "", hop.at) for hop in article.hops if hop.stage not in ("dedupe", "enrich")),
        *_dedupe(sightings, inner.revision, twin),
        *_enrich(article, own),
        *_cluster(tx, inner.article_id, inner.revision),
        *_link(linking),
    )
    return Journey(inner.article_id, inner.raw.url, inner.raw.title, steps, twin)


def _twin(tx: Transaction, original_id: str) -> Twin | None:
    if not original_id:
        return None
    found = tx.articles.enriched_of([original_id]).get(original_id)
    raw = found.article.raw if found else None
    return Twin(original_id, raw.url if raw else "", raw.source if raw else "")


def _dedupe(sightings: list[Sighting], revision: int, twin: Twin | None) -> Iterator[Step]:
    for each in sightings:
        if each.revision == revision:
            what = f"a copy of {twin.url or twin.id}" if twin else ""
            yield Step("dedupe", each.kind, what or f"revision {revision}", each.seen_at)


def _enrich(article: EnrichedArticle, own: dict[str, str]) -> Iterator[Step]:
    at = next((hop.at for hop in article.hops if hop.stage == "enrich"), None)
    yield Step("language", article.language, f"confidence {article.language_confidence:.2f}", at)
    countries = ", ".join(article.countries[:MOST_NAMED])
    names = "; ".join(f"{each.name} ({own.get(each.id, each.id)})" for each in article.entities[:MOST_NAMED])
    found = f"{len(article.entities)} people and organisations, {len(article.places)} places"
    yield Step("entities", found, "; ".join(filter(None, (countries, names))), at)


def _cluster(tx: Transaction, article_id: str, revision: int) -> Iterator[Step]:
    filed = tx.articles.stored([(article_id, revision)]).get((article_id, revision))
    if filed:
        yield Step("cluster", filed.change, f"strand {filed.strand_id}", filed.filed_at)
    entry = tx.explaining.entry(article_id)
    if entry and entry.move:
        yield Step("settle", "moved", f"strand {entry.strand_id}", entry.since)


def _link(linking: Linking | None) -> Iterator[Step]:
    if linking:
        merged = f", which took in {', '.join(linking.merged)}" if linking.merged else ""
        yield Step("link", linking.change, f"story {linking.story_id}{merged}")
