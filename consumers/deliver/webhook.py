"""The webhook channel: a delivery goes in, a signed request goes out, and what came of it comes back.

The body is written once; the bytes signed are the bytes sent. It is what `written` says, or for a batch what
`written_together` says. The headers are those of Standard Webhooks: `webhook-id` stays the same over all attempts,
`webhook-timestamp` is the attempt's, and `webhook-signature` has one signature for each key that signs now.
"""

from datetime import datetime
from typing import Any

import msgspec

from consumers.deliver.retry import Outcome, Unreachable, judge
from service.egress import Egress, Reply
from service.errors import Invalid
from service.model import Due, Notice, body
from service.settings import DeliverSettings
from service.signing import ID, SIGNATURE, TIMESTAMP, sign
from service.tracing import TRACEPARENT, child, made_of

BATCH = "batch"


class Webhook:
    """Posts to the endpoint's URL. Redirects are not followed, whatever they say."""

    def __init__(self, egress: Egress, settings: DeliverSettings) -> None:
        self._egress, self._settings = egress, settings

    async def deliver(self, due: Due, at: datetime) -> Outcome:
        """One attempt, at `at`, within the time that the settings give it."""
        said = written_together(due) if due.endpoint.batch_size > 1 else written(due)
        try:
            headers = signed(due, said, at)
        except Invalid as error:
            return Unreachable("secret", str(error))
        reply = await self._egress.post(due.endpoint.url, said, headers, self._settings.total_seconds)
        if isinstance(reply, Reply):
            return judge(reply.status, reply.headers, reply.body, at)
        return Unreachable(reply.kind, reply.why)


def written(due: Due) -> bytes:
    return msgspec.json.encode(told(due))


def written_together(due: Due) -> bytes:
    """Several in the order in which they were told; each is what it would be alone."""
    return msgspec.json.encode({"type": BATCH, "timestamp": due.timestamp, "data": [told(each) for each in due.all]})


def told(due: Due) -> dict[str, Any]:
    """The notice, with its id and cursor, which are the same wherever it can be had; and its place among all that
    came by the same subscription."""
    delivery, data = due.delivery, due.data
    if delivery.sequence is not None:
        data = data | {"subscription_id": delivery.subscription_id, "sequence": delivery.sequence}
    return body(Notice(delivery.notice_id, due.type, "", due.timestamp, data, delivery.seq))


def signed(due: Due, said: bytes, at: datetime) -> dict[str, str]:
    """The headers of an attempt at `at`. Raises `Invalid` if one of the keys cannot be used."""
    return {
        "content-type": "application/json",
        TRACEPARENT: child(due.trace or made_of(due.id), f"{due.id} {due.delivery.attempts}"),
        ID: due.id,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: " ".join(sign(key, due.id, at, said) for key in due.keys),
    }
