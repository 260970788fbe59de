"""Why a topic alerted on an article, or why it did not: what is known of both in, one word and a sentence out. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.model import Alert, Topic

Why = Literal[
    "alerted",
    "told_already",
    "not_filed",
    "not_linked",
    "not_understood",
    "no_match",
    "condition_waits",
    "disabled",
    "muted",
    "quarantined",
    "backfill",
    "topic_is_newer",
    "not_looked_at",
]
"""`condition_waits`: all that is asked of the article holds, but its story is not (yet) as the topic asks."""


@dataclass(frozen=True, slots=True)
class Verdict:
    why: Why
    detail: str
    """A sentence."""

    @property
    def alerted(self) -> bool:
        return self.why in ("alerted", "told_already")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a topic and an article."""

    topic: Topic
    article_id: str
    story_id: str
    """"" until it is linked."""
    alert: Alert | None
    """That the topic raised for the article's story, or for one that went into it."""
    holds: bool | None
    """Whether the query holds of the article and its story as they are now; None if it cannot be understood here."""
    text_holds: bool
    """Whether all of it holds that is asked of the article alone."""
    failing: tuple[str, ...] = ()
    """What its story lacks."""
    lane: str = "live"
    linked_at: datetime | None = None
    version_made_at: datetime | None = None
    quarantined: str = ""
    """Why the topic is left alone; "" if it is not."""


def verdict(known: Known, now: datetime) -> Verdict:
    """The first of the reasons that applies, those that settle it first."""
    if known.alert:
        return _told(known, known.alert)
    if known.holds is None:
        return Verdict("not_understood", "the topic's query cannot be understood by this installation")
    if not known.story_id:
        return Verdict("not_linked", "the article is filed, but not yet put in a story")
    return _unmatched(known) if not known.holds else _untold(known, now)


def _told(known: Known, alert: Alert) -> Verdict:
    if alert.article_id == known.article_id:
        return Verdict("alerted", f"this article raised alert {alert.id} at {_time(alert.created_at)}")
    then = "" if alert.story_id == known.story_id else f" in what was story {alert.story_id} then"
    return Verdict("told_already", f"told of at {_time(alert.created_at)}, by article {alert.article_id}{then}")


def _unmatched(known: Known) -> Verdict:
    if known.text_holds and known.failing:
        return Verdict(
            "condition_waits", f"the article is what is asked for; its story is not: {'; '.join(known.failing)}"
        )
    return Verdict("no_match", "the query does not hold of the article as it is now")


def _untold(known: Known, now: datetime) -> Verdict:
    """It holds, and there is no alert."""
    topic, at = known.topic, known.linked_at or now
    if not topic.enabled:
        return Verdict("disabled", "the topic is switched off")
    if topic.is_muted(now) or topic.is_muted(at):
        return Verdict("muted", f"the topic is muted until {_time(topic.muted_until or now)}")
    if known.quarantined:
        return Verdict("quarantined", f"the topic is left alone until its query is changed: {known.quarantined}")
    if known.lane == "backfill":
        return Verdict("backfill", "the article came with a backfill, which alerts nobody")
    if known.version_made_at and at < known.version_made_at:
        when = f"version {topic.version} of the topic was made at {_time(known.version_made_at)}"
        return Verdict("topic_is_newer", f"{when}, after the article had come")
    return Verdict("not_looked_at", "match has not come to it or saw an earlier text, or people put it in this story")


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
