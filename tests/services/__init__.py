"""Real servers for tests, each in a folder of its own on a free port of loopback.

A server that this machine cannot run skips the test at home and fails it in CI (`CI` set): there, a green run
must mean that the promises were kept on the real thing.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import pytest


def need(reason: str) -> NoReturn:
    """Ends the test because of `reason`: skipped at home, failed in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set, so nothing may be skipped for this)", pytrace=False)
    pytest.skip(reason)


def free_port(span: int = 1) -> int:
    """The first of `span` neighbouring ports of loopback on which nobody listens."""
    while True:
        with _bound(0) as port, suppress(OSError):
            for further in range(port + 1, port + span):
                with _bound(further):
                    pass
            return port


@contextmanager
def _bound(port: int) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        yield listener.getsockname()[1]


def eventually(happened: Callable[[], bool], within: float, what: str) -> None:
    """Waits until `happened()`; raises `TimeoutError` naming `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {within:.0f} s")
        time.sleep(0.05)
