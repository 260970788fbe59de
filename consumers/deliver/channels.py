"""The ways to deliver. A new one is a file beside this, its import, and its line in `CHANNELS`.

In goes an endpoint; out comes the name of its channel, which its URL's scheme says.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from consumers.deliver.retry import Outcome
from consumers.deliver.webhook import Webhook
from service.egress import Egress
from service.model import Due, Endpoint
from service.settings import DeliverSettings


class Channel(Protocol):
    """Makes one attempt at a delivery. What goes wrong is an outcome, not an error."""

    async def deliver(self, due: Due, at: datetime) -> Outcome: ...


CHANNELS: Mapping[str, Callable[[Egress, DeliverSettings], Channel]] = {
    "webhook": Webhook,
}


def channel_of(endpoint: Endpoint) -> str:
    """`webhook` for http and https; any other channel is named by the scheme of its URLs."""
    scheme = endpoint.url.partition(":")[0].lower()
    return "webhook" if scheme in ("http", "https") else scheme
