"""Tell what a batch came to: alerts, once for each topic and story, and what follows earlier ones. One transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consumers.match.findings import Heard
from consumers.match.follow_telling import follow
from consumers.match.judging import Judged, judge
from consumers.match.owing import owed
from consumers.match.payload import Said, payload
from consumers.match.portraying import portrayed
from consumers.match.satisfying import Satisfied
from consumers.match.storied import Storied
from service.model import Alert, alert_id
from service.sources import NONE, Sources
from service.store import Transaction
from service.store.told import Telling


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was found out before the transaction that tells: whether it is needed, and portraits it may use."""

    needed: bool
    storied: Mapping[str, Storied]


def prepare(tx: Transaction, heard: Heard, now: datetime, known: Sources = NONE) -> Prepared:
    """Reads only. Portraits take longer than a transaction that holds stories should."""
    judged = judge(tx, heard, now, known)
    return Prepared(bool(judged), portrayed(tx, judged.stories.values(), known))


def tell(
    tx: Transaction, heard: Heard, now: datetime, known: Sources = NONE, storied: Mapping[str, Storied] | None = None
) -> frozenset[int]:
    """Raise what was not raised yet, and tell what follows. Gives the numbers of the changes that brought a new
    alert."""
    judged = judge(tx, heard, now, known, lock=True)
    portraits = _portraits(tx, judged, known, storied or {})
    tx.waiting.add(judged.waiting)
    tx.waiting.remove(judged.over | {(each.finding.topic.id, each.finding.article_id) for each in judged.satisfied})
    numbers = _raise(tx, judged.satisfied, portraits, now)
    follow(tx, judged.follow_ups, portraits, now)
    return numbers


def _portraits(tx: Transaction, judged: Judged, known: Sources, made: Mapping[str, Storied]) -> Mapping[str, Storied]:
    """Those of stories that have changed since they were made are made anew."""
    stale = [story for story in judged.stories.values() if story.id not in made or made[story.id].story != story]
    return {**made, **portrayed(tx, stale, known)}


def _raise(
    tx: Transaction, told: Sequence[Satisfied], portraits: Mapping[str, Storied], now: datetime
) -> frozenset[int]:
    numbers = {alert_id(each.finding.topic.id, each.finding.article_id): each.finding.number for each in told}
    alerts = [_alert(each, portraits[each.story.id], now) for each in told]
    by_topic = tx.subscriptions.of_topics(alert.topic_id for alert in alerts)
    to = {alert.id: by_topic.get(alert.topic_id, ()) for alert in alerts}
    owing = owed(to, now)
    at_once = {alert.topic_id: owing.at_once.get(alert.id, ()) for alert in alerts}
    new = {each.id for each in tx.alerts.raise_alerts(alerts, at_once, now)}
    tx.held.hold([each for each in owing.later if each.notice_id in new])
    tx.told.note([Telling(each, subscription.endpoint_id) for each in new for subscription in to[each]], now)
    return frozenset(numbers[each] for each in new)


def _alert(told: Satisfied, storied: Storied, now: datetime) -> Alert:
    topic, article, story = told.finding.topic, told.finding.article, told.story
    return Alert(
        id=alert_id(topic.id, article.article.article_id),
        topic_id=topic.id,
        story_id=story.id,
        article_id=article.article.article_id,
        created_at=now,
        payload=payload(Said(topic, storied, article, told.match.reasons, now, told.waited)),
        account_id=topic.account_id,
        revision=article.article.revision,
        independent=story.independent,
        sources=story.sources,
        languages=len(story.languages),
        trace=article.article.raw.trace,
    )
