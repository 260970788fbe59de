"""Versions of a topic: list, show, keep one for later, make one live."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from service import model
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import EXAMPLES_FAILED, INVALID_CURSOR, NOT_FOUND, QUERY_SYNTAX, documented, with_body
from service.api.routes.topics import current
from service.api.schemas import Page as PageShown
from service.api.schemas.topics import Topic, TopicVersion, VersionGiven, VersionQuery
from service.store import Transaction
from service.topics.saving import checked, understood

router = APIRouter(prefix="/v1/topics/{topic_id}/versions", tags=["topics"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="As given by the list.", examples=[2])]


@router.get(
    "", response_model=PageShown[TopicVersion], summary="List versions", responses=documented(NOT_FOUND, INVALID_CURSOR)
)
async def list_topic_versions(
    topic_id: Id, query: Annotated[VersionQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.TopicVersion]:
    """All that a topic's query has been, the latest first: who made it, when and why."""

    def read(tx: Transaction, before: int | None, most: int) -> list[model.TopicVersion]:
        found(tx.topics.get(topic_id, caller.account_id), "topic", topic_id)
        return tx.topic_versions.of(topic_id, before, most)

    return await lister.listed(query, int, read, lambda each: each.version)


@router.post(
    "",
    status_code=201,
    response_model=TopicVersion,
    summary="Keep a version",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, QUERY_SYNTAX),
)
async def add_topic_version(
    topic_id: Id, given: VersionGiven, caller: CallerDep, kept: ContextDep, response: Response
) -> model.TopicVersion:
    """Keep a query for later: the live version stays. It is checked by its examples when it is made live."""
    topic, live = await kept.store.read(current, topic_id, caller.account_id)
    examples = live.examples if given.examples is None else tuple(each.kept() for each in given.examples)
    read = understood(kept.workbench, given.query)
    draft = model.TopicVersion(topic.id, 0, given.query, examples, read.read_as, kept.clock(), caller.key_id, given.why)
    made = await kept.store.write(lambda tx: tx.topics.draft(draft))
    response.headers["Location"] = f"/v1/topics/{topic_id}/versions/{made.version}"
    return made


@router.get("/{version}", response_model=TopicVersion, summary="Show a version", responses=documented(NOT_FOUND))
async def get_topic_version(topic_id: Id, version: Number, caller: CallerDep, kept: ContextDep) -> model.TopicVersion:
    """One version, as it was saved."""
    return (await kept.store.read(_version, topic_id, caller.account_id, version))[1]


@router.post(
    "/{version}/activate",
    response_model=Topic,
    summary="Make a version live",
    responses=documented(NOT_FOUND, QUERY_SYNTAX, EXAMPLES_FAILED),
)
async def activate_topic_version(topic_id: Id, version: Number, caller: CallerDep, kept: ContextDep) -> model.Topic:
    """From now on the topic asks what this version asks, an earlier one or a later one. One that fails its examples is
    refused, and the live one stays."""
    topic, wanted = await kept.store.read(_version, topic_id, caller.account_id, version)
    read = await checked(kept.workbench, wanted.query, wanted.examples)
    live = read.given(replace(topic, query=wanted.query, version=wanted.version))
    return await kept.store.write(lambda tx: tx.topics.activate(live))


def _version(tx: Transaction, topic_id: str, account: str, version: int) -> tuple[model.Topic, model.TopicVersion]:
    topic = found(tx.topics.get(topic_id, account), "topic", topic_id)
    return topic, found(tx.topic_versions.get(topic_id, version), "version", str(version))
