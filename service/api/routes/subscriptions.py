"""Subscriptions: list, show, add, change, remove."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID, INVALID_CURSOR, NOT_FOUND, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.topics import (
    FollowGiven,
    Subscription,
    SubscriptionChange,
    SubscriptionGiven,
    SubscriptionQuery,
    TimingGiven,
)
from service.store import Transaction
from service.timing import tell_at

router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])


@router.get(
    "",
    response_model=PageShown[Subscription],
    summary="List subscriptions",
    responses=documented(INVALID_CURSOR),
)
async def list_subscriptions(
    query: Annotated[SubscriptionQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Subscription]:
    """All subscriptions, or those of a topic or an endpoint; the oldest first."""
    return await lister.listed(
        query,
        str,
        lambda tx, after, most: tx.subscriptions.list(
            caller.account_id, query.topic, query.endpoint, after or "", most
        ),
        lambda subscription: subscription.id,
    )


@router.post(
    "",
    status_code=201,
    response_model=Subscription,
    summary="Subscribe an endpoint to a topic",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, CONFLICT, INVALID),
)
async def add_subscription(
    given: SubscriptionGiven, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, response: Response
) -> model.Subscription:
    """Deliver this topic's alerts to this endpoint from now on."""
    now = kept.clock()
    subscription = model.Subscription(
        model.fresh_id(now),
        given.topic_id,
        given.endpoint_id,
        now,
        caller.account_id,
        _follow(given.follow),
        _timing(given.timing),
    )
    await kept.store.write(_add, subscription, allowed)
    response.headers["Location"] = f"/v1/subscriptions/{subscription.id}"
    return subscription


@router.get(
    "/{subscription_id}",
    response_model=Subscription,
    summary="Show a subscription",
    responses=documented(NOT_FOUND),
)
async def get_subscription(subscription_id: Id, caller: CallerDep, kept: ContextDep) -> model.Subscription:
    """One subscription."""
    subscription = await kept.store.read(lambda tx: tx.subscriptions.get(subscription_id, caller.account_id))
    return found(subscription, "subscription", subscription_id)


@router.patch(
    "/{subscription_id}",
    response_model=Subscription,
    summary="Change a subscription",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, INVALID),
)
async def change_subscription(
    subscription_id: Id, change: SubscriptionChange, caller: CallerDep, kept: ContextDep
) -> model.Subscription:
    """Change what follows alerts, and when they are told; what is left out stays."""
    return await kept.store.write(_change, subscription_id, caller.account_id, change, kept.clock())


@router.delete("/{subscription_id}", status_code=204, summary="Unsubscribe", responses=documented(NOT_FOUND))
async def remove_subscription(subscription_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """Deliver no more of this topic to this endpoint. What waits already is still delivered."""
    gone = await kept.store.write(lambda tx: tx.subscriptions.remove(subscription_id, caller.account_id))
    found(gone or None, "subscription", subscription_id)


def _add(tx: Transaction, subscription: model.Subscription, allowed: Allowance) -> None:
    allowed.admit(tx, "subscriptions")
    tx.subscriptions.add(subscription)


def _change(
    tx: Transaction, subscription_id: str, account: str, change: SubscriptionChange, now: datetime
) -> model.Subscription:
    changed = found(tx.subscriptions.get(subscription_id, account), "subscription", subscription_id)
    if "follow" in change.model_fields_set:
        changed = replace(changed, follow=_follow(change.follow))
    if "timing" in change.model_fields_set:
        changed = replace(changed, timing=_timing(change.timing))
        due = tell_at(changed.timing.digest, changed.timing.quiet_hours, changed.timing.time_zone, now)
        tx.held.put_off(changed.id, due or now)
    tx.subscriptions.update(changed)
    return changed


def _follow(given: FollowGiven) -> model.Follow:
    """Each number once, the smallest first."""
    grew = model.Grew(**{name: tuple(sorted(set(numbers))) for name, numbers in given.grew})
    return model.Follow(grew, given.revised, given.retracted, given.merged)


def _timing(given: TimingGiven) -> model.Timing:
    return model.Timing(given.digest.strip(), given.quiet_hours, given.time_zone)
