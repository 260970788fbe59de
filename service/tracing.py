"""Which request or poll something goes back to, as W3C Trace Context says it: a `traceparent` in, one out.

It is accepted from whoever calls, or made; travels as a header of every record from stage to stage, and inside the
article's message, which is kept, for an alert may be raised of it long after; stays with the notice; and goes out with
the webhook, the same trace under a parent of its own for each attempt.
"""

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from hashlib import blake2b

TRACEPARENT, REQUEST_ID = "traceparent", "x-request-id"
MADE = "00-{trace}-{parent}-01"
_GIVEN = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
TRACE: ContextVar[str] = ContextVar("trace", default="")
"""Of the request that this task answers."""
REQUEST: ContextVar[str] = ContextVar("request", default="")
"""Its id."""


def of_request() -> dict[str, str]:
    """Headers of records that the request appends which this task answers; none where it answers none."""
    told = {TRACEPARENT: TRACE.get(), REQUEST_ID: REQUEST.get()}
    return {name: text for name, text in told.items() if text}


def accepted(given: str) -> str:
    """What a caller sent, as far as this version of the standard goes; a new one if it is none."""
    return _known(given) or MADE.format(trace=secrets.token_hex(16), parent=secrets.token_hex(8))


def of_headers(headers: Mapping[str, str]) -> str:
    """The trace of a record; "" if it has none."""
    return _known(headers.get(TRACEPARENT, ""))


def made_of(*parts: str) -> str:
    """The same parts always make the same trace."""
    digest = _digest("\n".join(parts), 24)
    return MADE.format(trace=digest[:32], parent=digest[32:])


def child(trace: str, of: str) -> str:
    """The same trace under the parent that `of` makes; a trace of its own if there is none."""
    known = _known(trace) or made_of(of)
    return f"{known[:36]}{_digest(of, 8)}{known[-3:]}"


def trace_id(trace: str) -> str:
    """32 hexadecimal digits; "" if there is none."""
    return trace[3:35]


def _known(given: str) -> str:
    found = _GIVEN.fullmatch(given.strip()[:256])
    if found is None:
        return ""
    version, trace, parent, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not int(trace, 16) or not int(parent, 16):
        return ""
    return f"00-{trace}-{parent}-{int(flags, 16) & 1:02x}"


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size, person=b"courant-trace").hexdigest()
