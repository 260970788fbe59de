"""courant sources: extraction."""

from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, listing
from service.model.extraction import ExtractionStatus, SourceExtraction
from service.settings import Settings

app = typer.Typer(help="Who publishes.", no_args_is_help=True)

COLUMNS = ("source", "status", "since", "asked", "texts", "failed", "median_characters", "why")


@app.callback()
def sources() -> None:
    """Who publishes."""


@app.command()
def extraction(
    source: Annotated[str, typer.Argument(help="Only this source.")] = "",
    degraded: Annotated[bool, typer.Option("--degraded", help="Only those that do worse than they did.")] = False,
    as_json: Json = False,
) -> None:
    """How well the pages of sources are read."""
    found = run(_found(quiet_settings(), source, degraded))
    listing([_row(each) for each in found], COLUMNS, as_json)


async def _found(loaded: Settings, source: str, degraded: bool) -> list[SourceExtraction]:
    async with open_store(loaded) as store:
        if source:
            one = await store.read(lambda tx: tx.pages.extraction(source))
            return [one] if one else []
        found, after = list[SourceExtraction](), ""
        status: ExtractionStatus | None = "degraded" if degraded else None
        while some := await store.read(lambda tx, last: tx.pages.extractions(status, last, 500), after):
            found, after = [*found, *some], some[-1].source
        return found


def _row(found: SourceExtraction) -> dict[str, Any]:
    recent = found.recent
    failed = ", ".join(f"{reason} {count}" for reason, count in recent.failed.items())
    lacking = {name: recent[name] for name in ("shorter", "undated", "anonymous", "rule_missed")}
    counts = {"asked": recent.asked, "texts": recent.texts, "failed": failed, **lacking}
    told = {"source": found.source, "status": found.judgement.status, "since": found.since, "at": found.at}
    return {**told, **counts, "median_characters": recent.median_characters, "why": found.judgement.why}
