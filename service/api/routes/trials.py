"""Queries tried before they are kept: validate, preview, backtest."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Response

from service import model
from service.api.context import Context
from service.api.deps import CallerDep, ContextDep, Id, found, json_body
from service.api.problems import CONFLICT, NOT_FOUND, QUERY_SYNTAX, documented, with_body
from service.api.schemas.trials import (
    Backtest,
    BacktestGiven,
    Preview,
    PreviewGiven,
    SampleShown,
    Validated,
    ValidateGiven,
)
from service.errors import Conflict, Invalid
from service.model.backtests import Backtest as KeptBacktest
from service.query.conditions import conditions
from service.store import Transaction
from service.topics.backtesting import tried
from service.topics.examples import judged
from service.topics.trying import estimate, samples

router = APIRouter(tags=["topics"])
JSON = Depends(json_body)
LATER: dict[int | str, dict[str, Any]] = {202: {"model": Backtest, "description": "It takes longer; see `Location`"}}
MOST_OPEN = 5
"""Backtests that one account may have waiting."""


@router.post(
    "/v1/topics:validate",
    response_model=Validated,
    summary="Validate a query",
    dependencies=[JSON],
    responses=with_body(QUERY_SYNTAX),
)
async def validate_query(given: ValidateGiven, kept: ContextDep) -> Validated:
    """Whether a query can be kept: how each of its words is understood, what would say it better, what it costs, how
    often it will match, and whether it passes these examples. Nothing is kept."""
    understood = await asyncio.to_thread(kept.reading.read, given.query)
    bench = kept.workbench
    expected = await estimate(bench, understood.query)
    verdicts = await judged(bench, understood.query, [each.kept() for each in given.examples])
    return Validated.of(understood, expected, verdicts)


@router.post(
    "/v1/topics:preview",
    response_model=Preview,
    summary="Preview a query",
    dependencies=[JSON],
    responses=with_body(QUERY_SYNTAX),
)
async def preview_query(given: PreviewGiven, kept: ContextDep) -> Preview:
    """The latest stored articles that match, with what matched. Nothing is kept."""
    query = (await asyncio.to_thread(kept.reading.read, given.query)).query
    found = await samples(kept.workbench, query, given.limit, given.since)
    return Preview(items=[SampleShown.model_validate(each) for each in found], without_story=bool(conditions(query)))


@router.post(
    "/v1/topics:backtest",
    response_model=Backtest,
    summary="Back-test a query or a topic",
    dependencies=[JSON],
    responses=with_body(NOT_FOUND, CONFLICT, QUERY_SYNTAX) | LATER,
)
async def backtest_query(given: BacktestGiven, caller: CallerDep, kept: ContextDep, response: Response) -> Backtest:
    """What it would have alerted on: matches and alerts by day, samples with what matched, and the stories gained and
    lost against the live version of a topic. The archive is looked at with the same code, in the same order, as live.

    Of a short span the report is in the answer (200); for a long one, look again at `Location` (202).
    """
    asked = await _asked(given, caller.account_id, kept)
    most = kept.settings.api.backtest_articles
    size = await kept.store.read(lambda tx: len(tx.replay.between(asked.since, asked.until, most + 1)))
    if size <= most:
        asked = await tried(kept.workbench, asked)
    await kept.store.write(_add, asked)
    response.status_code = 202 if asked.state == "waiting" else 200
    response.headers["Location"] = f"/v1/backtests/{asked.id}"
    return Backtest.model_validate(asked)


@router.get(
    "/v1/backtests/{backtest_id}", response_model=Backtest, summary="Show a backtest", responses=documented(NOT_FOUND)
)
async def get_backtest(backtest_id: Id, caller: CallerDep, kept: ContextDep) -> Backtest:
    """How far it has come, and its report once it is done."""
    asked = await kept.store.read(lambda tx: tx.backtests.get(backtest_id, caller.account_id))
    return Backtest.model_validate(found(asked, "backtest", backtest_id))


async def _asked(given: BacktestGiven, account: str, kept: Context) -> KeptBacktest:
    """Raises `Invalid`, `NotFound` for the topic, `QuerySyntax`."""
    now = kept.clock()
    until = given.until or now
    if until <= given.since:
        raise Invalid("`until` must be later than `since`", "/until")
    text = given.query or ""
    if named := given.topic:
        topic = found(await kept.store.read(lambda tx: tx.topics.get(named, account)), "topic", named)
        text = text or topic.query
    await asyncio.to_thread(kept.reading.read, text)
    compared = given.topic if given.query else ""
    return KeptBacktest(
        id=model.fresh_id(now),
        account_id=account,
        topic_id=compared or "",
        query=text,
        since=given.since,
        until=until,
        backfill=given.backfill,
        created_at=now,
    )


def _add(tx: Transaction, asked: KeptBacktest) -> None:
    """Raises `Conflict` if too many wait already."""
    if asked.state == "waiting" and tx.backtests.open(asked.account_id) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} backtests wait already; try again when one of them is done.")
    tx.backtests.add(asked)
