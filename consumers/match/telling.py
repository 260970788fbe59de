"""Turn what was found into alerts, once for each topic and story: one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consumers.match.payload import payload
from service.messages import EnrichedArticle
from service.model import Alert, Story, Topic, alert_id
from service.query import Match
from service.store import Transaction


@dataclass(frozen=True, slots=True)
class Finding:
    """A topic that a changed story's new article satisfies; `number` is the change's place in its batch."""

    number: int
    topic: Topic
    story_id: str
    article: EnrichedArticle
    match: Match


def tell(tx: Transaction, findings: Sequence[Finding], now: datetime) -> frozenset[int]:
    """Raise what was not raised yet. Gives the numbers of the changes that brought a new alert."""
    alerts: dict[str, tuple[int, Alert]] = {}
    stories = _standing(tx, findings)
    told = _told(tx, set(stories))
    for finding, story in zip(findings, stories, strict=True):
        if (finding.topic.id, story.id) not in told:
            alert = _alert(finding, story, now)
            alerts.setdefault(alert.id, (finding.number, alert))
    new = [alert for _, alert in alerts.values()]
    subscribers = tx.subscriptions.subscribers([alert.topic_id for alert in new])
    return frozenset(alerts[each.id][0] for each in tx.alerts.raise_alerts(new, subscribers, now))


def _standing(tx: Transaction, findings: Sequence[Finding]) -> list[Story]:
    """The story that each finding's article is in today, locked: a worker that hears of a story and another that
    hears of its successor at the same moment must not both tell. An article may have moved since it was told of."""
    now_in = tx.stories.turn([finding.article.article.article_id for finding in findings])
    ids = [now_in.get(finding.article.article.article_id, finding.story_id) for finding in findings]
    standing = tx.stories.lock(set(ids))
    return [standing[story_id] for story_id in ids]


def _told(tx: Transaction, stories: set[Story]) -> set[tuple[str, str]]:
    """Which (topic, story) pairs were told, counting what was told of a story that was merged into it, and what was
    told by an article that is in it by now, of whatever story."""
    ids = [story.id for story in stories]
    heir = {old: story_id for story_id, merged in tx.stories.lineage(ids).items() for old in merged}
    heir |= {story_id: story_id for story_id in ids}
    told = {(topic_id, heir[story_id]) for topic_id, story_id in tx.alerts.alerted(list(heir))}
    return told | tx.alerts.alerted_by_articles_of(ids)


def _alert(finding: Finding, story: Story, now: datetime) -> Alert:
    topic, article = finding.topic, finding.article
    return Alert(
        id=alert_id(topic.id, story.id),
        topic_id=topic.id,
        story_id=story.id,
        article_id=article.article.article_id,
        created_at=now,
        payload=payload(topic, story, article, finding.match, now),
        account_id=topic.account_id,
    )
