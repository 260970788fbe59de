"""courant plan, courant apply: topics, endpoints, subscriptions and feeds as files say."""

import os
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, line, say
from consumers.cli.remote import Server, asked
from consumers.enrich.trial import enrich_text
from consumers.resources import how_read, known_sources, open_ring
from service.addresses import check_url
from service.channels import check_address
from service.errors import Invalid
from service.model import MAIN
from service.settings import Settings
from service.store import Store
from service.store.managed import Kind
from service.topics import Workbench
from service.topics.applying import Applying
from service.topics.manifest import Manifest, as_told, read
from service.topics.planning import Step

if TYPE_CHECKING:
    from service.client import Courant

Files = Annotated[list[Path], typer.Argument(help="YAML files; see docs/topics.md.")]
Prune = Annotated[bool, typer.Option("--prune", help="Remove at once what the files have no more.")]
CHANGE = ("field", "before", "after", "drift")
MARKS = {"add": "+", "adopt": "=", "change": "~", "unchanged": " ", "mark": "?", "remove": "-"}


class Changed(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def before(self) -> Any: ...
    @property
    def after(self) -> Any: ...
    @property
    def drift(self) -> bool: ...


class Told(Protocol):
    """A step, whoever tells of it."""

    @property
    def action(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def note(self) -> str | None: ...
    @property
    def changes(self) -> Sequence[Changed]: ...


def add_to(courant: typer.Typer) -> None:
    courant.command()(plan)
    courant.command()(apply)


def plan(
    files: Files, prune: Prune = False, account: Account = MAIN, server: Server = "", as_json: Json = False
) -> None:
    """What `apply` would do, and what was changed by hand since. Changes nothing."""
    manifest = _manifest(files)
    if server:
        told = _configuration(manifest)
        return _show(asked(server, lambda courant: courant.plan(told, prune)).steps, as_json)
    _show(run(_plan(quiet_settings(), manifest, account, prune)), as_json)


def apply(
    files: Files, prune: Prune = False, account: Account = MAIN, server: Server = "", as_json: Json = False
) -> None:
    """Make everything as the files say, or change nothing; applied again, nothing changes. What the files have no more
    is switched off and marked, and removed the next time. Secrets that were made are printed, this once."""
    manifest = _manifest(files)
    if server:
        steps, secrets = asked(server, partial(_apply_there, manifest, prune))
    else:
        steps, secrets = run(_apply(quiet_settings(), manifest, account, prune))
    _show(steps, as_json)
    for name, secret in secrets.items():
        line({"endpoint": name, "secret": secret}) if as_json else say(f"secret of {name}, shown this once: {secret}")


def _manifest(files: list[Path]) -> Manifest:
    for each in files:
        if not each.is_file():
            raise Invalid(f"{each} is not a file")
    return read({str(each): each.read_text("utf-8") for each in files}, os.environ)


def _configuration(manifest: Manifest) -> dict[str, Any]:
    """As a server is told of it; of the secrets, those that its endpoints name go along."""
    told = as_told(manifest)
    variables = {name: each["secret"]["env"] for name, each in told["endpoints"].items() if "secret" in each}
    return told | {"secrets": {variable: manifest.secrets[name] for name, variable in variables.items()}}


async def _apply_there(manifest: Manifest, prune: bool, courant: "Courant") -> tuple[Sequence[Told], dict[str, str]]:
    """What was planned a moment ago, and nothing else."""
    told = _configuration(manifest)
    planned = await courant.plan(told, prune)
    applied = await courant.apply(told, planned.fingerprint, prune)
    return applied.steps, {each.endpoint: each.secret for each in applied.secrets}


async def _plan(loaded: Settings, manifest: Manifest, account: str, prune: bool) -> list[Step]:
    async with open_store(loaded) as store:
        return await _applying(loaded, store, manifest, account).plan(prune)


async def _apply(loaded: Settings, manifest: Manifest, account: str, prune: bool) -> tuple[list[Step], dict[str, str]]:
    async with open_store(loaded) as store:
        await store.write(lambda tx: tx.accounts.open(account))
        return await _applying(loaded, store, manifest, account).apply(prune)


def _applying(loaded: Settings, store: Store, manifest: Manifest, account: str) -> Applying:
    sources = known_sources(loaded)
    bench = Workbench(store, how_read(loaded, sources), sources, enrich_text)

    def check(kind: Kind, address: str) -> None:
        check_address(address, loaded) if kind == "endpoint" else check_url(address, loaded.egress)

    return Applying(bench, manifest, account, check, ring=open_ring(loaded))


def _show(steps: Sequence[Told], as_json: bool) -> None:
    if as_json:
        for each in steps:
            line(_told(each))
        return
    for each in steps:
        if each.action != "unchanged":
            say(
                f"{MARKS[each.action]} {each.kind} {each.name}: {each.action}"
                + (f" ({each.note})" if each.note else "")
            )
        for change in each.changes:
            by_hand = "  (changed by hand since)" if change.drift else ""
            say(f"      {change.field}: {change.before!r} -> {change.after!r}{by_hand}")
    counted = Counter[str](each.action for each in steps)
    say(", ".join(f"{counted[action]} {action}" for action in MARKS if counted[action]) or "nothing to do")


def _told(step: Told) -> dict[str, Any]:
    told = {name: getattr(step, name) or "" for name in ("action", "kind", "name", "id", "note")}
    return told | {"changes": [{name: getattr(each, name) for name in CHANGE} for each in step.changes]}
