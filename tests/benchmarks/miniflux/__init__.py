"""Miniflux with a PostgreSQL of its own: feed addresses in; what one refresh of all of them cost out.

It is built from its published source by `build.sh`, and asked by its own command line (`-refresh-feeds`), which
refreshes every feed that is due with a pool of workers and ends. It may use both cores, as it is made to.
"""

import os
import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.services.postgres import PostgresServer

BUILD = Path(__file__).with_name("build.sh")
WORKERS = 16
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """What a refresh cost. Seconds; CPU of the program and of its PostgreSQL apart."""

    seconds: float
    cpu: float
    postgres_cpu: float


@dataclass(frozen=True)
class Miniflux:
    """An installation of one user, whose feeds are all due."""

    program: str
    server: PostgresServer
    url: str

    def refresh(self) -> Spent:
        """All feeds, whether they were refreshed just now or not. Raises if one of them fails."""
        self._execute("update feeds set next_check_at = now() - interval '1 hour'")
        began, cpu, postgres = time.perf_counter(), _children_cpu(), self._postgres_cpu()
        subprocess.run([self.program, "-refresh-feeds"], env=self._environment(), check=True, capture_output=True)
        spent = Spent(time.perf_counter() - began, _children_cpu() - cpu, self._postgres_cpu() - postgres)
        if failed := self._number("select count(*) from feeds where parsing_error_count > 0"):
            raise RuntimeError(f"Miniflux could not read {failed} feeds")
        return spent

    def entries(self) -> int:
        return self._number("select count(*) from entries")

    def add(self, urls: Sequence[str]) -> None:
        """Each with an icon already, so that no time goes into looking for one."""
        with psycopg.connect(self.url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute("insert into users (username, password, is_admin) values ('bench', 'x', true)")
            cursor.execute("insert into categories (user_id, title) values (1, 'All')")
            cursor.execute("insert into integrations (user_id) values (1)")
            cursor.executemany(
                "insert into feeds (user_id, category_id, title, feed_url, site_url) values (1, 1, %s, %s, %s)",
                [(url, url, url) for url in urls],
            )
            cursor.execute("insert into icons (hash, mime_type, content) values ('bench', 'image/png', '')")
            cursor.execute("insert into feed_icons select feeds.id, icons.id from feeds, icons")

    def migrate(self) -> None:
        subprocess.run([self.program, "-migrate"], env=self._environment(), check=True, capture_output=True)

    def _environment(self) -> Mapping[str, str]:
        to = make_url(self.url)
        return os.environ | {
            "DATABASE_URL": f"host={to.host} port={to.port} user={to.username} dbname={to.database} sslmode=disable",
            "FETCHER_ALLOW_PRIVATE_NETWORKS": "1",
            "BATCH_SIZE": "1000000",
            "POLLING_LIMIT_PER_HOST": "0",
            "WORKER_POOL_SIZE": str(WORKERS),
            "LOG_LEVEL": "error",
        }

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # a constant of this file

    def _number(self, query: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[call-overload]  # a constant of this file
            return int(row[0])

    def _postgres_cpu(self) -> float:
        """Of the server and all it started, those that have ended among them."""
        return family_cpu(self.server.pid())


@contextmanager
def installed(urls: Sequence[str]) -> Iterator[Miniflux]:
    """Raises `CalledProcessError` where it cannot be built."""
    built = subprocess.run([BUILD], check=True, stdout=subprocess.PIPE, text=True)
    server = PostgresServer.start()
    try:
        miniflux = Miniflux(built.stdout.strip(), server, server.database())
        miniflux.migrate()
        miniflux.add(urls)
        yield miniflux
    finally:
        server.stop()


def family_cpu(pid: int) -> float:
    """Seconds of CPU used by a process, its living children, and those that it has seen end."""
    own = _stat(pid)
    living = [fields for each in _pids() if (fields := _stat(each)) and fields[1] == str(pid)]
    return (sum(map(int, own[11:15])) + sum(int(one) for fields in living for one in fields[11:13])) / TICKS


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _stat(pid: int) -> list[str]:
    """Fields of proc(5)'s stat from the third on; none if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
