"""Told: of every alert, which endpoints heard of it, and what has followed to each of them.

In go what is to be told; out comes what was not told yet, each thing once, whoever asks and however often.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, select

from service.store.table import Time, insert, metadata, parts
from service.store.topic_tables import endpoints

ITSELF = ""
"""The alert itself."""

told = Table(
    "told",
    metadata,
    Column("alert_id", String, primary_key=True),
    Column("endpoint_id", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("at", Time, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Telling:
    """An endpoint hears of something that belongs to an alert."""

    alert_id: str
    endpoint_id: str
    what: str = ITSELF
    """Says the same of the same thing for ever, such as `independent>=3`."""


class ToldOf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, tellings: Sequence[Telling], at: datetime) -> set[Telling]:
        """Those that are new. Who notes the same at the same time waits until we are done, and is told it is not."""
        if not tellings:
            return set()
        ordered = sorted(set(tellings), key=lambda each: (each.alert_id, each.endpoint_id, each.what))
        rows = [
            {"alert_id": each.alert_id, "endpoint_id": each.endpoint_id, "what": each.what, "at": at}
            for each in ordered
        ]
        unless_there = insert(self._connection, told).on_conflict_do_nothing()
        columns = (told.c.alert_id, told.c.endpoint_id, told.c.what)
        return {Telling(*row) for row in self._connection.execute(unless_there.returning(*columns), rows)}

    def known(self, tellings: Sequence[Telling]) -> set[Telling]:
        """Those that were noted."""
        wanted = set(tellings)
        query = select(told.c.alert_id, told.c.endpoint_id, told.c.what)
        return {
            telling
            for some in parts(each.alert_id for each in tellings)
            for row in self._connection.execute(query.where(told.c.alert_id.in_(some)))
            if (telling := Telling(*row)) in wanted
        }

    def heard(self, alert_ids: Iterable[str]) -> dict[str, list[str]]:
        """The endpoints that were told of each alert, and are still there."""
        here = told.join(endpoints, endpoints.c.id == told.c.endpoint_id)
        query = select(told.c.alert_id, told.c.endpoint_id).select_from(here).where(told.c.what == ITSELF)
        found: dict[str, list[str]] = {}
        for some in parts(alert_ids):
            rows = self._connection.execute(query.where(told.c.alert_id.in_(some)).order_by(told.c.endpoint_id))
            for alert_id, endpoint_id in rows:
                found.setdefault(alert_id, []).append(endpoint_id)
        return found
