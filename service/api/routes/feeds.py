"""Feeds: list, show, add, change, remove."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.addresses import check_url
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import (
    CONFLICT,
    INVALID_CURSOR,
    NOT_FOUND,
    UNSAFE_ADDRESS,
    documented,
    with_body,
)
from service.api.schemas import Page as PageShown
from service.api.schemas.feeds import (
    Feed,
    FeedChange,
    FeedDetail,
    FeedGiven,
    FeedQuery,
)
from service.model.routes import other_routes
from service.settings import EgressSettings
from service.store import Transaction
from service.urls import feed_address, source_of

router = APIRouter(prefix="/v1/feeds", tags=["feeds"])

MOST_POLLS = 20
AS_NEW: dict[str, Any] = {
    "status": "waiting",
    "error": "",
    "failing_since": None,
    "failures": 0,
    "trouble": 0.0,
    "trust": "unproved",
    "claims": 0,
}
"""A feed that is switched on again is given another chance in every way."""
NO_DETOUR: dict[str, Any] = {"detour": None, "etag": "", "last_modified": "", "body_hash": "", "seen": ()}
"""A feed with other routes begins again with its own address; what it remembers is another one's."""


@router.get("", response_model=PageShown[Feed], summary="List feeds", responses=documented(INVALID_CURSOR))
async def list_feeds(query: Annotated[FeedQuery, Query()], kept: ContextDep, lister: ListerDep) -> Page[model.Feed]:
    """All feeds, or those that are doing like this; the oldest first."""
    return await lister.listed(
        query, str, lambda tx, after, most: tx.feeds.list(after or "", most, query.health), lambda feed: feed.id
    )


@router.post(
    "",
    status_code=201,
    response_model=Feed,
    summary="Add a feed",
    dependencies=[Depends(json_body)],
    responses=with_body(CONFLICT, UNSAFE_ADDRESS),
)
async def add_feed(given: FeedGiven, kept: ContextDep, allowed: AllowanceDep, response: Response) -> model.Feed:
    """Poll a feed from now on. Its address is checked first: http or https, on the open internet."""
    feed = new_feed(given, kept.settings.egress, kept.clock())
    made = await kept.store.write(_add, feed, allowed, kept.clock())
    response.headers["Location"] = f"/v1/feeds/{made.id}"
    return made


@router.get("/{feed_id}", response_model=FeedDetail, summary="Show a feed", responses=documented(NOT_FOUND))
async def get_feed(feed_id: Id, kept: ContextDep) -> FeedDetail:
    """A feed with its latest 20 polls."""
    feed, polls = await kept.store.read(_feed_and_polls, feed_id)
    return FeedDetail.of(feed, polls)


@router.patch(
    "/{feed_id}",
    response_model=Feed,
    summary="Change a feed",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, UNSAFE_ADDRESS),
)
async def change_feed(feed_id: Id, change: FeedChange, kept: ContextDep) -> model.Feed:
    """Change what is given and leave the rest."""
    for route in change.routes:
        check_url(route, kept.settings.egress)
    return await kept.store.write(_change, feed_id, change, kept.clock())


@router.delete("/{feed_id}", status_code=204, summary="Remove a feed", responses=documented(NOT_FOUND))
async def remove_feed(feed_id: Id, kept: ContextDep) -> None:
    """Poll it no more. Its articles stay."""
    gone = await kept.store.write(lambda tx: tx.feeds.remove(feed_id))
    found(gone or None, "feed", feed_id)


def new_feed(given: FeedGiven, egress: EgressSettings, now: datetime) -> model.Feed:
    """Raises `UnsafeAddress`."""
    for url in (given.url, *given.routes):
        check_url(url, egress)
    return model.Feed(
        id=model.fresh_id(now),
        url=feed_address(given.url),
        title=given.title,
        source=given.source or source_of(given.url),
        language=given.language or "",
        identity=given.identity,
        fixed_interval=given.fixed_interval,
        kind="page" if given.rules else "feed",
        rules=given.rules.kept() if given.rules else None,
        labels=tuple(dict.fromkeys(given.labels)),
        routes=other_routes(given.url, given.routes),
        next_poll_at=now,
        created_at=now,
    )


def _feed_and_polls(tx: Transaction, feed_id: str) -> tuple[model.Feed, list[model.Poll]]:
    return tx.feeds.get(feed_id), list(tx.feeds.polls(feed_id, MOST_POLLS))


def _add(tx: Transaction, feed: model.Feed, allowed: Allowance, now: datetime) -> model.Feed:
    allowed.charge(tx, "feeds", 1, now)
    return tx.feeds.add(feed)


def _change(tx: Transaction, feed_id: str, change: FeedChange, now: datetime) -> model.Feed:
    feed = tx.feeds.get(feed_id)
    given = change.model_dump(exclude_unset=True)
    if "language" in given:
        given["language"] = given["language"] or ""
    if "labels" in given:
        given["labels"] = tuple(dict.fromkeys(given["labels"]))
    if "rules" in given:
        given["rules"] = change.rules.kept() if change.rules else None
        given |= {"kind": "page" if given["rules"] else "feed", "body_hash": "", "etag": "", "last_modified": ""}
    if "routes" in given:
        given["routes"] = other_routes(feed.url, given["routes"])
        given |= NO_DETOUR if feed.detour else {}
    changed = replace(feed, **given)
    if changed.enabled and not feed.enabled:
        changed = replace(changed, **AS_NEW, next_poll_at=now)
    elif changed.fixed_interval and changed.fixed_interval != feed.fixed_interval:
        after = (feed.last_poll_at or now) + timedelta(seconds=changed.fixed_interval)
        changed = replace(changed, next_poll_at=max(after, now))
    return tx.feeds.update(changed)
