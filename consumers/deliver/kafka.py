"""The channel `kafka`: a delivery goes in, a record on somebody else's stream goes out.

Its value is the webhook's body, its key the notice's id; headers say the delivery's id and the kind.
"""

import asyncio
from datetime import datetime

from consumers.deliver.retry import Outcome, Sent, Unreachable
from consumers.deliver.webhook import written
from service.broker.outbound import Outbound
from service.channels import kafka_address
from service.egress import Egress
from service.errors import Invalid, Outage
from service.model import Due
from service.settings import DeliverSettings

TAKEN = 200
"""As HTTP says it."""


class Kafka:
    """Only to servers that the operator has named."""

    def __init__(self, egress: Egress, settings: DeliverSettings) -> None:
        self._settings = settings
        self._outbound: Outbound | None = None

    async def deliver(self, due: Due, at: datetime) -> Outcome:
        """One attempt, within the time that the settings give it."""
        seconds = self._settings.total_seconds
        self._outbound = self._outbound or Outbound()
        try:
            server, topic = kafka_address(due.endpoint.url, self._settings)
            async with asyncio.timeout(seconds):
                for each in due.all:
                    headers = {"webhook-id": each.delivery.id, "type": each.type}
                    key = each.delivery.notice_id.encode()
                    await self._outbound.send(server, topic, key, written(each), headers)
        except Invalid as error:
            return Unreachable("channel", str(error))
        except Outage as outage:
            return Unreachable("connect", str(outage))
        except TimeoutError:
            return Unreachable("timeout", f"the record was not taken within {seconds:g} seconds")
        return Sent(TAKEN)

    async def close(self) -> None:
        """Let go of connections that may be needed no more."""
        if self._outbound is not None:
            await self._outbound.close()
