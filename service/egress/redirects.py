"""Where a request goes next: in come a status and a `Location`; out comes the trail, one hop longer."""

from collections.abc import Mapping
from dataclasses import dataclass

from yarl import URL

from service.egress.reply import GivenUp
from service.errors import Invalid
from service.urls import resolve

FOLLOWED = frozenset((301, 302, 303, 307, 308))
PERMANENT = frozenset((301, 308))
CARRIED_ANYWHERE = frozenset(("accept", "accept-language", "a-im", "if-none-match", "if-modified-since", "user-agent"))
"""Headers that may follow to a stranger; any other might be a credential."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The addresses of one request so far, the present one last."""

    hops: tuple[str, ...]
    permanent_url: str = ""
    """Where the permanent redirects from the start lead; "" if the first was not one."""

    @property
    def url(self) -> str:
        return self.hops[-1]

    def onward(self, status: int, location: str, most: int) -> "Trail":
        """The trail with its next hop. Raises `GivenUp` for a redirect that is not to be followed."""
        if not location:
            raise GivenUp("redirect", "redirects to nowhere")
        if len(self.hops) > most:
            raise GivenUp("redirect", f"redirects more than {most} times")
        there = _next(self.url, location)
        if there in self.hops:
            raise GivenUp("redirect", "redirects in a circle")
        if self.url[:6].lower() == "https:" and there.startswith("http:"):
            raise GivenUp("redirect", "redirects from https to http")
        unbroken = self.permanent_url == ("" if len(self.hops) == 1 else self.url)
        permanent = there if unbroken and status in PERMANENT else self.permanent_url
        return Trail((*self.hops, there), permanent)


def carried(headers: Mapping[str, str], here: str, there: str) -> dict[str, str]:
    """The headers that go along from one address to the next: to another origin no credentials."""
    if _origin(here) == _origin(there):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() in CARRIED_ANYWHERE}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = URL(url)
    return parts.scheme, parts.raw_host, parts.port


def _next(here: str, location: str) -> str:
    try:
        return str(URL(resolve(here, location)).with_fragment(None))
    except (Invalid, ValueError):
        raise GivenUp("redirect", "redirects to what is no address") from None
