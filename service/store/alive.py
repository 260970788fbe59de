"""Connections that rested for a while are asked whether they still live, before they are used again.

One that was used a moment ago is believed to live: under load, a ping before every transaction would cost as much as a
small one. Whoever meets a restart of the database in that moment is told `Outage`, as within a transaction.
"""

from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

RESTED = 1.0
"""Seconds."""


def ask_the_rested(engine: Engine) -> None:
    """Of PostgreSQL's connections only; a dead one is replaced by the pool."""
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", _ask)


def _rests(_connection: Any, record: Any) -> None:
    record.info["rests since"] = monotonic()


def _ask(connection: Any, record: Any, _proxy: Any) -> None:
    if monotonic() - record.info.get("rests since", 0.0) < RESTED:
        return
    try:
        connection.execute("select 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error
