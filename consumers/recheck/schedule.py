"""What follows from a look: what was known and what was seen go in; out come what to pass on, in a word, and when
the next look is due. Pure.

Deciding twice about the same look gives the same text again, which dedupe knows for a repeat.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from consumers.pages.extract import text_hash
from consumers.recheck.looks import Look
from consumers.recheck.wordings import without_counters
from service.messages import Hop, RawArticle
from service.model.rechecks import Baseline, Claimed, Recheck, next_look
from service.model.revisions import RECHECK
from service.settings import RecheckSettings
from service.text.difference import Version, difference

LATER = timedelta(minutes=1)
"""How long to wait before a host is asked again that had no turn for us."""


LookOutcome = Literal[
    "baseline", "unchanged", "edited", "suspected", "deleted", "moved", "restored", "nothing", "forbidden", "later"
]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a look."""

    outcome: LookOutcome
    recheck: Recheck | None
    """The next look; None if none is left."""
    raw: RawArticle | None = None
    """To be passed on."""


def decide(claimed: Claimed, look: Look, now: datetime, settings: RecheckSettings) -> Decision:
    recheck = claimed.recheck
    if look.kind == "forbidden":
        return Decision("forbidden", None)
    if look.kind == "later":
        return Decision("later", replace(recheck, due_at=now + LATER))
    if look.kind == "nothing":
        return Decision("nothing", _again(recheck, now, settings))
    if look.kind == "missing":
        return _missing(claimed, look, now, settings)
    found = replace(recheck, tries=0, missing="")
    if look.kind == "same":
        return Decision("unchanged", _next(found, now, settings))
    return _seen(replace(claimed, recheck=found), look, now, settings)


def _again(recheck: Recheck, now: datetime, settings: RecheckSettings) -> Recheck | None:
    """Soon, and less soon each time; after some tries, when the next look is due anyway."""
    if recheck.tries + 1 >= settings.tries:
        return _next(replace(recheck, tries=0), now, settings)
    minutes = settings.retry_minutes * 2**recheck.tries
    return replace(recheck, tries=recheck.tries + 1, due_at=now + timedelta(minutes=minutes))


def _next(recheck: Recheck, now: datetime, settings: RecheckSettings) -> Recheck | None:
    found = next_look(recheck.since, settings.after_hours, recheck.step + 1, now)
    return replace(recheck, step=found[0], due_at=found[1]) if found else None


def _missing(claimed: Claimed, look: Look, now: datetime, settings: RecheckSettings) -> Decision:
    """Gone if it was missing at the last look, too."""
    recheck = replace(claimed.recheck, tries=0)
    if claimed.state == "deleted":
        return Decision("unchanged", _next(recheck, now, settings))
    if not recheck.missing:
        due = now + timedelta(minutes=settings.confirm_minutes)
        return Decision("suspected", replace(recheck, missing=look.why, due_at=due))
    raw = msgspec.structs.replace(_raw(claimed, "deleted", now), state="deleted")
    return Decision("deleted", _next(replace(recheck, missing=""), now, settings), raw)


def _seen(claimed: Claimed, look: Look, now: datetime, settings: RecheckSettings) -> Decision:
    """The page is there. Is it as it was?"""
    recheck, was = claimed.recheck, claimed.enriched.article.raw
    there = _next(replace(recheck, baseline=_baseline(recheck, look)), now, settings)
    if was.state == "deleted":
        return Decision("restored", there, _told(claimed, look, "restored", now))
    if not recheck.baseline.text_hash or _said(claimed) is None:
        return Decision("baseline", there)
    if look.moved_to != was.moved_to:
        return Decision("moved", there, _told(claimed, look, "moved", now))
    if _is_edit(claimed, look, settings):
        return Decision("edited", there, _told(claimed, look, "edited", now))
    return Decision("unchanged", _next(replace(recheck, baseline=_with_etag(recheck, look)), now, settings))


def _baseline(recheck: Recheck, look: Look) -> Baseline:
    """What it says now; where it was read first tells whether it has moved."""
    return Baseline(recheck.baseline.url or look.url, look.title, look.text, look.text_hash, look.etag)


def _with_etag(recheck: Recheck, look: Look) -> Baseline:
    """What it said stays what is compared with, so that small changes add up and are told in the end."""
    return replace(recheck.baseline, etag=look.etag)


def _said(claimed: Claimed) -> str | None:
    """The text of the page as it was; None if only its hash is known."""
    said, own = claimed.recheck.baseline, claimed.enriched.text
    if said.text is not None:
        return said.text
    return own if text_hash(own) == said.text_hash else None


def _is_edit(claimed: Claimed, look: Look, settings: RecheckSettings) -> bool:
    said = claimed.recheck.baseline
    if look.text_hash == said.text_hash and look.title == said.title:
        return False
    titles = (said.title, look.title) if said.title and look.title else ("", "")
    before = Version(titles[0], without_counters(_said(claimed) or ""))
    found = difference(before, Version(titles[1], without_counters(look.text)), claimed.enriched.language)
    return found.is_material or (settings.cosmetic and bool(found.classes))


def _told(claimed: Claimed, look: Look, outcome: LookOutcome, now: datetime) -> RawArticle:
    """The article as its page says it now; and what the page said before, where that is not what the article says."""
    raw, said = _raw(claimed, outcome, now), claimed.recheck.baseline
    retitled = bool(said.title and look.title) and said.title != look.title
    own = text_hash(claimed.enriched.text) == said.text_hash
    return msgspec.structs.replace(
        raw,
        title=look.title if retitled or not raw.title else raw.title,
        content=look.text,
        summary="",
        html="",
        state="moved" if look.moved_to else "published",
        moved_to=look.moved_to,
        earlier_title=said.title if retitled else "",
        earlier_text="" if own else said.text or "",
    )


def _raw(claimed: Claimed, outcome: LookOutcome, now: datetime) -> RawArticle:
    """The article as it is known, seen again now."""
    enriched = claimed.enriched
    return msgspec.structs.replace(
        enriched.article.raw,
        content=enriched.text,
        complete=True,
        seen_at=now,
        updated_at=None,
        payload="",
        earlier_title="",
        earlier_text="",
        hops=(Hop(stage=RECHECK, at=now, outcome=outcome),),
    )
