"""The fast parser as a program for `confined_process.py`, for documents so large that they would hold up everybody
else.

In: a `Question` in MessagePack; out: an `Answer`. Whatever takes too much memory or time ends the process, and the
one that asked goes on.
"""

import msgspec

from consumers.poll.document import Document
from consumers.poll.parse import parse
from consumers.poll.survey import Unreadable

CPU_SECONDS = 10
READS_FILES = False


class Question(msgspec.Struct, array_like=True):
    """A document to be read."""

    body: bytes
    content_type: str
    url: str


class Answer(msgspec.Struct, array_like=True):
    """What is in it, or why it cannot be read."""

    document: Document | None = None
    unreadable: str = ""


def warm_up() -> None:
    _answer(Question(b"<rss><channel><title>&#233;</title></channel></rss>", "", ""))


def answer(frame: bytes) -> bytes:
    return msgspec.msgpack.encode(_answer(msgspec.msgpack.decode(frame, type=Question)))


def _answer(asked: Question) -> Answer:
    try:
        return Answer(parse(asked.body, asked.content_type, asked.url))
    except Unreadable as error:
        return Answer(unreadable=str(error))
