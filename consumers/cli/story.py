"""courant story: what a story says, and on whose word."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from consumers.resources import known_sources
from service.clock import now
from service.portraits import Portraits, StoryPortrait
from service.settings import Settings
from service.story import Provenance, provenance
from service.story.claims import Claim
from service.story.contradictions import Number
from service.story.reports import by_when

SHOWN = 12
"""Rows of a table."""


def add_to(app: typer.Typer) -> None:
    app.command()(story)


def story(
    story_id: Annotated[str, typer.Argument(help="The story's id; of one that was merged, its successor is shown.")],
    as_json: Json = False,
) -> None:
    """What a story says, on whose word, and how it spread."""
    told, spread = run(_told(quiet_settings(), story_id))
    line(_row(told, spread)) if as_json else _show(told, spread)


async def _told(loaded: Settings, story_id: str) -> tuple[StoryPortrait, Provenance]:
    async with open_store(loaded) as store:
        portraits = Portraits(store, known_sources(loaded))
        told = await portraits.of(story_id, now())
        read = await portraits.read(told.story.id, texts=False)
        return told, provenance(read.reports, read.citings)


def _row(told: StoryPortrait, spread: Provenance) -> dict[str, Any]:
    return {
        "id": told.story.id,
        "headline": told.portrait.headline,
        "summary": told.portrait.summary,
        "independent": told.portrait.corroboration.independent,
        "controlled": told.portrait.corroboration.controlled,
        "citing": told.portrait.corroboration.citing,
        "origins": told.portrait.corroboration.origins,
        "key": told.portrait.key,
        "numbers": told.portrait.numbers,
        "growth": told.growth,
        "edges": spread.edges,
    }


def _show(told: StoryPortrait, spread: Provenance) -> None:
    own, found = told.portrait, told.portrait.corroboration
    title = own.headline.title if own.headline else told.story.title
    say(f"{title}  ({told.story.id})")
    for language, sentences in own.summary.items():
        say(f"\n{language}: {' '.join(each.text for each in sentences)}")
    state = f", {found.controlled} of them a government's" if found.controlled else ""
    say(f"\nOn the word of {found.independent} voices{state}; {found.citing} articles only cite.")
    if found.earliest:
        say(f"First: {found.earliest.source}, by {by_when(found.earliest):%Y-%m-%d %H:%M}")
    origins = [{"voice": each.source, "control": each.control, "articles": len(each.reports)} for each in found.origins]
    listing(origins[:SHOWN], ("voice", "control", "articles"), False)
    for kind, keys in own.key.items():
        if keys:
            say(f"\n{kind}: " + ", ".join(f"{each.name} ({each.origins})" for each in keys[:SHOWN]))
    _numbers(own.differing)
    _edges(spread)
    say(f"\n{told.growth.rate:g} articles in the last hour, {told.growth.before:g} an hour in the day before.")


def _numbers(differing: Iterable[Number]) -> None:
    for number in differing:
        say(f"\n{number.verdict}: {number.subject} {number.unit}".rstrip())
        for claim in number.claims[-SHOWN:]:
            say(f"  {claim.at:%m-%d %H:%M}  {_amount(claim):<10} {claim.source}: {claim.sentence}")


def _amount(claim: Claim) -> str:
    sign = {"least": "≥ ", "most": "≤ ", "about": "~ "}.get(claim.bound, "")
    return f"{sign}{claim.written} {claim.unit}".rstrip()


def _edges(spread: Provenance) -> None:
    if spread.edges:
        say("\nWho has it from whom:")
    rows = [
        {"at": each.at, "source": each.source, "way": each.way, "from": each.from_source, "cue": each.cue}
        for each in spread.edges[:SHOWN]
    ]
    if rows:
        listing(rows, ("at", "source", "way", "from", "cue"), False)
