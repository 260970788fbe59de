"""What follows alerts that were told: a batch of changes in, what is to be told to whom out. Inside a transaction.

A story has grown past a number that somebody asked for; an article says something else now, or was taken back; two
stories that were told are one. Everything goes to those who heard of the alert, and to each of them once, however
often a record comes again: what was told is known by its content, not by when it was told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from consumers.match.findings import Heard
from consumers.match.placing import Places
from service.messages import StoryChanged
from service.model import MEASURES, Alert, Follow, Measure, Story, Subscription, notice_id
from service.model.revisions import Weighed
from service.store import Transaction
from service.store.told import Telling

FollowKind = Literal["story.grew", "story.revised", "article.retracted", "story.merged"]
GRAVE = ("retraction", "negation", "number")
"""Classes of a difference by which an article that did not raise the alert corrects its story."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A story has come to so many."""

    measure: Measure
    threshold: int
    was: int
    """When the alert was raised."""
    now: int


@dataclass(frozen=True, slots=True)
class Revised:
    """An article has another text."""

    article_id: str
    revision: int
    weighed: Weighed
    filed_at: datetime | None
    raised: bool
    """It is the article that raised the alert."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The story of one alert went into that of another of the same topic."""

    other: Alert


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be told to one endpoint."""

    kind: FollowKind
    alert: Alert
    story: Story
    endpoint_id: str
    subscription: Subscription | None
    """None if the topic is not delivered there any more: corrections still are."""
    what: str
    """By which it is known that it was told."""
    news: Passed | Revised | Merged

    @property
    def telling(self) -> Telling:
        return Telling(self.alert.id, self.endpoint_id, self.what)


@dataclass(frozen=True)
class Followed:
    """The alerts that a batch concerns, and who heard of them."""

    alerts: Mapping[str, Sequence[Alert]]
    """By the id of the story that stands."""
    by_article: dict[str, list[Alert]]
    """By the article that raised them, wherever it is by now."""
    heard: dict[str, list[tuple[str, Subscription | None]]]
    """By alert: endpoints, with the subscription if there still is one."""


def follow_ups(tx: Transaction, heard: Heard, here: Places) -> list[FollowUp]:
    """What was not told yet."""
    revised = _revised(tx, heard)
    followed = _followed(tx, here, {each.article_id for _, each in revised})
    if not followed.heard:
        return []
    wanted = [*_grown(followed, here), *_merged(followed, heard, here)]
    for change, news in revised:
        if story := here.heir.get(change.story_id):
            wanted += _corrected(followed, story, news)
    known = tx.told.known([each.telling for each in wanted])
    return [each for each in wanted if each.telling not in known]


def _revised(tx: Transaction, heard: Heard) -> list[tuple[StoryChanged, Revised]]:
    """The material revisions of a batch."""
    changes = [each for _, each in heard.live() if each.revision and not each.quiet]
    found = tx.articles.weighed((each.article_id, each.revision) for each in changes) if changes else {}
    filed = tx.articles.filed_at(found)
    return [
        (each, Revised(*key, found[key], filed.get(key), raised=False))
        for each in changes
        if (key := (each.article_id, each.revision)) in found and found[key].is_material
    ]


def _followed(tx: Transaction, here: Places, revised: Iterable[str]) -> Followed:
    by_article: dict[str, list[Alert]] = {}
    for alert in tx.alerts.of_articles(revised):
        by_article.setdefault(alert.article_id, []).append(alert)
    every = [alert for some in (*here.told.values(), *by_article.values()) for alert in some]
    return Followed(here.told, by_article, _heard(tx, every))


def _heard(tx: Transaction, alerts: Sequence[Alert]) -> dict[str, list[tuple[str, Subscription | None]]]:
    endpoints = tx.told.heard(alert.id for alert in alerts)
    topics = {alert.topic_id for alert in alerts if alert.id in endpoints}
    by_pair = {
        (topic_id, each.endpoint_id): each
        for topic_id, some in tx.subscriptions.of_topics(topics).items()
        for each in some
    }
    return {
        alert.id: [(each, by_pair.get((alert.topic_id, each))) for each in endpoints[alert.id]]
        for alert in alerts
        if alert.id in endpoints
    }


def _grown(followed: Followed, here: Places) -> Iterator[FollowUp]:
    """Of two alerts of one topic, whose stories became one, only that of the story that stands follows it."""
    for story_id, alerts in followed.alerts.items():
        story, seen = here.stories[story_id], set[tuple[str, str]]()
        for alert in sorted(alerts, key=lambda each: (each.story_id != story_id, each.created_at, each.id)):
            for endpoint_id, subscription in followed.heard.get(alert.id, ()):
                if subscription and (alert.topic_id, endpoint_id) not in seen:
                    seen.add((alert.topic_id, endpoint_id))
                    yield from _passed(alert, story, subscription)


def _passed(alert: Alert, story: Story, subscription: Subscription) -> Iterator[FollowUp]:
    for measure in MEASURES:
        was, now = getattr(alert, measure), size(story, measure)
        for threshold in sorted(subscription.follow.grew.of(measure)):
            if was < threshold <= now:
                what, news = f"{measure}>={threshold}", Passed(measure, threshold, was, now)
                yield FollowUp("story.grew", alert, story, subscription.endpoint_id, subscription, what, news)


def size(story: Story, measure: Measure) -> int:
    """How large a story is."""
    number = getattr(story, measure)
    return len(number) if measure == "languages" else number


def _merged(followed: Followed, heard: Heard, here: Places) -> Iterator[FollowUp]:
    for _, change in heard.live():
        if change.merged and (story := here.heir.get(change.story_id)):
            alerts = followed.alerts.get(story.id, ())
            for alert in alerts:
                if alert.story_id in change.merged:
                    yield from _went_into(alert, story, alerts, followed)


def _went_into(alert: Alert, story: Story, alerts: Sequence[Alert], followed: Followed) -> Iterator[FollowUp]:
    """The other alert of its topic: that of the story that stands, if there is one."""
    others = (each for each in alerts if each.topic_id == alert.topic_id and each is not alert)
    other = min(others, key=lambda each: (each.story_id != story.id, each.created_at, each.id), default=None)
    for endpoint_id, subscription in followed.heard.get(alert.id, ()) if other else ():
        if other and subscription and subscription.follow.merged:
            what, news = f"merged {alert.story_id}", Merged(other)
            yield FollowUp("story.merged", alert, story, endpoint_id, subscription, what, news)


def _corrected(followed: Followed, story: Story, news: Revised) -> Iterator[FollowUp]:
    """To those who were told by this very article; and where it is grave, to those who were told of its story."""
    own = [each for each in followed.by_article.get(news.article_id, ()) if each.revision < news.revision]
    others = [
        each
        for each in followed.alerts.get(story.id, ())
        if each.article_id != news.article_id and _is_later(news, each) and _is_grave(news.weighed)
    ]
    for alert in own + others:
        raised = alert.article_id == news.article_id
        kind: FollowKind = "article.retracted" if _is_retracted(news.weighed) else "story.revised"
        what = f"revision {news.article_id} {news.revision}" if raised else notice_id("facts", *_facts(news.weighed))
        for endpoint_id, subscription in followed.heard.get(alert.id, ()):
            follow = subscription.follow if subscription else Follow()
            if follow.retracted if kind == "article.retracted" else follow.revised:
                yield FollowUp(kind, alert, story, endpoint_id, subscription, what, replace(news, raised=raised))


def _is_later(news: Revised, alert: Alert) -> bool:
    """The alert told of the story as it was before."""
    return news.filed_at is not None and news.filed_at > alert.created_at


def _is_retracted(weighed: Weighed) -> bool:
    """Gone, or taken back; one that says it is corrected, and in which number, is revised."""
    corrects = any(each in GRAVE and each != "retraction" for each in weighed.classes)
    return weighed.type == "deleted" or ("retraction" in weighed.classes and not corrects)


def _is_grave(weighed: Weighed) -> bool:
    """A page that is gone corrects nobody else; one that says it was wrong does."""
    return weighed.type != "deleted" and any(each in GRAVE for each in weighed.classes)


def _facts(weighed: Weighed) -> list[str]:
    """So that ten outlets that correct the same number are one correction."""
    grave = sorted(each for each in weighed.facts if each.partition(":")[0] in GRAVE)
    return grave or sorted(weighed.facts)
