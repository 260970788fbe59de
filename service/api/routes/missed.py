"""What was missed: where a subscription stands, what came by it, and what an endpoint is owed again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.missed import (
    Head,
    PlacedDeliveries,
    PlacedDelivery,
    PlacedQuery,
    Recovery,
    RecoveryGiven,
    RecoveryQuery,
)
from service.errors import Invalid
from service.model import body
from service.store import Transaction

subscriptions = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])
endpoints = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])
recoveries = APIRouter(prefix="/v1/recoveries", tags=["endpoints"])


@subscriptions.get(
    "/{subscription_id}/head",
    response_model=Head,
    summary="Where a subscription stands",
    responses=documented(NOT_FOUND),
)
async def get_head(subscription_id: Id, caller: CallerDep, kept: ContextDep) -> model.Head:
    """The last sequence that was given, and how far everything was taken: whoever has a lower one missed something."""
    return await kept.store.read(_head, subscription_id, caller.account_id)


@subscriptions.get(
    "/{subscription_id}/deliveries",
    response_model=PlacedDeliveries,
    summary="What came by a subscription",
    responses=documented(NOT_FOUND),
)
async def list_placed(
    subscription_id: Id,
    query: Annotated[PlacedQuery, Query()],
    caller: CallerDep,
    kept: ContextDep,
    lister: ListerDep,
) -> PlacedDeliveries:
    """Everything after a sequence, in order and without a gap, whatever became of it, with what it says: one request
    brings whoever missed something up to date.
    """
    shown = lister.shown(query.limit)
    return await kept.store.read(_placed, subscription_id, caller.account_id, query.after, shown)


@endpoints.post(
    "/{endpoint_id}/recover",
    status_code=202,
    response_model=Recovery,
    summary="Give an endpoint what it missed",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND),
)
async def recover(
    endpoint_id: Id, given: RecoveryGiven, caller: CallerDep, kept: ContextDep, response: Response
) -> model.Recovery:
    """Owe it again what failed, or for the first time what is missing, of a stretch of time: a task that goes on by
    itself, however much it is. In the order in which it was told, for an endpoint that asks for order.
    """
    now = kept.clock()
    until = min(given.until or now, now)
    if given.since >= until:
        raise Invalid("It must begin before it ends.", "/since")
    wanted = model.Recovery(model.fresh_id(now), endpoint_id, given.only, given.since, until, now, caller.account_id)
    begun = await kept.store.write(_recover, wanted)
    response.headers["Location"] = f"/v1/recoveries/{begun.id}"
    return begun


@endpoints.get(
    "/{endpoint_id}/recoveries",
    response_model=PageShown[Recovery],
    summary="List recoveries of an endpoint",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def list_recoveries(
    endpoint_id: Id,
    query: Annotated[RecoveryQuery, Query()],
    caller: CallerDep,
    kept: ContextDep,
    lister: ListerDep,
) -> Page[model.Recovery]:
    """What it was to be given again, the oldest first."""

    def own(tx: Transaction, after: str | None, most: int) -> Sequence[model.Recovery]:
        found(tx.endpoints.get(endpoint_id, caller.account_id), "endpoint", endpoint_id)
        return tx.recoveries.list(endpoint_id, after or "", most)

    return await lister.listed(query, str, own, lambda recovery: recovery.id)


@recoveries.get("/{recovery_id}", response_model=Recovery, summary="Show a recovery", responses=documented(NOT_FOUND))
async def get_recovery(recovery_id: Id, caller: CallerDep, kept: ContextDep) -> model.Recovery:
    """How far it has come."""
    known = await kept.store.read(lambda tx: tx.recoveries.get(recovery_id))
    own = known if known and known.account_id == caller.account_id else None
    return found(own, "recovery", recovery_id)


def _head(tx: Transaction, subscription_id: str, account: str) -> model.Head:
    subscription = found(tx.subscriptions.get(subscription_id, account), "subscription", subscription_id)
    return tx.deliveries.head(subscription)


def _placed(tx: Transaction, subscription_id: str, account: str, after: int, most: int) -> PlacedDeliveries:
    found(tx.subscriptions.get(subscription_id, account), "subscription", subscription_id)
    deliveries = tx.deliveries.placed(subscription_id, after, most)
    told = {notice.id: notice for notice in tx.notices.of([each.notice_id for each in deliveries])}
    return PlacedDeliveries(
        items=[
            PlacedDelivery.of(each, body(_as_placed(told[each.notice_id], each)))
            for each in deliveries
            if each.notice_id in told
        ]
    )


def _as_placed(notice: model.Notice, delivery: model.Delivery) -> model.Notice:
    place = {"subscription_id": delivery.subscription_id, "sequence": delivery.sequence}
    return replace(notice, payload=notice.payload | place)


def _recover(tx: Transaction, wanted: model.Recovery) -> model.Recovery:
    found(tx.endpoints.get(wanted.endpoint_id, wanted.account_id), "endpoint", wanted.endpoint_id)
    return tx.recoveries.add(wanted)
