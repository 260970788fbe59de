"""Which request or poll something goes back to, as W3C Trace Context says it: a `traceparent` in, one out.

It is accepted from whoever calls, or made; travels inside the message from stage to stage, whatever the broker; stays
with the notice; and goes out with the webhook, the same trace under a parent of its own for each attempt.
"""

import re
import secrets
from contextvars import ContextVar
from hashlib import blake2b

TRACEPARENT = "traceparent"
MADE = "00-{trace}-{parent}-01"
_GIVEN = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
TRACE: ContextVar[str] = ContextVar("trace", default="")
"""Of the request that this task answers."""


def accepted(given: str) -> str:
    """What a caller sent, as far as this version of the standard goes; a new one if it is none."""
    return _known(given) or MADE.format(trace=secrets.token_hex(16), parent=secrets.token_hex(8))


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
