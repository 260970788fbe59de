"""Articles pushed in: one, or many at once."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.api import problems
from service.api.allowance import AllowanceDep
from service.api.deps import ContextDep, json_body
from service.api.problems import with_body
from service.api.pushing import NDJSON, Accepted, Judged, accept, articles_of, judge
from service.api.schemas.push import BATCH_BODY, ArticleAccepted, ArticleGiven, BatchReport
from service.errors import Invalid
from service.streams import RAW

BATCH = "/v1/articles:batch"
TYPES = ("application/json", NDJSON)

router = APIRouter(tags=["articles"])


@router.post(
    "/v1/articles",
    status_code=202,
    response_model=ArticleAccepted,
    summary="Push an article in",
    dependencies=[Depends(json_body)],
    responses=with_body(),
)
async def push_article(given: ArticleGiven, kept: ContextDep, allowed: AllowanceDep) -> ArticleAccepted:
    """Hand in an article as if a feed had brought it. Safe to repeat: an article is known by its source and
    `external_id`, or by its address; the same text again is noticed, another text is a revision. It can be
    looked up as soon as it is filed, which takes a moment.
    """
    accepted = accept(given, kept.clock(), kept.sources)
    await kept.store.write(allowed.charge, "articles", 1, kept.clock())
    await kept.broker.append(RAW.name, [accepted.record])
    return ArticleAccepted(id=accepted.id, url=accepted.url)


@router.post(
    BATCH,
    status_code=202,
    response_model=BatchReport,
    summary="Push many articles in",
    responses=with_body(),
    openapi_extra=BATCH_BODY,
)
async def push_articles(request: Request, kept: ContextDep, allowed: AllowanceDep) -> Response:
    """Hand in up to 500 articles (`api.batch_articles`), as JSON or one a line (NDJSON). Each is accepted or
    refused by itself; those accepted are kept together before the answer. Safe to repeat, as a whole or in part.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in TYPES:
        raise HTTPException(415, f"Send the batch as one of {', '.join(TYPES)}.")
    given = articles_of(await request.body(), media_type)
    if len(given) > (most := kept.settings.api.batch_articles):
        raise Invalid(f"a batch may have {most} articles; this one has {len(given)}", "/articles")
    judged = await asyncio.to_thread(judge, given, kept.clock(), kept.sources)
    accepted = [each.record for each in judged if isinstance(each, Accepted)]
    await kept.store.write(allowed.charge, "articles", len(accepted), kept.clock())
    await kept.broker.append(RAW.name, accepted)
    return _report(judged, problems.request_id(request.scope))


def _report(judged: list[Judged], request_id: str) -> Response:
    entries = [_entry(index, each, request_id) for index, each in enumerate(judged)]
    accepted = sum(isinstance(each, Accepted) for each in judged)
    told = {"accepted": accepted, "refused": len(judged) - accepted, "articles": entries}
    return problems.json_response(told, 202)


def _entry(index: int, judged: Judged, request_id: str) -> dict[str, Any]:
    if isinstance(judged, Accepted):
        known = {"id": judged.id, "url": judged.url, "external_id": judged.external_id or None}
        return {"index": index, "status": 202, **known, "problem": None}
    problem = problems.unusable(judged) if isinstance(judged, ValidationError) else problems.problem_of(judged)
    none = {"id": None, "url": None, "external_id": None}
    return {"index": index, "status": problem.kind.status, **none, "problem": problem.told(request_id)}
