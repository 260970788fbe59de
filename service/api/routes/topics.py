"""Topics: list, show, add, change, remove."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import (
    CONFLICT,
    EXAMPLES_FAILED,
    INVALID_CURSOR,
    NOT_FOUND,
    QUERY_SYNTAX,
    documented,
    with_body,
)
from service.api.schemas import Page as PageShown
from service.api.schemas.topics import Topic, TopicChange, TopicGiven, TopicQuery
from service.store import Transaction
from service.topics.saving import checked

router = APIRouter(prefix="/v1/topics", tags=["topics"])


@router.get("", response_model=PageShown[Topic], summary="List topics", responses=documented(INVALID_CURSOR))
async def list_topics(
    query: Annotated[TopicQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Topic]:
    """All topics, the oldest first."""
    return await lister.listed(
        query, str, lambda tx, after, most: tx.topics.list(caller.account_id, after or "", most), lambda topic: topic.id
    )


@router.post(
    "",
    status_code=201,
    response_model=Topic,
    summary="Add a topic",
    dependencies=[Depends(json_body)],
    responses=with_body(CONFLICT, QUERY_SYNTAX, EXAMPLES_FAILED),
)
async def add_topic(
    given: TopicGiven, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, response: Response
) -> model.Topic:
    """Name a query. From now on a story that satisfies it raises one alert. One that fails its examples is refused."""
    examples, now = tuple(each.kept() for each in given.examples), kept.clock()
    understood = await checked(kept.workbench, given.query, examples)
    topic = model.Topic(model.fresh_id(now), given.name, given.query, given.enabled, now, account_id=caller.account_id)
    topic = understood.given(muted(topic, given.muted_until, now))
    saying = model.Saying(now, caller.key_id, given.why, examples)
    made = await kept.store.write(_add, topic, saying, allowed)
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
    responses=with_body(NOT_FOUND, CONFLICT, QUERY_SYNTAX, EXAMPLES_FAILED),
)
async def change_topic(topic_id: Id, change: TopicChange, caller: CallerDep, kept: ContextDep) -> model.Topic:
    """Change what is given and leave the rest. A version that fails its examples is refused, and the live one stays.
    Stories that raised an alert already do not raise another."""
    topic, live = await kept.store.read(current, topic_id, caller.account_id)
    given, now = change.model_fields_set, kept.clock()
    saying = model.Saying(now, caller.key_id, change.why, live.examples)
    if "examples" in given:
        saying = replace(saying, examples=tuple(each.kept() for each in change.examples))
    topic = replace(topic, **{name: getattr(change, name) for name in given & {"name", "query", "enabled"}})
    if given & {"query", "examples"}:
        topic = (await checked(kept.workbench, topic.query, saying.examples or ())).given(topic)
    if "muted_until" in given:
        topic = muted(topic, change.muted_until, now)
    return await kept.store.write(lambda tx: tx.topics.update(topic, saying))


@router.delete("/{topic_id}", status_code=204, summary="Remove a topic", responses=documented(NOT_FOUND))
async def remove_topic(topic_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """Take the topic and its subscriptions away. Its alerts stay."""
    gone = await kept.store.write(lambda tx: tx.topics.remove(topic_id, caller.account_id))
    found(gone or None, "topic", topic_id)


def _add(tx: Transaction, topic: model.Topic, saying: model.Saying, allowed: Allowance) -> model.Topic:
    allowed.admit(tx, "topics")
    return tx.topics.add(topic, saying)


def current(tx: Transaction, topic_id: str, account: str) -> tuple[model.Topic, model.TopicVersion]:
    """A topic and its live version. Raises `NotFound`."""
    topic = found(tx.topics.get(topic_id, account), "topic", topic_id)
    return topic, found(tx.topic_versions.get(topic_id, topic.version), "version", str(topic.version))


def muted(topic: model.Topic, until: datetime | None, now: datetime) -> model.Topic:
    """The topic, silent from now on until then; None lets it speak."""
    return replace(topic, muted_since=now if until else None, muted_until=until)
