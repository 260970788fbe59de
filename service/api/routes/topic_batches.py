"""Many topics at once."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from service import model
from service.api import problems
from service.api.allowance import AllowanceDep
from service.api.deps import CallerDep, ContextDep, json_body
from service.api.problems import with_body
from service.api.routes.topics import muted
from service.api.schemas.topic_batches import TopicBatch, TopicBatchReport
from service.api.schemas.topics import TopicGiven
from service.store import Transaction
from service.topics.many import Ended, Kept, Terms, Wanted, keep_many, read_many

BATCH = "/v1/topics:batch"
router = APIRouter(tags=["topics"])


@router.post(
    BATCH,
    response_model=TopicBatchReport,
    summary="Add many topics",
    dependencies=[Depends(json_body)],
    responses=with_body(),
)
async def add_topics(
    given: TopicBatch, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, request: Request
) -> Response:
    """Up to 10,000 topics in one transaction. Each is kept or refused by itself, and the report says which. With
    `if_known` they may be sent again: what is there already and says the same stays as it is."""
    now = kept.clock()
    judged = [_wanted(each, caller, kept) for each in given.topics]
    wanted = [each for each in judged if isinstance(each, Wanted)]
    read = await read_many(kept.workbench, wanted)
    saying = model.Saying(now, caller.key_id)

    def write(tx: Transaction) -> list[Ended]:
        terms = Terms(saying, given.if_known == "update", lambda new: allowed.admit(tx, "topics", new))
        return keep_many(tx, wanted, read, terms)

    ended = iter(await kept.store.write(write))
    request_id = problems.request_id(request.scope)
    entries = [
        _entry(index, next(ended) if isinstance(each, Wanted) else each, request_id)
        for index, each in enumerate(judged)
    ]
    return problems.json_response(_counts(entries) | {"topics": entries}, 200)


def _wanted(given: dict[str, Any], caller: model.Caller, kept: ContextDep) -> Wanted | ValidationError:
    try:
        one = TopicGiven.model_validate(given)
    except ValidationError as error:
        return error
    now = kept.clock()
    topic = model.Topic(model.fresh_id(now), one.name, one.query, one.enabled, now, account_id=caller.account_id)
    return Wanted(muted(topic, one.muted_until, now), tuple(each.kept() for each in one.examples), one.why)


def _entry(index: int, ended: Ended | ValidationError, request_id: str) -> dict[str, Any]:
    if isinstance(ended, Kept):
        became = "added" if ended.added else "changed" if ended.changed else "unchanged"
        told: dict[str, Any] = {
            "id": ended.topic.id,
            "name": ended.topic.name,
            "cost_class": ended.topic.cost_class or None,
            "estimated_matches_per_day": ended.topic.matches_per_day,
        }
        return {"index": index, "status": 201 if ended.added else 200, "became": became, "problem": None} | told
    problem = problems.unusable(ended) if isinstance(ended, ValidationError) else problems.problem_of(ended)
    nothing: dict[str, Any] = dict.fromkeys(("id", "name", "cost_class", "estimated_matches_per_day"))
    nothing["problem"] = problem.told(request_id)
    return {"index": index, "status": problem.kind.status, "became": "refused", **nothing}


def _counts(entries: list[dict[str, Any]]) -> dict[str, int]:
    return {
        word: sum(each["became"] == word for each in entries) for word in ("added", "changed", "unchanged", "refused")
    }
