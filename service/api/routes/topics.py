"""Topics: list, show, add, change, remove."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import (
    CONFLICT,
    INVALID_CURSOR,
    NOT_FOUND,
    QUERY_SYNTAX,
    documented,
    with_body,
)
from service.api.schemas import Page as PageShown
from service.api.schemas.topics import Topic, TopicChange, TopicGiven, TopicQuery
from service.store import Transaction

router = APIRouter(prefix="/v1/topics", tags=["topics"])


@router.get("", response_model=PageShown[Topic], summary="List topics", responses=documented(INVALID_CURSOR))
async def list_topics(
    query: Annotated[TopicQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Topic]:
    """All topics, the oldest first."""
    after = lister.place(query.cursor, str) or ""
    topics = await kept.store.read(lambda tx: tx.topics.list(caller.account_id, after, lister.wanted(query.limit)))
    return lister.page(query.limit, topics, lambda topic: topic.id)


@router.post(
    "",
    status_code=201,
    response_model=Topic,
    summary="Add a topic",
    dependencies=[Depends(json_body)],
    responses=with_body(CONFLICT, QUERY_SYNTAX),
)
async def add_topic(given: TopicGiven, caller: CallerDep, kept: ContextDep, response: Response) -> model.Topic:
    """Name a query. From now on a story that satisfies it raises one alert."""
    await asyncio.to_thread(kept.reading.read, given.query)
    now = kept.clock()
    topic = model.Topic(model.fresh_id(now), given.name, given.query, given.enabled, now, account_id=caller.account_id)
    made = await kept.store.write(lambda tx: tx.topics.add(topic))
    response.headers["Location"] = f"/v1/topics/{made.id}"
    return made


@router.get("/{topic_id}", response_model=Topic, summary="Show a topic", responses=documented(NOT_FOUND))
async def get_topic(topic_id: Id, caller: CallerDep, kept: ContextDep) -> model.Topic:
    """One topic."""
    return found(await kept.store.read(lambda tx: tx.topics.get(topic_id, caller.account_id)), "topic", topic_id)


@router.patch(
    "/{topic_id}",
    response_model=Topic,
    summary="Change a topic",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, CONFLICT, QUERY_SYNTAX),
)
async def change_topic(topic_id: Id, change: TopicChange, caller: CallerDep, kept: ContextDep) -> model.Topic:
    """Change what is given and leave the rest. Stories that raised an alert already do not raise another."""
    if "query" in change.model_fields_set:
        await asyncio.to_thread(kept.reading.read, change.query)
    return await kept.store.write(_change, topic_id, caller.account_id, change)


@router.delete("/{topic_id}", status_code=204, summary="Remove a topic", responses=documented(NOT_FOUND))
async def remove_topic(topic_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """Take the topic and its subscriptions away. Its alerts stay."""
    gone = await kept.store.write(lambda tx: tx.topics.remove(topic_id, caller.account_id))
    found(gone or None, "topic", topic_id)


def _change(tx: Transaction, topic_id: str, account: str, change: TopicChange) -> model.Topic:
    topic = found(tx.topics.get(topic_id, account), "topic", topic_id)
    return tx.topics.update(replace(topic, **change.model_dump(exclude_unset=True)))
