"""Courant's commands without the seconds in which Python imports it: one process that has imported everything forks
for each of them. In go words, variables and a folder; out come the exit code and what was printed.

What serves is started as its users start it (`Installation.start`).
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Nursery:
    """One command at a time. The process ends when this one does."""

    def __init__(self) -> None:
        self._line, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.e2e.nursery", str(there.fileno())]
        with there:
            self._process = subprocess.Popen(command, pass_fds=[there.fileno()], cwd=ROOT)

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> "subprocess.CompletedProcess[str]":
        """`courant WORDS`, to its end."""
        asked = json.dumps([["courant", *words], dict(environment), str(folder)]).encode()
        with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as complained:
            socket.send_fds(self._line, [asked], [told.fileno(), complained.fileno()])
            code = int(self._line.recv(64) or -1)
            told.seek(0)
            complained.seek(0)
            return subprocess.CompletedProcess(words, code, told.read(), complained.read())


@cache
def nursery() -> Nursery:
    return Nursery()


def _raise(line: socket.socket) -> None:
    """Forks until nobody asks any more; in a child, everything is ready for the command when it returns."""
    while True:
        asked, streams, _, _ = socket.recv_fds(line, 2**20, 2)
        if not asked:
            os._exit(0)
        if not (child := os.fork()):
            return _become(asked, streams)
        for stream in streams:
            os.close(stream)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(asked: bytes, streams: Sequence[int]) -> None:
    sys.argv, environment, folder = json.loads(asked)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for stream, place in zip(streams, (1, 2), strict=True):
        os.dup2(stream, place)


if __name__ == "__main__":
    import consumers.app  # noqa: F401  # what commands import when they are called
    from consumers.cli import main
    from consumers.cli.commands import assemble

    assemble()
    _raise(socket.socket(fileno=int(sys.argv[1])))
    main()
