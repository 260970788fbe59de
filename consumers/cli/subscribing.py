"""courant subscribe."""

import secrets
from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.options import follow_of, timing_of
from consumers.cli.output import Account, Json, line, say
from consumers.cli.topics import all_topics, named
from consumers.resources import open_ring
from service.channels import WEBHOOK, channel_of, check_address
from service.clock import now
from service.endpoint_addresses import concealed
from service.endpoint_keys import keyed
from service.model import MAIN, Endpoint, Follow, Subscription, Timing
from service.settings import Settings
from service.store import Transaction


def add_to(courant: typer.Typer) -> None:
    courant.command()(subscribe)


def subscribe(
    topic: Annotated[str, typer.Argument(help="The topic's name or id.")],
    url: Annotated[str, typer.Argument(help="Where alerts are posted.")],
    follow: Annotated[
        list[str] | None, typer.Option(help="independent>=3, languages>=3, merged, no-revised ...; may be repeated.")
    ] = None,
    timing: Annotated[
        list[str] | None, typer.Option(help="digest='0 7 * * mon-fri', quiet_hours=22:00-07:00, time_zone=...")
    ] = None,
    account: Account = MAIN,
    as_json: Json = False,
) -> None:
    """Deliver a topic's alerts to a new webhook endpoint; prints its secret, once."""
    wishes = follow_of(follow or ()), timing_of(timing or ())
    loaded = quiet_settings()
    check_address(url, loaded)
    made = run(_subscribe(loaded, account, (topic, url), wishes))
    if as_json:
        line(made)
    else:
        say(
            f"subscription {made['subscription_id']}: {made['topic']} -> {made['url']} (endpoint {made['endpoint_id']})"
        )
        if channel_of(url) == WEBHOOK:  # nothing else is signed
            say(f"secret, shown this once: {made['secret']}")


async def _subscribe(
    loaded: Settings, account: str, between: tuple[str, str], wishes: tuple[Follow, Timing]
) -> dict[str, Any]:
    name, url = between
    topic, at = named(await all_topics(loaded, account), name), now()
    endpoint = Endpoint("ep_" + secrets.token_hex(8), url, created_at=at, account_id=account)
    new = keyed(endpoint, open_ring(loaded))
    subscription = Subscription("sb_" + secrets.token_hex(8), topic.id, endpoint.id, at, account, *wishes)
    async with open_store(loaded) as store:
        await store.write(_keep, new.endpoint, subscription)
    return {
        "subscription_id": subscription.id,
        "endpoint_id": endpoint.id,
        "topic": topic.name,
        "url": concealed(url),
        "secret": new.secret,
    }


def _keep(tx: Transaction, endpoint: Endpoint, subscription: Subscription) -> None:
    tx.endpoints.add(endpoint)
    tx.subscriptions.add(subscription)
