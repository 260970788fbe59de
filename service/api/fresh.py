"""What bulletins say, read anew when it is too old: in goes a bulletin, out come its entries.

Feed readers ask often, and many of them ask for the same.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.api.context import Context
from service.bulletins import Entry
from service.model import Bulletin

MOST = 500
"""Bulletins that are remembered."""


class Fresh:
    """For one app."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read = OrderedDict[str, tuple[datetime, Sequence[Entry]]]()

    async def entries(self, bulletin: Bulletin) -> Sequence[Entry]:
        """Not older than the settings allow. Raises `Outage`."""
        now, age = self._context.clock(), timedelta(seconds=self._context.settings.bulletins.fresh_seconds)
        at, entries = self._read.get(bulletin.id, (None, ()))
        if at is None or now - at >= age:
            entries = await self._context.bulletins.entries(bulletin)
            self._read[bulletin.id] = (now, entries)
        self._read.move_to_end(bulletin.id)
        if len(self._read) > MOST:
            self._read.popitem(last=False)
        return entries
