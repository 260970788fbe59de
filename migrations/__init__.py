"""The schema's history: in goes a database's address, out comes a database as this release needs it.

There is no way down: a release that must be taken back reads what the newer one wrote, for columns are only
ever added; what a column held is dropped one release after nobody reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from service.errors import Misconfigured, Outage
from service.store import Store

LOCK = 7_236_171_046
"""Names our advisory lock on PostgreSQL among those of other programs: any number that stays."""


def upgrade(url: str, to: str = "head") -> None:
    """Brings the schema to `head()`, or to the revision given, all or nothing; two that try at once take turns.

    Raises `Outage` if the database does not answer, `Misconfigured` if a newer release was there before.
    """
    with _transaction(url) as connection:
        config = _config()
        config.attributes["connection"] = connection  # env.py takes it from there
        try:
            command.upgrade(config, to)
        except CommandError as error:
            raise Misconfigured(f"the database is not of this release: {error}") from error


def current(url: str) -> str:
    """The revision the database is at; "" for one that was never migrated. Raises `Outage`."""
    with _transaction(url) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def head() -> str:
    """The revision this release needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


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
