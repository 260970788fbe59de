"""The webhook channel: a delivery goes in, a signed request goes out, and what came of it comes back.

The body is written once, as `{"type", "timestamp", "data"}`; the bytes signed are the bytes sent. The headers
are those of Standard Webhooks: `webhook-id` stays the same over all attempts, `webhook-timestamp` is the
attempt's.
"""

from datetime import datetime

import msgspec

from consumers.deliver.retry import Outcome, Unreachable, judge
from service.egress import Egress, Reply
from service.errors import Invalid
from service.model import Due
from service.settings import DeliverSettings
from service.signing import ID, SIGNATURE, TIMESTAMP, sign


class Webhook:
    """Posts to the endpoint's URL. Redirects are not followed, whatever they say."""

    def __init__(self, egress: Egress, settings: DeliverSettings) -> None:
        self._egress, self._settings = egress, settings

    async def deliver(self, due: Due, at: datetime) -> Outcome:
        """One attempt, at `at`, within the time that the settings give it."""
        body = written(due)
        try:
            headers = signed(due, body, at)
        except Invalid as error:
            return Unreachable("secret", str(error))
        reply = await self._egress.post(due.endpoint.url, body, headers, self._settings.total_seconds)
        if isinstance(reply, Reply):
            return judge(reply.status, reply.headers, reply.body, at)
        return Unreachable(reply.kind, reply.why)


def written(due: Due) -> bytes:
    return msgspec.json.encode({"type": due.type, "timestamp": due.timestamp, "data": due.data})


def signed(due: Due, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of an attempt at `at`. Raises `Invalid` if the endpoint's secret cannot be used."""
    return {
        "content-type": "application/json",
        ID: due.delivery.id,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: sign(due.endpoint.secret, due.delivery.id, at, body),
    }
