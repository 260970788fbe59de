"""Runs a program of ours within limits, as a process of its own: it may be slow, swell or crash, and is killed.

In: the program's path, and frames as `consumers.poll.apart` has them; out: a frame for each. It imports nothing
of Courant, so that it starts quickly and knows nothing worth stealing; what the program imports is its own matter.

A program is a Python file with:

* `answer(frame: bytes) -> bytes`   what it is for; an error that it lets through ends the process
* `CPU_SECONDS: int`                processor time for one answer
* `warm_up()`                       called once, before limits on files, so that everything is loaded that is
                                    loaded late
* `READS_FILES: bool`               whether it may open files and connections after that
"""

import runpy
import sys
import time
from contextlib import suppress
from typing import BinaryIO

MEMORY_BYTES = 512 * 2**20


def main(path: str) -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nobody but us writes into the frames
    program = runpy.run_path(path)
    limit("AS", MEMORY_BYTES)
    program["warm_up"]()
    if not program["READS_FILES"]:
        forbid_files()
    write_frame(sink, b"")
    while (frame := read_frame(source)) is not None:
        limit_cpu(program["CPU_SECONDS"])
        write_frame(sink, program["answer"](frame))


def limit(name: str, value: int) -> None:
    """Sets a soft limit, where the system has it."""
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        kind = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def limit_cpu(seconds: int) -> None:
    """So much processor time from now on; then the system ends the process."""
    limit("CPU", seconds + int(time.process_time()) + 1)


def forbid_files() -> None:
    """No file and no connection from now on: whatever a document refers to stays where it is."""
    limit("NOFILE", 3)


def write_frame(sink: BinaryIO, octets: bytes) -> None:
    sink.write(len(octets).to_bytes(4, "big") + octets)
    sink.flush()


def read_frame(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else None


if __name__ == "__main__":
    main(sys.argv[1])
