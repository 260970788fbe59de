"""The schema's history: in goes a database's address, out comes a database as this release needs it.

There is no way down, and a release waits where a newer one was: put the backup back. Columns are only
ever added; what a column held is dropped one release after nobody reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from service.errors import Outage
from service.store import Store

LOCK = 7_236_171_046
"""Names our advisory lock on PostgreSQL among those of other programs: any number that stays."""


def upgrade(url: str, to: str = "head") -> None:
    """Brings the schema to `head()`, or to the revision given, all or nothing; two that try at once take turns.

    Raises `Outage` if the database does not answer, `Misconfigured` if a newer release was there before.
    """
    with _transaction(url) as connection:
        if to == "head" and _found(connection) == head():
            return
        from migrations.climbing import climb  # Alembic costs as much as the rest of a command; it is seldom needed

        climb(connection, to)


def current(url: str) -> str:
    """The revision the database is at; "" for one that was never migrated. Raises `Outage`."""
    with _transaction(url) as connection:
        return _found(connection)


def _found(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("select version_num from alembic_version")) or "")


def head() -> str:
    """The revision this release needs: the last file's number."""
    return max(file.name.split("_")[0] for file in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    store = Store(url, threads=1)
    try:
        with store.engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":  # on SQLite, a writer is alone anyway
                connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection
    except OperationalError as error:
        raise Outage(f"the database does not answer: {error.orig}") from error
    finally:
        store.close()
