"""What endpoints receive: described for the OpenAPI document, and sent by the deliver stage."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header

from service.api.schemas.webhook import (
    ExtractionFailing,
    FeedFailing,
    FeedGap,
    FeedRecovered,
    FeedSilent,
    TopicQuarantined,
)
from service.api.schemas.webhook_alerts import StoryAlerted
from service.api.schemas.webhook_digests import Digest
from service.api.schemas.webhook_endpoints import EndpointDisabled, EndpointFailing, EndpointTest
from service.api.schemas.webhook_followed import ArticleRetracted, StoryGrew, StoryMerged, StoryRevised
from service.api.schemas.webhook_seasons import SourceSilent, TopicBurst, TopicSilent

router = APIRouter(tags=["webhooks"])

NOT_TAKEN: dict[int | str, dict[str, Any]] = {"4XX": {"description": "Not taken: it is tried again later."}}
Id = Annotated[
    str, Header(alias="webhook-id", description="The delivery's id; the same at every attempt: drop repeats by it.")
]
Timestamp = Annotated[
    int, Header(alias="webhook-timestamp", description="When this attempt was made, in seconds since 1970.")
]
Signature = Annotated[
    str,
    Header(
        alias="webhook-signature",
        description="For each key that signs now: `v1,` and HMAC-SHA256, or `v1a,` and Ed25519, in base64.",
    ),
]

Told = Callable[..., None]


def _sent(kind: str, summary: str) -> Callable[[Told], Told]:
    operation = kind.replace(".", "_")
    return router.post(kind, summary=summary, status_code=204, operation_id=operation, responses=NOT_TAKEN)


@_sent("story.alerted", "A topic matched a story")
def story_alerted(body: StoryAlerted, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent once for every topic and story that it matched, signed as Standard Webhooks 1.0 says. Any answer
    from 200 to 299 is a yes; everything else is tried again, by a schedule that ends after three days.
    """


@_sent("story.grew", "A story has grown")
def story_grew(body: StoryGrew, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to subscribers that ask for it when a story that they were told of has come to so many voices, sources or
    languages; once for each number."""


@_sent("story.revised", "An article says something else")
def story_revised(body: StoryRevised, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Corrections follow the alert to everyone who got it, unless they ask not to be told: a material revision of the
    article that raised it, or a number or a "not" that another article of its story takes back."""


@_sent("article.retracted", "An article was taken back")
def article_retracted(body: ArticleRetracted, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to everyone who got the alert, unless they ask not to be told, when the article that raised it is gone or
    says that it was wrong; or when another article of its story says so."""


@_sent("story.merged", "Two stories turned out to be one")
def story_merged(body: StoryMerged, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to subscribers that ask for it when two stories that they were told of became one; it names the one that
    goes on."""


@_sent("digest", "What was held back")
def digest(body: Digest, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent for a subscription that asks to be told at certain times, or not in certain hours: its alerts and what
    followed them, as one notice."""


@_sent("topic.silent", "A topic is unusually still")
def topic_silent(body: TopicSilent, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when a topic was told of nothing for so long that it is no accident, by what
    the same hours of the week brought in the weeks before."""


@_sent("topic.burst", "A topic is unusually loud")
def topic_burst(body: TopicBurst, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when a topic was told of far more stories in an hour than that hour of the
    week usually brings."""


@_sent("source.silent", "A source is unusually still")
def source_silent(body: SourceSilent, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when a source published nothing for so long that it is no accident, by what
    the same hours of the week brought in the weeks before, while other sources did."""


@_sent("feed.failing", "A feed cannot be polled")
def feed_failing(body: FeedFailing, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when polls of a feed have failed for so long that it is no accident."""


@_sent("feed.recovered", "A feed can be polled again")
def feed_recovered(body: FeedRecovered, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when a feed that was failing has brought a document."""


@_sent("feed.gap", "A feed lost entries between two polls")
def feed_gap(body: FeedGap, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when a feed's document has no entry in common with the last one and is
    newer throughout: some came and went in between. They are looked for in the publisher's sitemap or archive.
    """


@_sent("feed.silent", "A feed brings nothing new any more")
def feed_silent(body: FeedSilent, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when a feed has brought nothing new for much longer than its rhythm
    explains, although it can be polled.
    """


@_sent("source.extraction_failing", "The pages of a source are read badly")
def source_extraction_failing(body: ExtractionFailing, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when the pages of a source no longer give the texts that they gave, as
    after a new layout.
    """


@_sent("endpoint.test", "A test")
def endpoint_test(body: EndpointTest, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to one endpoint when somebody asks for it, signed and recorded as everything else."""


@_sent("endpoint.failing", "An endpoint only fails")
def endpoint_failing(body: EndpointFailing, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when another has only failed for half, and for nine tenths, of the time after
    which it is switched off.
    """


@_sent("endpoint.disabled", "An endpoint was switched off")
def endpoint_disabled(body: EndpointDisabled, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints that ask for it when another was switched off: after five days of nothing but failures, or
    because it asked for it.
    """


@_sent("topic.quarantined", "A topic is left alone")
def topic_quarantined(body: TopicQuarantined, id: Id, timestamp: Timestamp, signature: Signature) -> None:
    """Sent to endpoints of the topic's account that ask for it when its query has failed, or taken more than 50 ms for
    one article, three times: it is not looked at again until its query is changed. Other topics are not affected.
    """
