"""The things Courant keeps, as values. The store takes and gives these; rows never leave it.

Times are aware UTC. Ids are text; those of articles, strands, stories, alerts and deliveries are made from
content, so that the same records always give the same ids.
"""

from service.model.news import (
    EPOCH,
    ArticleSummary,
    ArticleView,
    Feed,
    FeedStatus,
    Poll,
    RevisionView,
    Sighting,
    Span,
    StoredArticle,
    Story,
    StoryView,
    Strand,
)
from service.model.telling import (
    BASE62,
    Alert,
    ApiKey,
    Attempt,
    DeadLetter,
    Delivery,
    DeliveryState,
    Due,
    Endpoint,
    Subscription,
    Topic,
    Tried,
    alert_id,
    delivery_id,
    fresh_id,
)

__all__ = [
    "BASE62",
    "EPOCH",
    "Alert",
    "ApiKey",
    "ArticleSummary",
    "ArticleView",
    "Attempt",
    "DeadLetter",
    "Delivery",
    "DeliveryState",
    "Due",
    "Endpoint",
    "Feed",
    "FeedStatus",
    "Poll",
    "RevisionView",
    "Sighting",
    "Span",
    "StoredArticle",
    "Story",
    "StoryView",
    "Strand",
    "Subscription",
    "Topic",
    "Tried",
    "alert_id",
    "delivery_id",
    "fresh_id",
]
