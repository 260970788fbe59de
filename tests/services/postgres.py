"""A real PostgreSQL server: in goes nothing, out come URLs of fresh, empty databases."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.services import eventually, free_port

CONFIG = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{directory}'
fsync = off
full_page_writes = off
max_connections = 200
"""

EMPTY = """
do $$
declare
  named record;
begin
  set local session_replication_role = replica;  -- no order among the tables
  set local lock_timeout = '5s';
  for named in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
    if pg_relation_size(named.tablename::regclass) > 2 ^ 20 then
      execute format('truncate %I cascade', named.tablename);
    else
      execute format('delete from %I', named.tablename);
    end if;
  end loop;
  for named in select sequencename from pg_sequences where schemaname = 'public' loop
    execute format('alter sequence %I restart', named.sequencename);
  end loop;
end
$$
"""


class PostgresServer:
    """One server. What is committed outlives a killed process, but not a power cut: `fsync` is off."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port()
        self._user = _user()
        self.version = self._run("postgres", "--version").split()[2]

    @staticmethod
    def why_not() -> str:
        """Why PostgreSQL cannot run here; "" if it can."""
        if not _binaries():
            return "no PostgreSQL: initdb is neither in PATH nor in /usr/lib/postgresql/*/bin"
        if os.geteuid() == 0 and not _user():
            return "no PostgreSQL: it refuses to run as root, and there is no user postgres"
        return ""

    @classmethod
    def start(cls) -> "PostgresServer":
        """A new server; returns once it serves."""
        directory = Path(tempfile.mkdtemp(prefix="courant-postgres-"))
        if user := _user():
            shutil.chown(directory, user, user)
        server = cls(directory)
        try:
            server._init()
            server.restart()
        except BaseException:
            server.stop()
            raise
        return server

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    def database(self, template: str = "template1") -> str:
        """The URL of a new database: empty, or a copy of the database named `template`."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        self._execute("create database {} template {}", name, template)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes a database that `database` made, whoever is still connected to it."""
        self._execute("drop database if exists {} with (force)", url.rpartition("/")[2])

    def restart(self) -> None:
        """Starts the server again after `kill9`. Children of the killed one may hold on for seconds."""
        eventually(self._starts, 60, f"PostgreSQL's start in {self._directory}")

    def pid(self) -> int:
        """Of the server's first process, parent of all others."""
        return int((self._directory / "data" / "postmaster.pid").read_text().split()[0])

    def kill9(self) -> None:
        """As a crash would."""
        os.kill(self.pid(), signal.SIGKILL)

    def stop(self) -> None:
        """Ends the server and removes what it held."""
        with suppress(RuntimeError):
            self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._directory, ignore_errors=True)

    def _init(self) -> None:
        self._run(
            "initdb",
            "-D",
            "data",
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        with (self._directory / "data" / "postgresql.conf").open("a") as config:
            config.write(CONFIG.format(port=self._port, directory=self._directory))

    def _starts(self) -> bool:
        try:
            self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", "20", "start")
        except RuntimeError:
            return False
        return True

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _run(self, program: str, *arguments: str) -> str:
        """What the program says: through a file, for a server would hold a pipe open while it lives."""
        command = [str(Path(_binaries()) / program), *arguments]
        who: dict[str, Any] = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **who,
            )
            output.seek(0)
            said = output.read()
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said}")
        return said


class Pool:
    """Databases that are emptied after use and used again, for a new one costs twenty times as much."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        self._idle = list[str]()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database like the template, without rows; nobody else's meanwhile."""
        url = self._idle.pop() if self._idle else self._server.database(self._template)
        try:
            yield url
        finally:
            self._give_back(url)

    def _give_back(self, url: str) -> None:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
                connection.execute(EMPTY)
            self._idle.append(url)
        except psycopg.Error:  # somebody is in it still, or it is not what it was
            self._server.drop(url)


def _binaries() -> str:
    """The folder of PostgreSQL's programs, the newest if there are several; "" if there is none."""
    if found := shutil.which("initdb"):
        return str(Path(found).resolve().parent)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return str(installed[-1].parent) if installed else ""


def _user() -> str | None:
    """Whom to run as: nobody else, unless we are root."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return None
