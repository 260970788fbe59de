"""Alembic at work: a connection in a transaction and a revision go in, the schema of that revision comes out."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from service.errors import Misconfigured


def climb(connection: Connection, to: str) -> None:
    """Raises `Misconfigured` if a newer release was there before."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection  # env.py takes it from there
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise Misconfigured(f"the database is not of this release: {error}") from error
