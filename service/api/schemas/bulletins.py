"""Bulletins."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from service.api.schemas import Given, Key, OrNone, PageQuery, Shown
from service.api.schemas.stories import StoryFilters

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ADDRESS = "https://news.example.org/bulletins/bl_3FfnX6c0Ykq8wSxuJd2ZbVhT7mLrE9aPgN1sQoIyKtU"


class BulletinQuery(PageQuery):
    """Which page of the bulletins."""


class BulletinGiven(Given):
    """A topic's alerts, or a list of stories: one of the two."""

    name: Name = Field(examples=["Ferries"])
    """The title that feed readers show."""
    topic_id: Key | None = None
    """A topic of yours: its alerts are shown."""
    stories: StoryFilters | None = Field(None, examples=[{"country": "NO", "independent": 2}])
    """The stories that pass these filters, as in `GET /v1/stories`; a search has `q`."""


def _filters(given: Any) -> Any:
    return given or None


class Bulletin(Shown):
    """Something to be read by feed readers, without its address."""

    id: str = Field(examples=["018f3a5c2b7e9d41c0"])
    name: str = Field(examples=["Ferries"])
    topic_id: OrNone = Field(examples=[None])
    """Whose alerts it shows."""
    stories: Annotated[StoryFilters | None, BeforeValidator(_filters)] = Field(examples=[{"country": "NO"}])
    """Which stories it shows."""
    created_at: datetime


class Addresses(Shown):
    """Where a bulletin is found, in each form. Whoever has one of them can read it."""

    atom: str = Field(examples=[f"{ADDRESS}/atom"])
    rss: str = Field(examples=[f"{ADDRESS}/rss"])
    json_feed: str = Field(alias="json", examples=[f"{ADDRESS}/json"])


class BulletinMade(Bulletin):
    """A bulletin with its addresses, which are shown this once."""

    addresses: Addresses
