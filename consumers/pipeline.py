"""The pipeline on one page: which stage reads what, and writes what.

hubs  ->  feeds.pushed  ->  receive  ->  articles.raw
poll  ->  articles.raw  ->  dedupe  ->  articles.identified  ->  enrich  ->  articles.enriched  ->  cluster
      ->  strands.changed  ->  link  ->  stories.changed  ->  match  ->  deliveries (rows)  ->  deliver
"""

from typing import Any

from consumers.cluster import Cluster
from consumers.dedupe import Dedupe
from consumers.enrich import Enrich
from consumers.link import Link
from consumers.match import Match
from consumers.poll.patient import Reader
from consumers.poll.receive import Receive
from consumers.runner import Stage
from service.clock import Clock
from service.query import Reading
from service.settings import PollSettings, Settings
from service.sources import NONE, Sources
from service.store import Store
from service.streams import ENRICHED, IDENTIFIED, PUSHED, RAW, STORIES, STRANDS

PUSHED_AT_ONCE = 10
"""Pushed documents in a batch: each may have megabytes."""


def entrance(
    store: Store, reader: Reader, settings: PollSettings, clock: Clock, sources: Sources = NONE
) -> Stage[Any, Any]:
    """Where pushed documents come in; what is polled comes in beside it."""
    receive = Receive(store, reader, clock, settings.keep_payloads, sources)
    return Stage("receive", PUSHED, RAW, receive, PUSHED_AT_ONCE)


def stages(
    store: Store,
    enrich: Enrich,
    settings: Settings,
    clock: Clock,
    reading: Reading | None = None,
    sources: Sources = NONE,
) -> list[Stage[Any, Any]]:
    """All of them, in the order of an article's journey."""
    match = Match(store, clock, reading, sources)
    look_after = settings.recheck.after_hours if settings.recheck.enabled else ()
    return [
        Stage("dedupe", RAW, IDENTIFIED, Dedupe(store, settings.dedupe)),
        Stage("enrich", IDENTIFIED, ENRICHED, enrich),
        Stage("cluster", ENRICHED, STRANDS, Cluster(store, settings.cluster, clock, look_after)),
        Stage("link", STRANDS, STORIES, Link(store, settings.link, clock)),
        Stage("match", STORIES, None, match, prepare=match.load),
    ]
