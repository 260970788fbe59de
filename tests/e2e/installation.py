"""A whole installation as a user runs it: `courant` as processes, on the embedded default or on Kafka and
PostgreSQL; started, killed with -9, started again, watched from outside."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consumers.resources import open_broker, store_url
from service.errors import Outage
from service.settings import Settings, load
from service.store import Store
from service.streams import READS
from tests.e2e.nursery import nursery
from tests.services import free_port

COURANT = (sys.executable, "-m", "consumers.cli")


@dataclass
class Installation:
    """`environment` holds COURANT_... settings; everything else lives below `folder`."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.environment = {
            "COURANT_DATA": str(self.folder / "data"),
            "COURANT_EGRESS__ALLOW_LOOPBACK": "true",
            "COURANT_POLL__HOST_GAP_SECONDS": "0",
            "COURANT_POLL__PER_HOST": "8",
            "COURANT_POLL__IDLE_SECONDS": "0.1",
            "COURANT_WORK__IDLE_SECONDS": "0.1",
            "COURANT_WORK__OUTAGE_SECONDS": "0.5",
            "COURANT_DELIVER__IDLE_SECONDS": "0.1",
            "COURANT_DELIVER__TOTAL_SECONDS": "2",
            "COURANT_DELIVER__LEASE_SECONDS": "3",
            "COURANT_POLL__LEASE_SECONDS": "3",
            "COURANT_ENRICH__FETCH_PAGES": "false",
            "COURANT_ENRICH__EMBEDDINGS": "false",
            "COURANT_LOG__LEVEL": "warning",
            "COURANT_QUOTAS__REQUESTS": "1000000",
            "COURANT_QUOTAS__ACCOUNT_REQUESTS": "1000000",
            **self.environment,
        }

    def start(self, name: str, *command: str, **more: str) -> None:
        """Start `courant COMMAND` under a name; its output goes to a file of that name."""
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [*COURANT, *command], env=self._environment() | more, stdout=log, stderr=log, cwd=self.folder
        )

    def start_ready(self, name: str, *command: str) -> None:
        """The same for a command that has no API, and wait until it is at work."""
        port = free_port()
        self.start(name, *command, COURANT_METRICS_PORT=str(port))
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/livez"), 120, lambda: self.log(name)[-3000:])

    def run(self, *command: str) -> Any:
        """Run `courant COMMAND --json` to its end; gives the JSON lines it printed."""
        return [json.loads(line) for line in self.run_plainly(*command, "--json").splitlines()]

    def run_plainly(self, *command: str) -> str:
        """Run `courant COMMAND` to its end; gives what it printed."""
        done = self.attempt(*command)
        assert done.returncode == 0, f"courant {' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def attempt(self, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run `courant COMMAND` to its end, whichever."""
        return nursery().run(command, self._environment() | more, self.folder)

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(timeout=90)

    def terminate(self, name: str, within: float = 90) -> int:
        """SIGTERM; gives the exit code."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=within)

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        self.store.close()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COURANT_")}
        return inherited | self.environment

    @cached_property
    def settings(self) -> Settings:
        """As the processes read them."""
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            return load()
        finally:
            os.environ.clear()
            os.environ.update(before)

    @cached_property
    def store(self) -> Store:
        """The installation's database, to look into from outside."""
        return Store(store_url(self.settings), threads=1)

    def lag(self) -> int:
        """Records that some stage has not committed; 1 while the broker cannot say."""
        return asyncio.run(self._lag())

    async def _lag(self) -> int:
        try:
            async with open_broker(self.settings) as broker:
                lags = await asyncio.gather(*(broker.lag(stream.name, name) for name, stream in READS.items()))
                return sum(lag.records for lag in lags)
        except Outage:
            return 1

    def count(self, query: str) -> int:
        """The single number that a query gives; 0 while the database cannot answer."""
        self.alive()
        try:
            return int(self.rows(query)[0][0] or 0)
        except DBAPIError:
            return 0

    def alive(self) -> None:
        """Fails, with its log, if a process has ended by itself."""
        for name, process in self.processes.items():
            assert process.poll() is None, f"{name} ended with {process.returncode}:\n{self.log(name)[-3000:]}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.store.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until(happened: Callable[[], bool], within: float, what: Callable[[], str] | str) -> None:
    """Fails with `what` if it has not happened within so many seconds, at least three minutes."""
    within = max(within, 180)
    deadline = time.monotonic() + within
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what if isinstance(what, str) else what()}")
        time.sleep(0.1)
