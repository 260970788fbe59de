"""Subscriptions: list, show, add, remove."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.topics import Subscription, SubscriptionGiven, SubscriptionQuery
from service.store import Transaction

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
    after = lister.place(query.cursor, str) or ""
    most = lister.wanted(query.limit)
    subscriptions = await kept.store.read(
        lambda tx: tx.subscriptions.list(caller.account_id, query.topic, query.endpoint, after, most)
    )
    return lister.page(query.limit, subscriptions, lambda subscription: subscription.id)


@router.post(
    "",
    status_code=201,
    response_model=Subscription,
    summary="Subscribe an endpoint to a topic",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, CONFLICT),
)
async def add_subscription(
    given: SubscriptionGiven, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, response: Response
) -> model.Subscription:
    """Deliver this topic's alerts to this endpoint from now on."""
    now = kept.clock()
    subscription = model.Subscription(model.fresh_id(now), given.topic_id, given.endpoint_id, now, caller.account_id)
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


@router.delete("/{subscription_id}", status_code=204, summary="Unsubscribe", responses=documented(NOT_FOUND))
async def remove_subscription(subscription_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """Deliver no more of this topic to this endpoint. What waits already is still delivered."""
    gone = await kept.store.write(lambda tx: tx.subscriptions.remove(subscription_id, caller.account_id))
    found(gone or None, "subscription", subscription_id)


def _add(tx: Transaction, subscription: model.Subscription, allowed: Allowance) -> None:
    allowed.admit(tx, "subscriptions")
    tx.subscriptions.add(subscription)
