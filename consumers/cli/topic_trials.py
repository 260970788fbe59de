"""courant topics: try, backtest, test, versions, mute."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Annotated, Any

import typer

from consumers.cli.groups import topics
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, line, listing, say
from consumers.cli.topics import named
from consumers.enrich.trial import enrich_text
from consumers.resources import how_read, known_sources
from service.clock import now
from service.errors import Invalid
from service.model import MAIN, Saying, Topic, TopicVersion
from service.model.backtests import Backtest
from service.store import Transaction
from service.topics import Workbench
from service.topics.backtesting import tried
from service.topics.examples import judged
from service.topics.highlights import Sample
from service.topics.trying import estimate, samples

Named = Annotated[str, typer.Argument(help="The topic's name or id.")]
TopicOption = Annotated[
    str, typer.Option("--topic", help="Name or id of a topic: alone, it is tried; with QUERY, compared.")
]
Query = Annotated[str, typer.Argument(help="A query; see docs/query.md.")]


def add_to(courant: typer.Typer) -> None:
    topics.command("try")(try_)
    topics.command("test")(check)
    for command in (backtest, versions, mute):
        topics.command()(command)
    courant.add_typer(topics, name="topics")


@asynccontextmanager
async def workbench() -> AsyncIterator[Workbench]:
    """On the store as it stands."""
    loaded = quiet_settings()
    sources = known_sources(loaded)
    async with open_store(loaded) as store:
        yield Workbench(store, how_read(loaded, sources), sources, enrich_text)


def try_(query: Query, limit: Annotated[int, typer.Option(min=1, max=100)] = 10, as_json: Json = False) -> None:
    """The latest stored articles that a query matches, what matched and where, and how often it will. Keeps nothing."""
    run(_try(query, limit, as_json))


async def _try(text: str, limit: int, as_json: bool) -> None:
    async with workbench() as bench:
        query = bench.reading.read(text).query
        expected, found = await estimate(bench, query), await samples(bench, query, limit)
    for each in found:
        line(asdict(each)) if as_json else _show(each)
    if not as_json:
        say(f"about {expected.per_day:g} matches a day" if expected else "nothing is stored of the last days")


def backtest(
    query: Query = "",
    topic: TopicOption = "",
    days: Annotated[float, typer.Option(min=0.01, help="How far back from now.")] = 7,
    account: Account = MAIN,
    as_json: Json = False,
) -> None:
    """What a query, or a topic, would have alerted on, and what it gains and loses against the topic as it is live."""
    run(_backtest(query, topic, days, account, as_json))


async def _backtest(query: str, topic: str, days: float, account: str, as_json: bool) -> None:
    async with workbench() as bench:
        known = await find_topic(bench, topic, account) if topic else None
        if not (query or known):
            raise Invalid("give a query, a topic, or both")
        at = now()
        text, compared = query or (known.query if known else ""), known.id if known and query else ""
        asked = Backtest("", account, compared, text, at - timedelta(days=days), at, created_at=at)
        done = await tried(bench, asked)
    report = done.report or {}
    line(report) if as_json else _show_report(report)


def check(topic: Named, account: Account = MAIN, as_json: Json = False) -> None:
    """Whether a topic passes its examples; exit code 2 if it does not."""
    if run(_check(topic, account, as_json)):
        raise typer.Exit(2)


async def _check(topic: str, account: str, as_json: bool) -> int:
    async with workbench() as bench:
        known = await find_topic(bench, topic, account)
        live = await bench.store.read(lambda tx: tx.topic_versions.get(known.id, known.version))
        verdicts = await judged(bench, bench.reading.read(known.query).query, live.examples if live else ())
    for each in verdicts:
        told = {"number": each.number, "passes": each.passes, "detail": each.detail}
        what = each.example.article_id or each.example.title or each.example.text[:60]
        line(told) if as_json else say(f"{'passes' if each.passes else 'FAILS '}  {what}  {each.detail}")
    failed = sum(not each.passes for each in verdicts)
    if not as_json:
        say(f"{len(verdicts) - failed} of {len(verdicts)} examples pass")
    return failed


def versions(topic: Named, account: Account = MAIN, as_json: Json = False) -> None:
    """All that a topic's query has been: when, by whom and why."""
    rows = [asdict(each) for each in run(_versions(topic, account))]
    listing(rows, ("version", "query", "made_at", "made_by", "why"), as_json)


async def _versions(topic: str, account: str) -> list[TopicVersion]:
    async with workbench() as bench:
        known = await find_topic(bench, topic, account)
        return await bench.store.read(lambda tx: tx.topic_versions.of(known.id, most=1000))


def mute(
    topic: Named,
    hours: Annotated[float, typer.Option(min=0, help="0 lets it speak again.")] = 24,
    account: Account = MAIN,
) -> None:
    """Let a topic raise no alerts for some hours."""
    say(run(_mute(topic, hours, account)))


async def _mute(topic: str, hours: float, account: str) -> str:
    async with workbench() as bench:
        known, at = await find_topic(bench, topic, account), now()
        until = at + timedelta(hours=hours) if hours else None
        muted = replace(known, muted_since=at if until else None, muted_until=until)
        await bench.store.write(lambda tx: tx.topics.update(muted, Saying(at)))
    return f"{known.name} is muted until {until:%Y-%m-%d %H:%M} UTC" if until else f"{known.name} speaks again"


async def find_topic(bench: Workbench, name: str, account: str) -> Topic:
    """By name or id. Raises `NotFound`."""

    def read(tx: Transaction) -> Topic:
        found = tx.topics.get(name, account)
        return named([found] if found else list(tx.topics.named([name], account).values()), name)

    return await bench.store.read(read)


def _show(found: Sample | dict[str, Any]) -> None:
    told = asdict(found) if isinstance(found, Sample) else found
    say(f"{told['article_id']}  {told['title']}  ({told['source']}, {told['language']})")
    for each in told["matched"]:
        say(f"    {each['clause']}: {each['text']!r} ({each['field']} {each['start']}-{each['end']})")


def _show_report(report: dict[str, Any]) -> None:
    say(f"{report['articles']} articles looked at; matches: {report['matches']}, alerts: {report['alerts']}")
    for day in report["days"]:
        say(f"    {day['day']}  {day['matches']:>6} matches  {day['alerts']:>6} alerts")
    if difference := report["difference"]:
        counts = ", ".join(f"{difference[name]} {name}" for name in ("gained", "lost", "same"))
        say(f"against the live version: {counts}")
        for mark, some in (("+", difference["gained_stories"]), ("-", difference["lost_stories"])):
            for story in some:
                say(f"    {mark} {story['id']}  {story['title']}")
    for each in report["samples"]:
        _show(each)
    for note in report["notes"]:
        say(note)
