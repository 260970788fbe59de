"""The ways to deliver. A new one is a file beside this, its import, and its line in `CHANNELS`.

A channel has the scheme of its addresses for a name; which addresses it can have is said in `service.channels`, so
that the API can refuse the others.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from consumers.deliver.chat import Chat
from consumers.deliver.file import File
from consumers.deliver.kafka import Kafka
from consumers.deliver.mail import Mail
from consumers.deliver.retry import Outcome
from consumers.deliver.webhook import Webhook
from service.channels import WEBHOOK
from service.egress import Egress
from service.egress.chats import SERVICES
from service.model import Due
from service.settings import DeliverSettings


class Channel(Protocol):
    """Makes one attempt at a delivery. What goes wrong is an outcome, not an error."""

    async def deliver(self, due: Due, at: datetime) -> Outcome: ...


CHANNELS: Mapping[str, Callable[[Egress, DeliverSettings], Channel]] = {
    WEBHOOK: Webhook,
    "mailto": Mail,
    "file": File,
    "kafka": Kafka,
    **dict.fromkeys(SERVICES, Chat),
}
