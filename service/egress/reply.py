"""What comes back through the door: a reply, or why there is none. Values, never exceptions."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

Kind = Literal["address", "dns", "connect", "timeout", "too_large", "protocol", "redirect"]
"""Why there is no reply.

* address    we will not connect there
* dns        the name leads nowhere, or the answer took too long
* connect    no connection, no trusted certificate, or the connection broke before an answer began
* timeout    the time was up, or the answer came too slowly
* too_large  the answer is larger than we take, as sent or once decompressed
* protocol   the answer is not HTTP as it should be, breaks off, or cannot be decompressed
* redirect   too many redirects, a loop, one to nowhere or from https to http
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status."""

    url: str
    """Where it came from in the end."""
    status: int
    headers: dict[str, str]
    """Names in lower case; what was sent more than once is joined with commas."""
    body: bytes
    permanent_url: str = ""
    """Where an unbroken chain of permanent redirects (301, 308) from the start ends; "" if there was none."""

    @property
    def busy(self) -> bool:
        """The host asks to be left alone for a while."""
        return self.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There is no answer we could use."""

    kind: Kind
    why: str
    """Fit for strangers: names the host as given, never an address it resolves to."""


class GivenUp(Exception):
    """An `Unreachable` on its way to the door; its `why` follows the host's name. Stays in this package."""

    def __init__(self, kind: Kind, why: str) -> None:
        super().__init__(why)
        self.kind, self.why = kind, why
