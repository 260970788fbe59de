"""What of a poll is kept as it was fetched: evidence of what articles were made of, and matter to read again.

In: a visit, what it fetched and what came of it; out: a `Payload`, or None.
"""

import hashlib

from consumers.poll.articles import Visit
from consumers.poll.fetch import Failed, Fetched, NotModified
from consumers.poll.result import Result
from service.model import Payload

MOST_HEADER = 200


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def is_worth_keeping(result: Result) -> bool:
    """Did it bring articles, or would it have if we could read it?"""
    return bool(result.articles or result.faults) or result.outcome == "unreadable"


def payload_of(visit: Visit, found: Fetched | NotModified | Failed) -> Payload | None:
    """The document, if there is one."""
    if not isinstance(found, Fetched):
        return None
    content_type = found.content_type.replace("\0", "")[:MOST_HEADER]
    return Payload(hash_of(found.body), found.body, content_type, found.url, visit.feed.id, visit.at)
