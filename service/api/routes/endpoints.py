"""Endpoints: list, show, add, change, remove."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, UNSAFE_ADDRESS, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.topics import (
    Endpoint,
    EndpointChange,
    EndpointGiven,
    EndpointMade,
    EndpointQuery,
)
from service.channels import check_address
from service.signing import checked_secret, new_secret
from service.store import Transaction

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])


@router.get("", response_model=PageShown[Endpoint], summary="List endpoints", responses=documented(INVALID_CURSOR))
async def list_endpoints(
    query: Annotated[EndpointQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Endpoint]:
    """All endpoints, the oldest first; without their secrets."""
    after = lister.place(query.cursor, str) or ""
    endpoints = await kept.store.read(
        lambda tx: tx.endpoints.list(caller.account_id, after, lister.wanted(query.limit))
    )
    return lister.page(query.limit, endpoints, lambda endpoint: endpoint.id)


@router.post(
    "",
    status_code=201,
    response_model=EndpointMade,
    summary="Add an endpoint",
    dependencies=[Depends(json_body)],
    responses=with_body(UNSAFE_ADDRESS),
)
async def add_endpoint(
    given: EndpointGiven, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, response: Response
) -> model.Endpoint:
    """Say where webhooks are to go. The answer holds the secret that signs them, which is shown this once."""
    await asyncio.to_thread(check_address, given.url, kept.settings)
    secret = new_secret() if given.secret is None else checked_secret(given.secret)
    now = kept.clock()
    endpoint = model.Endpoint(model.fresh_id(now), given.url, secret, given.enabled, _each_once(given.notices))
    endpoint = replace(endpoint, created_at=now, account_id=caller.account_id)
    await kept.store.write(_add, endpoint, allowed)
    response.headers["Location"] = f"/v1/endpoints/{endpoint.id}"
    response.headers["Cache-Control"] = "no-store"
    return endpoint


@router.get("/{endpoint_id}", response_model=Endpoint, summary="Show an endpoint", responses=documented(NOT_FOUND))
async def get_endpoint(endpoint_id: Id, caller: CallerDep, kept: ContextDep) -> model.Endpoint:
    """One endpoint, and how deliveries to it have gone; without its secret."""
    endpoint = await kept.store.read(lambda tx: tx.endpoints.get(endpoint_id, caller.account_id))
    return found(endpoint, "endpoint", endpoint_id)


@router.patch(
    "/{endpoint_id}",
    response_model=Endpoint,
    summary="Change an endpoint",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, UNSAFE_ADDRESS),
)
async def change_endpoint(
    endpoint_id: Id, change: EndpointChange, caller: CallerDep, kept: ContextDep
) -> model.Endpoint:
    """Change what is given and leave the rest. While an endpoint is switched off, its deliveries wait;
    switched on again, its failures are forgotten.
    """
    if "url" in change.model_fields_set:
        await asyncio.to_thread(check_address, change.url, kept.settings)
    return await kept.store.write(_change, endpoint_id, caller.account_id, change)


@router.delete("/{endpoint_id}", status_code=204, summary="Remove an endpoint", responses=documented(NOT_FOUND))
async def remove_endpoint(endpoint_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """Take the endpoint and its subscriptions away. What still waits for it is given up."""
    await kept.store.write(_remove, endpoint_id, caller.account_id, kept.clock())


def _add(tx: Transaction, endpoint: model.Endpoint, allowed: Allowance) -> None:
    allowed.admit(tx, "endpoints")
    tx.endpoints.add(endpoint)


def _change(tx: Transaction, endpoint_id: str, account: str, change: EndpointChange) -> model.Endpoint:
    endpoint = found(tx.endpoints.get(endpoint_id, account), "endpoint", endpoint_id)
    given = change.model_dump(exclude_unset=True)
    if "notices" in given:
        given["notices"] = _each_once(change.notices)
    changed = replace(endpoint, **given)
    if "enabled" in change.model_fields_set:
        changed = replace(changed, disabled_why="", failures=0, failing_since=None)
    tx.endpoints.update(changed)
    return changed


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _remove(tx: Transaction, endpoint_id: str, account: str, now: datetime) -> None:
    found(tx.endpoints.remove(endpoint_id, account) or None, "endpoint", endpoint_id)
    tx.deliveries.give_up_on(endpoint_id, now)
