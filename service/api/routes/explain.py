"""Explain: why a topic alerted on an article or a story, or why it did not; as JSON and as a page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service import model
from service.api.deps import CallerDep, ContextDep, found
from service.api.explain_page import explain_page
from service.api.paper import HEADERS
from service.api.problems import NOT_FOUND, documented
from service.api.schemas.explained import ExplainQuery, Explanation
from service.errors import Invalid
from service.topics.explain import explain_article, explain_story

router = APIRouter(prefix="/v1/explain", tags=["topics"])
AS_PAGE = {"description": "The explanation", "content": {"text/html": {"schema": {"type": "string"}}}}


@router.get(
    "",
    response_model=Explanation,
    summary="Explain an alert, or that there is none",
    responses={200: AS_PAGE, **documented(NOT_FOUND)},
)
async def explain(
    query: Annotated[ExplainQuery, Query()], caller: CallerDep, kept: ContextDep, request: Request
) -> Explanation | Response:
    """How the article came to be where it is (poll, dedupe and its twin, language, entities, strand, story), which
    clauses of the topic's query hold of it and where, and what became of that: alerted, told already, muted, switched
    off, from a backfill, waiting for its story ... Of a story, of the article that decides. With `Accept: text/html`
    as a page."""
    if bool(query.article) == bool(query.story):
        raise Invalid("give an article or a story", "?/article")
    read = await kept.store.read(lambda tx: tx.topics.get(query.topic, caller.account_id))
    topic: model.Topic = found(read, "topic", query.topic)
    if query.article:
        told = Explanation.of(await explain_article(kept.workbench, topic, query.article))
    else:
        told = Explanation.of_story(await explain_story(kept.workbench, topic, query.story or ""))
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(explain_page(told), headers=HEADERS)
    return told
