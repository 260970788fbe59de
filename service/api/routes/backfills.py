"""Backfills: read an archive in, look how far it is, stop it, resume it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.addresses import check_url
from service.api.deps import ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, UNSAFE_ADDRESS, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.backfills import Backfill, BackfillDetail, BackfillGiven, BackfillQuery
from service.errors import Conflict
from service.store import Transaction

router = APIRouter(prefix="/v1/backfills", tags=["backfills"])


@router.get("", response_model=PageShown[Backfill], summary="List backfills", responses=documented(INVALID_CURSOR))
async def list_backfills(
    query: Annotated[BackfillQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[model.Backfill]:
    """All backfills, the newest first; those of holes in feeds too."""
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.backfills.list(before, most),
        lambda each: (each.created_at, each.id),
    )


@router.post(
    "",
    status_code=202,
    response_model=Backfill,
    summary="Read an archive in",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, UNSAFE_ADDRESS),
)
async def add_backfill(given: BackfillGiven, kept: ContextDep, response: Response) -> model.Backfill:
    """The pollers read it in as far as live news leaves room, and politely. Its articles are filed like all
    others and raise no alerts.
    """
    check_url(given.url.replace("{n}", "1"), kept.settings.egress)
    made = _made(given, kept.clock())
    await kept.store.write(_add, made)
    response.headers["Location"] = f"/v1/backfills/{made.id}"
    return made


@router.get("/{backfill_id}", response_model=BackfillDetail, summary="Show a backfill", responses=documented(NOT_FOUND))
async def get_backfill(backfill_id: Id, kept: ContextDep) -> BackfillDetail:
    """A backfill, and how far it has come."""
    return await kept.store.read(_detail, backfill_id)


@router.post(
    "/{backfill_id}/stop",
    response_model=BackfillDetail,
    summary="Stop a backfill",
    responses=documented(NOT_FOUND, CONFLICT),
)
async def stop_backfill(backfill_id: Id, kept: ContextDep) -> BackfillDetail:
    """Read no more of it. What was read in stays."""
    now = kept.clock()
    return await kept.store.write(
        lambda tx: _changed(tx, backfill_id, tx.backfills.stop(backfill_id, now), "It is at its end.")
    )


@router.post(
    "/{backfill_id}/resume",
    response_model=BackfillDetail,
    summary="Resume a backfill",
    responses=documented(NOT_FOUND, CONFLICT),
)
async def resume_backfill(backfill_id: Id, kept: ContextDep) -> BackfillDetail:
    """Go on with one that was stopped or has failed, from where it was."""
    now = kept.clock()
    return await kept.store.write(
        lambda tx: _changed(
            tx, backfill_id, tx.backfills.resume(backfill_id, now), "It was neither stopped nor failed."
        )
    )


def _made(given: BackfillGiven, now: datetime) -> model.Backfill:
    return model.Backfill(
        id=model.fresh_id(now),
        url=given.url,
        kind="archive",
        feed_id=given.feed_id or "",
        source=given.source,
        language=given.language or "",
        since=given.since,
        until=given.until,
        created_at=now,
        next_at=now,
    )


def _add(tx: Transaction, made: model.Backfill) -> None:
    """Raises `NotFound` if there is no such feed."""
    if made.feed_id:
        tx.feeds.get(made.feed_id)
    tx.backfills.add(made)


def _detail(tx: Transaction, backfill_id: str) -> BackfillDetail:
    kept = found(tx.backfills.get(backfill_id), "backfill", backfill_id)
    return BackfillDetail.of(kept, tx.backfills.documents(backfill_id))


def _changed(tx: Transaction, backfill_id: str, changed: bool, why_not: str) -> BackfillDetail:
    """Raises `NotFound`, or `Conflict` if nothing was changed."""
    shown = _detail(tx, backfill_id)
    if not changed:
        raise Conflict(why_not)
    return shown
