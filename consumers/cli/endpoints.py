"""courant endpoints: list, add, rotate, test, recover. They are where alerts and notices go."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, line, listing, say
from consumers.resources import open_ring
from service.channels import check_address
from service.clock import now
from service.endpoint_addresses import concealed
from service.endpoint_keys import MOST_GRACE_SECONDS, Keyed, keyed, rotated
from service.endpoint_notices import tested
from service.errors import Invalid, NotFound
from service.model import MAIN, Delivery, Endpoint, Recovery, asked_for, delivery_id, fresh_id
from service.sealing import Ring
from service.settings import Settings
from service.store import Transaction
from service.taking_over import taken_over

app = typer.Typer(help="Endpoints: where alerts and notices go.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="Its id.")]
COLUMNS = ("id", "url", "enabled", "disabled_why", "failures", "failing_since", "open_until", "created_at")
MOST = 10_000


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="endpoints")


@app.command("list")
def list_(account: Account = MAIN, as_json: Json = False) -> None:
    """All endpoints of an account, and how they are doing; without their secrets."""
    rows = [{name: getattr(each, name) for name in COLUMNS} for each in run(_all(quiet_settings(), account))]
    listing([row | {"url": concealed(str(row["url"]))} for row in rows], COLUMNS, as_json)


async def _all(loaded: Settings, account: str) -> list[Endpoint]:
    async with open_store(loaded) as store:
        return list(await store.read(lambda tx: tx.endpoints.list(account, most=MOST)))


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where they are posted.")],
    notice: Annotated[list[str] | None, typer.Option(help="A kind to be told of, or feed.*; may be repeated.")] = None,
    account: Account = MAIN,
    as_json: Json = False,
) -> None:
    """Add an endpoint, and print its secret, once. `courant apply` and the API deliver topics to it."""
    loaded = quiet_settings()
    check_address(url, loaded)
    at = now()
    bare = Endpoint(fresh_id(at), url, created_at=at, account_id=account, notices=_kinds(notice or ()))
    new = keyed(bare, open_ring(loaded))
    run(_add(loaded, new.endpoint))
    _show_once(new, as_json)


def _kinds(words: Iterable[str]) -> tuple[str, ...]:
    """Each once. Raises `Invalid` for one that asks for nothing."""
    kinds = tuple(dict.fromkeys(words))
    for kind in kinds:
        if not asked_for([kind]):
            raise Invalid(f"there is no notice of the kind {kind}")
    return kinds


async def _add(loaded: Settings, endpoint: Endpoint) -> None:
    async with open_store(loaded) as store:
        await store.write(lambda tx: tx.endpoints.add(endpoint))


@app.command()
def rotate(
    endpoint: Id,
    account: Account = MAIN,
    grace_hours: Annotated[
        float, typer.Option(min=0, max=MOST_GRACE_SECONDS / 3600, help="How long the old keys sign beside the new.")
    ] = 24,
    as_json: Json = False,
) -> None:
    """Give an endpoint new keys, and print its secret, once."""
    _show_once(run(_rotate(quiet_settings(), account, endpoint, grace_hours * 3600)), as_json)


async def _rotate(loaded: Settings, account: str, endpoint_id: str, grace_seconds: float) -> Keyed:
    async with open_store(loaded) as store:
        new = await store.write(_follow, (endpoint_id, account), open_ring(loaded), now(), grace_seconds)
        await taken_over(store, endpoint_id, now, loaded.deliver.total_seconds)
        return new


def _follow(tx: Transaction, which: tuple[str, str], ring: Ring, at: datetime, grace_seconds: float) -> Keyed:
    new = rotated(_known(tx, *which, alone=True), ring, at, grace_seconds)
    tx.endpoints.update(new.endpoint)
    return new


@app.command("test")
def send_test(endpoint: Id, account: Account = MAIN, as_json: Json = False) -> None:
    """Owe an endpoint a test; `courant deliver` sends it."""
    owed = run(_test(quiet_settings(), account, endpoint))
    if as_json:
        line({"delivery": owed.id, "notice": owed.notice_id})
    else:
        say(f"delivery {owed.id} waits for {endpoint}")


async def _test(loaded: Settings, account: str, endpoint_id: str) -> Delivery:
    async with open_store(loaded) as store:
        return await store.write(_tell, endpoint_id, account, now())


def _tell(tx: Transaction, endpoint_id: str, account: str, at: datetime) -> Delivery:
    notice = tested(_known(tx, endpoint_id, account), at)
    tx.notices.tell_to([notice], {notice.id: [endpoint_id]}, at)
    owed = tx.deliveries.get(delivery_id(notice.id, endpoint_id), account)
    if owed is None:
        raise NotFound(f"there is no delivery of {notice.id}")
    return owed


@app.command()
def recover(
    endpoint: Id,
    hours: Annotated[float, typer.Option(min=0.01, max=100_000, help="How far back.")] = 24,
    missing: Annotated[bool, typer.Option("--missing", help="What was never owed to it, not what failed.")] = False,
    account: Account = MAIN,
    as_json: Json = False,
) -> None:
    """Owe an endpoint again what it missed; `courant deliver` goes on with it, and the API tells its progress."""
    at = now()
    asked = Recovery(
        fresh_id(at), endpoint, "missing" if missing else "failed", at - timedelta(hours=hours), at, at, account
    )
    begun = run(_recover(quiet_settings(), asked))
    told: dict[str, Any] = {name: getattr(begun, name) for name in ("id", "endpoint_id", "only", "since", "until")}
    if as_json:
        line(told)
    else:
        say(f"recovery {begun.id} of what is {begun.only} since {begun.since:%Y-%m-%d %H:%M}")


async def _recover(loaded: Settings, asked: Recovery) -> Recovery:
    async with open_store(loaded) as store:
        return await store.write(_begin, asked)


def _begin(tx: Transaction, asked: Recovery) -> Recovery:
    _known(tx, asked.endpoint_id, asked.account_id)
    return tx.recoveries.add(asked)


def _known(tx: Transaction, endpoint_id: str, account: str, alone: bool = False) -> Endpoint:
    endpoint = tx.endpoints.get(endpoint_id, account, alone)
    if endpoint is None:
        raise NotFound(f"there is no endpoint {endpoint_id}")
    return endpoint


def _show_once(new: Keyed, as_json: bool) -> None:
    if as_json:
        line({"id": new.endpoint.id, "public_key": new.endpoint.public_key, "secret": new.secret})
    else:
        say(f"endpoint {new.endpoint.id}; secret, shown this once: {new.secret}")
