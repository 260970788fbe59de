"""Commands that run: up, demo, serve, poll, work, deliver, migrate."""

from pathlib import Path
from typing import Annotated, Any

import typer

from consumers.app import ROLES, Process, Role, open_resources
from consumers.cli.opening import first_key, run, settings, until_told
from consumers.cli.output import Json, line, say
from consumers.demo import demo_settings, play
from consumers.poll.starter import starter_feeds
from consumers.resources import migrate as bring_up_to_date
from consumers.resources import open_ring
from service import telemetry
from service.errors import Invalid
from service.settings import Settings
from service.streams import READS

Port = Annotated[int | None, typer.Option(help="Port of the API.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the embedded database and broker.")]


def add_to(app: typer.Typer) -> None:
    for command in (up, demo, serve, poll, work, deliver, migrate):
        app.command()(command)


def up(port: Port = None, data: Data = None, as_json: Json = False) -> None:
    """Everything in one process: API, poller, stages, deliverer; begins with a list of world-news feeds."""
    run(_up(settings(**_given(port, data)), as_json))


def demo(
    port: Port = None,
    seconds: Annotated[float, typer.Option(help="How long the newsroom's day takes.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="End after the summary.")] = False,
    as_json: Json = False,
) -> None:
    """A small newsroom of our own plays a day in about a minute; then the API stays up."""
    loaded = demo_settings(**_given(port, None))
    telemetry.configure(loaded.log)
    run(_until_told_to_stop(loaded, seconds, once, as_json))


async def _until_told_to_stop(loaded: Settings, seconds: float, once: bool, as_json: bool) -> None:
    with until_told() as until:
        await play(loaded, until, seconds=seconds, once=once, as_json=as_json)


def serve(port: Port = None) -> None:
    """The HTTP API."""
    run(_roles(settings(**_given(port, None)), ("serve",)))


def poll() -> None:
    """Poll feeds; any number of these may run."""
    run(_roles(settings(), ("poll",)))


def work(stages: Annotated[list[str] | None, typer.Argument(help="Which; all by default.")] = None) -> None:
    """Run stages: receive, dedupe, enrich, cluster, link, match."""
    unknown = [each for each in stages or () if each not in READS]
    if unknown:
        raise Invalid(f"no such stage: {', '.join(unknown)}; there are {', '.join(READS)}")
    run(_roles(settings(), ("work",), tuple(stages or ())))


def deliver() -> None:
    """Send what is due to endpoints; any number of these may run."""
    run(_roles(settings(), ("deliver",)))


def migrate() -> None:
    """Bring the database's schema up to date, and create missing streams."""
    run(bring_up_to_date(settings()))
    say("Schema and streams are up to date.")


def _given(port: int | None, data: Path | None) -> dict[str, Any]:
    given: dict[str, Any] = {} if port is None else {"api": {"port": port}}
    return given if data is None else given | {"data": data}


async def _roles(loaded: Settings, roles: tuple[Role, ...], stages: tuple[str, ...] = ()) -> None:
    with until_told() as until:
        async with open_resources(loaded, until) as resources:
            await Process(resources, roles, stages).run()


async def _up(loaded: Settings, as_json: bool) -> None:
    await bring_up_to_date(loaded)
    with until_told() as until:
        async with open_resources(loaded, until) as resources:
            key = await first_key(resources.store, resources.clock, open_ring(resources.settings))
            if not await resources.store.read(lambda tx: tx.feeds.list("", 1)):
                await resources.store.write(lambda tx: tx.feeds.add_missing(starter_feeds()))
            await Process(resources, ROLES, ready=lambda port: _welcome(loaded, port, key, as_json)).run()


def _welcome(loaded: Settings, port: int, key: str, as_json: bool) -> None:
    address = f"http://{loaded.api.host}:{port}"
    if as_json:
        line({"api": address, "key": key or None})
        return
    say(f"Courant listens on {address}  (described at {address}/openapi.json)")
    if key:
        say(f"API key, shown this once: {key}")
        say(f'Try: curl -H "Authorization: Bearer {key}" {address}/v1/stories')
