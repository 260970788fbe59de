"""What follows an alert says: the webhook's `data` of `story.grew`, `story.revised`, `article.retracted` and
`story.merged`. Pure.

Each names the alert that it follows, by the id under which that was told, and the deliveries by which it went out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.match.fitting import Cut, fitted
from consumers.match.following import FollowUp, Merged, Passed, Revised
from consumers.match.payload import article_told, topic_told
from consumers.match.storied import Storied, iso, story_told
from service.messages import EnrichedArticle
from service.model import Topic, delivery_id
from service.text.passages import Passage

MOST_PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Followed:
    """All that a notice is made of: follow-ups of one alert that tell the same to several endpoints."""

    follow_ups: Sequence[FollowUp]
    """At least one."""
    topic: Topic
    storied: Storied
    at: datetime
    article: EnrichedArticle | None = None
    """The one that says something else now, as it stands."""
    passages: Sequence[Passage] = ()
    """Of its text, that changed."""


def follow_payload(of: Followed) -> dict[str, Any]:
    return fitted(lambda cut: _payload(of, cut))


def _payload(of: Followed, cut: Cut) -> dict[str, Any]:
    alert = of.follow_ups[0].alert
    endpoints = sorted({each.endpoint_id for each in of.follow_ups})
    return {
        "topic": topic_told(of.topic, cut),
        "alert": {
            "id": alert.id,
            "story_id": alert.story_id,
            "article_id": alert.article_id,
            "deliveries": [delivery_id(alert.id, each) for each in cut.some("deliveries", endpoints)],
        },
        **_news(of, cut),
        "story": story_told(of.storied, cut),
        "times": {"alerted": iso(alert.created_at), "told": iso(of.at)},
    }


def _news(of: Followed, cut: Cut) -> dict[str, Any]:
    alert = of.follow_ups[0].alert
    match of.follow_ups[0].news:
        case Passed():
            passed = [each.news for each in of.follow_ups if isinstance(each.news, Passed)]
            return {"passed": [_passed(each) for each in dict.fromkeys(passed)]}
        case Revised() as revised:
            return {
                "article": article_told(of.article, cut) if of.article else None,
                "change": _change(revised, of.passages, cut),
            }
        case Merged(other):
            return {"merged": {"story_id": alert.story_id, "into": other.story_id, "alert_id": other.id}}


def _passed(passed: Passed) -> dict[str, Any]:
    return {"measure": passed.measure, "threshold": passed.threshold, "was": passed.was, "now": passed.now}


def _change(revised: Revised, passages: Sequence[Passage], cut: Cut) -> dict[str, Any]:
    """The difference, in short; all of it is where `difference` says."""
    shown = cut.some("passages", passages, most=MOST_PASSAGES)
    weighed = revised.weighed
    return {
        "revision": revised.revision,
        "against": weighed.against,
        "type": weighed.type,
        "classes": list(weighed.classes),
        "facts": [cut.text(each) for each in cut.some("facts", weighed.facts)],
        "passages": [
            {"field": each.field, "before": cut.text(each.before), "after": cut.text(each.after)} for each in shown
        ],
        "raised": revised.raised,
        "filed_at": iso(revised.filed_at),
        "difference": f"/v1/articles/{revised.article_id}/revisions/{revised.revision}/diff",
    }
