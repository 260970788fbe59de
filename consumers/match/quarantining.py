"""Telling of topics that are left alone because their queries misbehave: notices to those who ask. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.model import Notice, Topic, notice_id

QUARANTINED = "topic.quarantined"
MOST_TEXT = 300


def quarantined(topics: Mapping[str, Topic], why: Mapping[str, str], now: datetime) -> list[Notice]:
    """One for each version of a topic: other workers that come to the same tell nothing new."""
    return [
        Notice(
            id=notice_id(QUARANTINED, topic_id, str(topics[topic_id].version)),
            kind=QUARANTINED,
            subject=topic_id,
            at=now,
            payload=_payload(topics[topic_id], reason),
            account_id=topics[topic_id].account_id,
        )
        for topic_id, reason in why.items()
        if topic_id in topics
    ]


def _payload(topic: Topic, why: str) -> dict[str, Any]:
    name, query = topic.name[:MOST_TEXT], topic.query[:MOST_TEXT]
    told = {"id": topic.id, "name": name, "query": query, "version": topic.version}
    return {"topic": told, "why": why, "truncated": (name, query) != (topic.name, topic.query)}
