"""courant plan, courant apply: topics, endpoints, subscriptions and feeds as files say."""

import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, line, say
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
from service.topics.manifest import Manifest, read
from service.topics.planning import Step

Files = Annotated[list[Path], typer.Argument(help="YAML files; see docs/topics.md.")]
Prune = Annotated[bool, typer.Option("--prune", help="Remove at once what the files have no more.")]
MARKS = {"add": "+", "adopt": "=", "change": "~", "unchanged": " ", "mark": "?", "remove": "-"}


def add_to(courant: typer.Typer) -> None:
    courant.command()(plan)
    courant.command()(apply)


def plan(files: Files, prune: Prune = False, account: Account = MAIN, as_json: Json = False) -> None:
    """What `apply` would do, and what was changed by hand since. Changes nothing."""
    loaded, manifest = quiet_settings(), _manifest(files)
    _show(run(_plan(loaded, manifest, account, prune)), as_json)


def apply(files: Files, prune: Prune = False, account: Account = MAIN, as_json: Json = False) -> None:
    """Make everything as the files say; applied again, nothing changes. What the files have no more is switched off
    and marked, and removed the next time. Secrets that were made are printed, this once."""
    loaded, manifest = quiet_settings(), _manifest(files)
    steps, secrets = run(_apply(loaded, manifest, account, prune))
    _show(steps, as_json)
    for name, secret in secrets.items():
        line({"endpoint": name, "secret": secret}) if as_json else say(f"secret of {name}, shown this once: {secret}")


def _manifest(files: list[Path]) -> Manifest:
    for each in files:
        if not each.is_file():
            raise Invalid(f"{each} is not a file")
    return read({str(each): each.read_text("utf-8") for each in files}, os.environ)


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


def _show(steps: list[Step], as_json: bool) -> None:
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


def _told(step: Step) -> dict[str, Any]:
    told = {name: getattr(step, name) for name in ("action", "kind", "name", "id", "note")}
    return told | {"changes": [asdict(each) for each in step.changes]}
