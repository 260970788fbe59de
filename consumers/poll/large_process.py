"""The fast parser as a program of its own, for documents so large that they would hold up everybody else.

In: frames as `consumers.poll.apart` has them, each a `Question` in MessagePack; out: an `Answer`. Memory and
processor time are limited: whatever is too much ends this process, and the one that asked goes on.
"""

import sys

import msgspec

from consumers.poll.document import Document
from consumers.poll.parse import parse
from consumers.poll.patient_process import (
    CPU_SECONDS,
    MEMORY_BYTES,
    forbid_files,
    limit,
    limit_cpu,
    read_frame,
    write_frame,
)
from consumers.poll.survey import Unreadable


class Question(msgspec.Struct, array_like=True):
    """A document to be read."""

    body: bytes
    content_type: str
    url: str


class Answer(msgspec.Struct, array_like=True):
    """What is in it, or why it cannot be read."""

    document: Document | None = None
    unreadable: str = ""


def main() -> None:
    limit("AS", MEMORY_BYTES)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nobody but us writes into the frames
    answer(Question(b"<rss><channel><title>&#233;</title></channel></rss>", "", ""))  # loads what is loaded late
    forbid_files()
    write_frame(sink, b"")
    while (frame := read_frame(source)) is not None:
        limit_cpu(CPU_SECONDS)
        write_frame(sink, msgspec.msgpack.encode(answer(msgspec.msgpack.decode(frame, type=Question))))


def answer(asked: Question) -> Answer:
    try:
        return Answer(parse(asked.body, asked.content_type, asked.url))
    except Unreadable as error:
        return Answer(unreadable=str(error))


if __name__ == "__main__":
    main()
