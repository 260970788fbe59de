"""Many feeds at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from service import model
from service.api import problems
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import ContextDep, json_body
from service.api.problems import with_body
from service.api.routes.feeds import new_feed
from service.api.schemas.feeds import FeedBatch, FeedBatchReport, FeedGiven
from service.errors import Conflict, Refused
from service.store import Transaction

router = APIRouter(prefix="/v1", tags=["feeds"])
Judged = model.Feed | ValidationError | Refused


@router.post(
    "/feeds:batch",
    response_model=FeedBatchReport,
    summary="Add many feeds",
    dependencies=[Depends(json_body)],
    responses=with_body(),
)
async def add_feeds(given: FeedBatch, kept: ContextDep, allowed: AllowanceDep, request: Request) -> Response:
    """Poll up to 500 feeds from now on. Each is added or refused by itself, those that are known already among the
    refused; those added are added together."""
    judged = [_judged(each, kept) for each in given.feeds]
    ended = await kept.store.write(_add, judged, allowed, kept.clock())
    request_id = problems.request_id(request.scope)
    entries = [_entry(index, each, request_id) for index, each in enumerate(ended)]
    added = sum(isinstance(each, model.Feed) for each in ended)
    return problems.json_response({"added": added, "refused": len(ended) - added, "feeds": entries}, 200)


def _judged(given: dict[str, Any], kept: ContextDep) -> Judged:
    try:
        return new_feed(FeedGiven.model_validate(given), kept.settings.egress, kept.clock())
    except (ValidationError, Refused) as error:
        return error


def _add(tx: Transaction, judged: Sequence[Judged], allowed: Allowance, now: datetime) -> list[Judged]:
    ended = [_added(tx, each) if isinstance(each, model.Feed) else each for each in judged]
    allowed.charge(tx, "feeds", sum(isinstance(each, model.Feed) for each in ended), now)
    return ended


def _added(tx: Transaction, feed: model.Feed) -> Judged:
    try:
        return tx.feeds.add(feed)
    except Conflict as error:
        return error


def _entry(index: int, ended: Judged, request_id: str) -> dict[str, Any]:
    if isinstance(ended, model.Feed):
        return {"index": index, "status": 201, "id": ended.id, "url": ended.url, "problem": None}
    problem = problems.unusable(ended) if isinstance(ended, ValidationError) else problems.problem_of(ended)
    told = problem.told(request_id)
    return {"index": index, "status": problem.kind.status, "id": None, "url": None, "problem": told}
