"""The newsroom's day: who publishes what, and when. Pure.

`day.json` holds outlets and articles in the order of their hour; an article that comes again under the same
outlet and slug is a new revision of it. All of it is fiction.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher with one feed. `format` is rss, atom, rdf, json or broken."""

    id: str
    title: str
    language: str
    format: str
    pages: bool = False
    """Whether the feed gives a summary only, and the text stands on the article's page."""

    @property
    def source(self) -> str:
        return f"{self.id}.example"


@dataclass(frozen=True, slots=True)
class Publication:
    """A text that an outlet publishes under an address, at an hour of the day (24 = midnight)."""

    hour: float
    outlet: str
    slug: str
    title: str
    text: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A publication, and when it really came out."""

    publication: Publication
    first_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    outlets: tuple[Outlet, ...]
    publications: tuple[Publication, ...]

    def at(self, share: float) -> float:
        """The hour it is after this share (0 to 1) of the day's telling."""
        first, last = self.publications[0].hour, self.publications[-1].hour
        return first + (last - first) * share


def read_day(text: str | None = None) -> Day:
    """The day that ships with Courant, or another in the same form."""
    read = json.loads(text or Path(__file__).with_name("day.json").read_text())
    texts = {f"{each['outlet']}/{each['slug']}": each["text"] for each in read["articles"] if "text" in each}
    publications = [
        Publication(
            hour=_hour(each["at"]),
            outlet=each["outlet"],
            slug=each["slug"],
            title=each["title"],
            text=each.get("text") or texts[each["copy_of"]],
            summary=each.get("summary", ""),
        )
        for each in read["articles"]
    ]
    return Day(
        tuple(Outlet(**each) for each in read["outlets"]),
        tuple(sorted(publications, key=lambda each: each.hour)),
    )


def _hour(clock: str) -> float:
    hours, minutes = clock.split(":")
    return int(hours) + int(minutes) / 60


def publishable(
    left: Sequence[Publication],
    hour: float,
    printed: Mapping[tuple[str, str], Printed],
    read_at: Mapping[str, datetime],
) -> list[Publication]:
    """What comes out at this hour: of each address one text, and only once the one before has been read, with its
    outlet's feed."""
    out: dict[tuple[str, str], Publication] = {}
    for each in left:
        address = each.outlet, each.slug
        before = printed.get(address)
        unread = before and not (each.outlet in read_at and read_at[each.outlet] > before.at)
        if each.hour <= hour and not unread:
            out.setdefault(address, each)
    return list(out.values())


def printed(
    publications: Sequence[Publication], now: datetime, before: dict[tuple[str, str], Printed]
) -> dict[tuple[str, str], Printed]:
    """What stands in print once these are out, too: the latest text of each address, since its first hour."""
    out = dict(before)
    for each in publications:
        known = out.get((each.outlet, each.slug))
        out[each.outlet, each.slug] = Printed(each, known.first_at if known else now, now)
    return out
