"""An article's journey, from what the store knows: each revision's way, its story, alerts and deliveries."""

from datetime import datetime
from typing import Any

from consumers.cli.output import say
from service.errors import Invalid, NotFound
from service.messages import Citation, Quote
from service.model import ArticleView, Sighting
from service.store import Transaction
from service.store.delivering import Wanted
from service.urls import article_id, canonical


def journey(tx: Transaction, named: str) -> dict[str, Any]:
    """By address or id. Raises `NotFound` if it was never seen."""
    known = _id(named)
    known = tx.identities.behind([known]).get(known, known)
    sightings = tx.sightings.of_article(known)
    if not sightings:
        raise NotFound(f"{named} was never seen; the stage `poll` has not brought it, or it is another address")
    view = tx.browse.article(known)
    if view is None:
        return {"id": known, "url": sightings[0].url, "revisions": [_only_seen(each) for each in sightings]}
    return _whole(tx, view, sightings)


def _id(named: str) -> str:
    try:
        return article_id(canonical(named)) if "/" in named else named
    except Invalid as error:
        raise Invalid(f"{named}: {error}") from None


def _only_seen(sighting: Sighting) -> dict[str, Any]:
    return {
        "number": sighting.revision,
        "seen_at": sighting.seen_at,
        "dedupe": sighting.kind,
        "original_id": sighting.original_id,
        "hops": [],
        "note": "identified, not filed yet: see `courant status` and `courant dead list`",
    }


def _whole(tx: Transaction, view: ArticleView, sightings: list[Sighting]) -> dict[str, Any]:
    filed = {each.number for each in view.revisions}
    summary = view.summary
    return {
        "id": summary.id,
        "url": summary.url,
        "title": summary.title,
        "source": summary.source,
        "language": summary.language,
        "published_at": summary.published_at,
        "kind": summary.kind,
        "original_id": summary.original_id,
        "strand_id": view.strand_id,
        "story_id": summary.story_id,
        "revisions": [
            {
                "number": each.number,
                "title": each.title,
                "seen_at": each.seen_at,
                "type": each.weighed.type,
                "classes": each.weighed.classes,
                "facts": each.weighed.facts,
                "hops": [_hop(hop.stage, hop.at, hop.outcome) for hop in each.hops]
                + _filed(tx, summary.id, each.number),
            }
            for each in view.revisions
        ]
        + [_only_seen(each) for each in sightings if each.revision not in filed],
        "quotes": [_quote(each, view.revisions[-1].text) for each in view.quotes],
        "citations": [_citation(each) for each in view.citations],
        "copies": [each.url for each in view.copies],
        "alerts": _alerts(tx, summary.story_id),
    }


def _filed(tx: Transaction, known: str, revision: int) -> list[dict[str, Any]]:
    """What cluster and link said; they keep it in the store, and not in a message."""
    which = (known, revision)
    filed, linked = tx.articles.stored([which]).get(which), tx.linkings.of([which]).get(which)
    hops = [_hop("cluster", filed.filed_at, filed.change)] if filed else []
    return hops + ([_hop("link", None, linked.change)] if linked else [])


def _quote(quote: Quote, text: str) -> dict[str, Any]:
    said = text[quote.start : quote.end]
    return {"text": said, "direct": quote.direct, "speaker": quote.speaker, "speaker_id": quote.speaker_id}


def _citation(citation: Citation) -> dict[str, Any]:
    return {"cited": citation.cited, "domain": citation.domain, "cue": citation.cue, "byline": citation.byline}


def _hop(stage: str, at: datetime | None, outcome: str) -> dict[str, Any]:
    return {"stage": stage, "at": at, "outcome": outcome}


def _alerts(tx: Transaction, story_id: str) -> list[dict[str, Any]]:
    if not story_id:
        return []
    return [
        {
            "id": alert.id,
            "topic": alert.payload["topic"]["name"],
            "at": alert.created_at,
            "deliveries": [
                {"id": each.id, "state": each.state, "attempts": each.attempts, "done_at": each.done_at}
                for each in tx.deliveries.list(Wanted(None, notice_id=alert.id), None, 100)
            ],
        }
        for alert in tx.alerts.list_alerts(None, None, story_id, None, 100)
    ]


def show(told: dict[str, Any]) -> None:
    """For people."""
    say(f"{told.get('title') or told['url']}")
    for name in ("url", "source", "language", "published_at", "kind", "original_id", "strand_id", "story_id"):
        if told.get(name):
            say(f"  {name:<14}{told[name]}")
    for revision in told["revisions"]:
        kind = f": {revision['type']}" if revision.get("type") else ""
        say(f"  revision {revision['number']}, seen {_time(revision['seen_at'])}{kind}")
        for fact in revision.get("facts", ()):
            say(f"    {fact}")
        for hop in revision["hops"]:
            say(f"    {_time(hop['at'])}  {hop['stage']:<9} {hop['outcome']}")
        if "note" in revision:
            say(f"    {revision['note']}")
    for quote in told.get("quotes", ()):
        say(f"  {quote['speaker'] or 'nobody named'}: {quote['text']}")
    for citation in told.get("citations", ()):
        say(f"  cites {citation['cited']}{' (' + citation['domain'] + ')' if citation['domain'] else ''}")
    for url in told.get("copies", ()):
        say(f"  copied at {url}")
    for alert in told.get("alerts", ()):
        say(f"  alert for {alert['topic']} at {_time(alert['at'])}")
        for delivery in alert["deliveries"]:
            say(f"    {delivery['id']}  {delivery['state']} after {delivery['attempts']} attempts")


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] if at else f"{'':23}"
