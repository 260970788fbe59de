"""courant topics: add, list, remove; courant subscribe."""

import secrets
from dataclasses import asdict
from typing import Annotated, Any

import typer

from consumers.app import how_read, known_sources
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from service.clock import now
from service.egress.addresses import check_url
from service.errors import NotFound
from service.model import Endpoint, Subscription, Topic
from service.query import cost
from service.settings import Settings
from service.signing import new_secret
from service.store import Transaction

app = typer.Typer(help="Topics: named queries that raise alerts.", no_args_is_help=True)

COLUMNS = ("id", "name", "query", "enabled")


@app.command()
def add(name: str, query: str, as_json: Json = False) -> None:
    """Add a topic. QUERY is in the language of docs/query.md."""
    loaded = quiet_settings()
    how_read(loaded, known_sources(loaded)).read(query)
    topic = Topic(id="tp_" + secrets.token_hex(8), name=name, query=query, created_at=now())
    listing([asdict(run(_add(loaded, topic)))], COLUMNS, as_json)


@app.command()
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
        return await store.write(lambda tx: tx.topics.add(topic))


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All topics."""
    listing([asdict(each) for each in run(_all(quiet_settings()))], COLUMNS, as_json)


async def _all(loaded: Settings) -> list[Topic]:
    found, page = list[Topic](), [""]
    async with open_store(loaded) as store:
        while page:
            some = await store.read(lambda tx, last: tx.topics.list(last, 500), page[-1])
            found, page = [*found, *some], [each.id for each in some]
    return found


@app.command()
def remove(topic: Annotated[str, typer.Argument(help="Its name or id.")]) -> None:
    """Remove a topic and its subscriptions. Its alerts stay."""
    run(_remove(quiet_settings(), topic))
    say(f"removed {topic}")


async def _remove(loaded: Settings, named: str) -> None:
    topic = _named(await _all(loaded), named)
    async with open_store(loaded) as store:
        await store.write(lambda tx: tx.topics.remove(topic.id))


def subscribe(
    topic: Annotated[str, typer.Argument(help="The topic's name or id.")],
    url: Annotated[str, typer.Argument(help="Where alerts are posted.")],
    as_json: Json = False,
) -> None:
    """Deliver a topic's alerts to a new webhook endpoint; prints its secret, once."""
    loaded = quiet_settings()
    check_url(url, loaded.egress)
    made = run(_subscribe(loaded, topic, url))
    if as_json:
        line(made)
    else:
        say(f"subscription {made['subscription_id']}: {made['topic']} -> {url}")
        say(f"secret, shown this once: {made['secret']}")


async def _subscribe(loaded: Settings, named: str, url: str) -> dict[str, Any]:
    topic, at = _named(await _all(loaded), named), now()
    endpoint = Endpoint("ep_" + secrets.token_hex(8), url, new_secret(), created_at=at)
    subscription = Subscription("sb_" + secrets.token_hex(8), topic.id, endpoint.id, at)
    async with open_store(loaded) as store:
        await store.write(_keep, endpoint, subscription)
    return {
        "subscription_id": subscription.id,
        "endpoint_id": endpoint.id,
        "topic": topic.name,
        "url": url,
        "secret": endpoint.secret,
    }


def _keep(tx: Transaction, endpoint: Endpoint, subscription: Subscription) -> None:
    tx.endpoints.add(endpoint)
    tx.subscriptions.add(subscription)


def _named(topics: list[Topic], named: str) -> Topic:
    for topic in topics:
        if named in (topic.id, topic.name):
            return topic
    raise NotFound(f"there is no topic {named}")
