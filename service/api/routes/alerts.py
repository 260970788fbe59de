"""Alerts, the deliveries they owe and the attempts at them: list, show, send again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from service import model
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.alerts import (
    Alert,
    AlertQuery,
    AttemptQuery,
    Delivery,
    DeliveryDetail,
    DeliveryQuery,
    EndpointAttempt,
)
from service.store import Transaction
from service.store.delivering import BeforeAttempt, Wanted

alerts = APIRouter(prefix="/v1/alerts", tags=["alerts"])
deliveries = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])
attempts = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])


@alerts.get("", response_model=PageShown[Alert], summary="List alerts", responses=documented(INVALID_CURSOR))
async def list_alerts(
    query: Annotated[AlertQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Alert]:
    """Alerts of every topic, or of one topic or story; the newest first."""
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.alerts.list_alerts(caller.account_id, query.topic, query.story, before, most),
        lambda alert: (alert.created_at, alert.id),
    )


@alerts.get("/{alert_id}", response_model=Alert, summary="Show an alert", responses=documented(NOT_FOUND))
async def get_alert(alert_id: Id, caller: CallerDep, kept: ContextDep) -> model.Alert:
    """An alert, with the reasons: which part of the query was met by which words."""
    return found(await kept.store.read(lambda tx: tx.alerts.get_alert(alert_id, caller.account_id)), "alert", alert_id)


@deliveries.get("", response_model=PageShown[Delivery], summary="List deliveries", responses=documented(INVALID_CURSOR))
async def list_deliveries(
    query: Annotated[DeliveryQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Delivery]:
    """Deliveries to every endpoint, or by endpoint, state or alert; the newest first."""
    wanted = Wanted(caller.account_id, query.endpoint, query.state, query.notice_id, query.kind)
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.deliveries.list(wanted, before, most),
        lambda delivery: (delivery.created_at, delivery.id),
    )


@deliveries.get(
    "/{delivery_id}",
    response_model=DeliveryDetail,
    summary="Show a delivery",
    responses=documented(NOT_FOUND),
)
async def get_delivery(delivery_id: Id, caller: CallerDep, kept: ContextDep) -> DeliveryDetail:
    """A delivery with every attempt at it: when, how long, what came back."""
    delivery, attempts = await kept.store.read(_with_attempts, delivery_id, caller.account_id)
    return DeliveryDetail.of(delivery, attempts)


@deliveries.post(
    "/{delivery_id}/resend",
    status_code=202,
    response_model=Delivery,
    summary="Send a delivery again",
    responses=documented(NOT_FOUND),
)
async def resend_delivery(delivery_id: Id, caller: CallerDep, kept: ContextDep) -> model.Delivery:
    """Try this delivery at once, whatever became of it: for one that was given up, or that the receiver lost.
    It keeps its id, so a receiver that has it already can tell.
    """
    return await kept.store.write(lambda tx: tx.deliveries.resend(delivery_id, caller.account_id, kept.clock()))


@attempts.get(
    "/{endpoint_id}/attempts",
    response_model=PageShown[EndpointAttempt],
    summary="List attempts at an endpoint",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def list_attempts(
    endpoint_id: Id,
    query: Annotated[AttemptQuery, Query()],
    caller: CallerDep,
    kept: ContextDep,
    lister: ListerDep,
) -> Page[model.Attempt]:
    """Every attempt at every delivery to this endpoint, the newest first."""

    def own(tx: Transaction, before: BeforeAttempt, most: int) -> Sequence[model.Attempt]:
        found(tx.endpoints.get(endpoint_id, caller.account_id), "endpoint", endpoint_id)
        return tx.deliveries.attempts_at(endpoint_id, before, most)

    return await lister.listed(
        query,
        tuple[datetime, str, int],
        own,
        lambda attempt: (attempt.at, attempt.delivery_id, attempt.number),
    )


def _with_attempts(tx: Transaction, delivery_id: str, account: str) -> tuple[model.Delivery, Sequence[model.Attempt]]:
    delivery = found(tx.deliveries.get(delivery_id, account), "delivery", delivery_id)
    return delivery, tx.deliveries.attempts(delivery_id)
