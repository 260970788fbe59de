"""courant topics: add, explain, list, remove."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import msgspec
import typer

from consumers.cli.groups import topics
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, line, listing, say
from consumers.cli.remote import Server, asked
from consumers.resources import how_read, known_sources
from service.clock import now
from service.errors import NotFound
from service.model import MAIN, Topic
from service.query import cost
from service.settings import Settings
from service.store import Transaction

if TYPE_CHECKING:
    from service.client import Courant
    from service.client import Topic as Shown


class Named(Protocol):
    """A topic, whoever tells of it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)

COLUMNS = ("id", "name", "query", "enabled")


def add_to(courant: typer.Typer) -> None:
    for command in (add, explain, remove):
        topics.command()(command)
    topics.command("list")(list_)
    courant.add_typer(topics, name="topics")


def add(name: str, query: str, account: Account = MAIN, server: Server = "", as_json: Json = False) -> None:
    """Add a topic. QUERY is in the language of docs/query.md."""
    if server:
        return listing(
            [msgspec.structs.asdict(asked(server, lambda courant: courant.add_topic(name, query)))], COLUMNS, as_json
        )
    loaded = quiet_settings()
    how_read(loaded, known_sources(loaded)).read(query)
    topic = Topic(id="tp_" + secrets.token_hex(8), name=name, query=query, created_at=now(), account_id=account)
    listing([asdict(run(_add(loaded, topic)))], COLUMNS, as_json)


def explain(query: str, as_json: Json = False) -> None:
    """How a query is read, word by word, what would say it better, and what it costs. Adds nothing."""
    loaded = quiet_settings()
    understood = how_read(loaded, known_sources(loaded)).read(query)
    costs = cost(understood.query).cost_class
    if as_json:
        clauses = [asdict(each) for each in understood.clauses]
        return line({"query": str(understood.query), "clauses": clauses, "cost": costs})
    say(f"{understood.query}   (cost: {costs})")
    for each in understood.clauses:
        say(f"    {each.clause}: {each.how}" + (f" ({each.advice})" if each.advice else ""))


async def _add(loaded: Settings, topic: Topic) -> Topic:
    async with open_store(loaded) as store:
        return await store.write(_keep_topic, topic)


def _keep_topic(tx: Transaction, topic: Topic) -> Topic:
    tx.accounts.open(topic.account_id)
    return tx.topics.add(topic)


def list_(account: Account = MAIN, server: Server = "", as_json: Json = False) -> None:
    """All topics of an account; with `--server`, of the key's."""
    if server:
        return listing(map(msgspec.structs.asdict, asked(server, _listed)), COLUMNS, as_json)
    listing([asdict(each) for each in run(all_topics(quiet_settings(), account))], COLUMNS, as_json)


async def all_topics(loaded: Settings, account: str) -> list[Topic]:
    found, page = list[Topic](), [""]
    async with open_store(loaded) as store:
        while page:
            some = await store.read(lambda tx, last: tx.topics.list(account, last, 500), page[-1])
            found, page = [*found, *some], [each.id for each in some]
    return found


def remove(
    topic: Annotated[str, typer.Argument(help="Its name or id.")], account: Account = MAIN, server: Server = ""
) -> None:
    """Remove a topic and its subscriptions. Its alerts stay."""
    if server:
        asked(server, lambda courant: _take_away(courant, topic))
        return say(f"removed {topic}")
    run(_remove(quiet_settings(), account, topic))
    say(f"removed {topic}")


async def _listed(courant: "Courant") -> "list[Shown]":
    return [each async for each in courant.topics()]


async def _take_away(courant: "Courant", name: str) -> None:
    await courant.remove_topic(named(await _listed(courant), name).id)


async def _remove(loaded: Settings, account: str, name: str) -> None:
    topic = named(await all_topics(loaded, account), name)
    async with open_store(loaded) as store:
        await store.write(lambda tx: tx.topics.remove(topic.id, account))


def named(topics: Sequence[N], name: str) -> N:
    for topic in topics:
        if name in (topic.id, topic.name):
            return topic
    raise NotFound(f"there is no topic {name}")
