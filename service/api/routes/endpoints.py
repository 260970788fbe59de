"""Endpoints: list, show, add, change, test, remove; and their secrets, changed."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep
from service.api.context import Context
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, UNSAFE_ADDRESS, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.alerts import Delivery
from service.api.schemas.endpoints import (
    Endpoint,
    EndpointChange,
    EndpointGiven,
    EndpointMade,
    EndpointQuery,
    Rotation,
)
from service.channels import check_address
from service.endpoint_addresses import concealed, sealed_address
from service.endpoint_keys import Keyed, keyed, rotated, with_signing_key
from service.endpoint_notices import tested
from service.errors import Invalid
from service.sealing import Ring
from service.store import Transaction
from service.taking_over import taken_over

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])


@router.get("", response_model=PageShown[Endpoint], summary="List endpoints", responses=documented(INVALID_CURSOR))
async def list_endpoints(
    query: Annotated[EndpointQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Endpoint]:
    """All endpoints, the oldest first; without their secrets."""
    return await lister.listed(
        query,
        str,
        lambda tx, after, most: tx.endpoints.list(caller.account_id, after or "", most),
        lambda endpoint: endpoint.id,
    )


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
) -> EndpointMade:
    """Say where webhooks are to go. The answer holds the secret that signs them, which is shown this once."""
    await asyncio.to_thread(check_address, given.url, kept.settings)
    now = kept.clock()
    bare = model.Endpoint(model.fresh_id(now), given.url, created_at=now, account_id=caller.account_id)
    endpoint = _checked(replace(bare, **_terms(given)))
    new = keyed(endpoint, kept.ring, given.secret)
    await kept.store.write(_add, new.endpoint, allowed)
    response.headers["Location"] = f"/v1/endpoints/{endpoint.id}"
    return _shown_once(new, response)


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
    return await kept.store.write(_change, endpoint_id, caller.account_id, change, kept.ring)


@router.delete("/{endpoint_id}", status_code=204, summary="Remove an endpoint", responses=documented(NOT_FOUND))
async def remove_endpoint(endpoint_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """Take the endpoint and its subscriptions away. What still waits for it is given up."""
    await kept.store.write(_remove, endpoint_id, caller.account_id, kept.clock())


@router.post(
    "/{endpoint_id}/secret/rotate",
    response_model=EndpointMade,
    summary="Change an endpoint's secret",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, CONFLICT),
)
async def rotate_secret(
    endpoint_id: Id, given: Rotation, caller: CallerDep, kept: ContextDep, response: Response
) -> EndpointMade:
    """Give the endpoint a new secret and a new signing key, shown this once. For `grace_seconds` every webhook is
    signed with the old ones, too, the newest first: whoever checks may change over at any moment in between, at once
    as well. For the answer comes when everything is through that was signed with the old ones only: in a moment, or
    after the time that an attempt may take where the endpoint hangs.
    """
    new = await kept.store.write(_rotate, endpoint_id, caller.account_id, given, kept)
    attempt_seconds = kept.settings.deliver.total_seconds
    await kept.store.afterwards(lambda: taken_over(kept.store, endpoint_id, kept.clock, attempt_seconds))
    return _shown_once(new, response)


@router.post(
    "/{endpoint_id}/test",
    status_code=202,
    response_model=Delivery,
    summary="Send an endpoint a test",
    responses=documented(NOT_FOUND),
)
async def test_endpoint(endpoint_id: Id, caller: CallerDep, kept: ContextDep) -> model.Delivery:
    """Tell this endpoint, and no other, an `endpoint.test`, signed and recorded as everything else. The delivery that
    is given back says what became of it.
    """
    return await kept.store.write(_test, endpoint_id, caller.account_id, kept.clock())


def _add(tx: Transaction, endpoint: model.Endpoint, allowed: Allowance) -> None:
    allowed.admit(tx, "endpoints")
    tx.endpoints.add(endpoint)


def _change(tx: Transaction, endpoint_id: str, account: str, change: EndpointChange, ring: Ring) -> model.Endpoint:
    endpoint = found(tx.endpoints.get(endpoint_id, account, alone=True), "endpoint", endpoint_id)
    changed = _checked(replace(endpoint, **_terms(change)))
    same = changed.url == concealed(endpoint.url)  # as it was shown
    changed = replace(changed, url=endpoint.url if same else sealed_address(changed.url, endpoint.id, ring))
    if "enabled" in change.model_fields_set:
        changed = changed.forgiven()
    if not changed.public_key:  # it is older than signing keys
        changed = with_signing_key(changed, ring)
    tx.endpoints.update(changed)
    return changed


def _terms(given: EndpointGiven | EndpointChange) -> dict[str, Any]:
    """What is said of an endpoint, but for its secret; lists become tuples, each kind of notice is there once."""
    said = given.model_dump(exclude={"secret", "url"} if isinstance(given, EndpointGiven) else None, exclude_unset=True)
    if "notices" in said:
        said["notices"] = tuple(dict.fromkeys(said["notices"]))
    if "schedule" in said:
        said["schedule"] = tuple(said["schedule"])
    return said


def _checked(endpoint: model.Endpoint) -> model.Endpoint:
    if endpoint.batch_size > 1 and endpoint.ordering != "fifo":
        raise Invalid("Only what goes in order (fifo) goes in batches.", "/batch_size")
    if endpoint.batch_size > 1 and not endpoint.url.lower().startswith(("http://", "https://")):
        raise Invalid("Only webhooks go in batches.", "/batch_size")
    return endpoint


def _shown_once(new: Keyed, response: Response) -> EndpointMade:
    response.headers["Cache-Control"] = "no-store"
    shown = Endpoint.model_validate(new.endpoint).model_dump()
    return EndpointMade.model_validate(shown | {"secret": new.secret})


def _rotate(tx: Transaction, endpoint_id: str, account: str, given: Rotation, kept: Context) -> Keyed:
    endpoint = found(tx.endpoints.get(endpoint_id, account, alone=True), "endpoint", endpoint_id)
    new = rotated(endpoint, kept.ring, kept.clock(), given.grace_seconds, given.secret)
    tx.endpoints.update(new.endpoint)
    return new


def _test(tx: Transaction, endpoint_id: str, account: str, now: datetime) -> model.Delivery:
    endpoint = found(tx.endpoints.get(endpoint_id, account), "endpoint", endpoint_id)
    test = tested(endpoint, now)
    tx.notices.tell_to([test], {test.id: [endpoint.id]}, now)
    return found(tx.deliveries.get(model.delivery_id(test.id, endpoint.id), account), "delivery of", test.id)


def _remove(tx: Transaction, endpoint_id: str, account: str, now: datetime) -> None:
    found(tx.endpoints.remove(endpoint_id, account) or None, "endpoint", endpoint_id)
    tx.deliveries.give_up_on(endpoint_id, now)
