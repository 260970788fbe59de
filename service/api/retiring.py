"""Routes that will go: a table in, what every answer of theirs says of it out.

Header fields: `Deprecation` (RFC 9745), `Sunset` (RFC 8594). Nothing goes earlier than half a year after that was said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.types import Scope

from service.api.problems import DOCS

NOTICE = timedelta(days=180)
GUIDE = DOCS.replace("problems.md#", "api.md#what-will-not-change")
DEPRECATION, SUNSET = "Deprecation", "Sunset"


@dataclass(frozen=True, slots=True)
class Retirement:
    """From when on a route should not be used any more, and when it goes. Raises `ValueError` if that is too soon."""

    since: datetime
    ends: datetime
    instead: str = ""
    """The route to be used now."""

    def __post_init__(self) -> None:
        if self.ends - self.since < NOTICE:
            raise ValueError(f"a route is there for {NOTICE.days} days after it was said that it goes")

    @property
    def headers(self) -> Mapping[str, str]:
        more = f', <{self.instead}>; rel="successor-version"' if self.instead else ""
        return {
            DEPRECATION: f"@{int(self.since.timestamp())}",
            SUNSET: format_datetime(self.ends, usegmt=True),
            "Link": f'<{GUIDE}>; rel="deprecation"{more}',
        }


Retiring = Mapping[tuple[str, str], Retirement]
"""By method and path, as the OpenAPI document has them."""
RETIRING: Retiring = {}


def farewell(scope: Scope, retiring: Retiring) -> Mapping[str, str]:
    """What is said of the route that was asked, if it is known by now."""
    path = str(getattr(scope.get("route"), "path", ""))
    found = retiring.get((scope["method"], path)) if retiring else None
    return found.headers if found else {}


def marked(document: dict[str, Any], retiring: Retiring) -> dict[str, Any]:
    """The OpenAPI document, in which these routes are marked; changed in place. Raises `KeyError` for one that is not
    there."""
    for method, path in retiring:
        document["paths"][path][method.lower()]["deprecated"] = True
    return document
