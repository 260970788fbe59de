"""The public shapes: in goes what callers send, checked; out comes what they may see.

One file a resource, as with the routes; here is what they share. A change to any of them is a release note.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from service.api.problems import DOCS

M = TypeVar("M")


class Shown(BaseModel):
    """What callers see. Made from the values of `service.model` by their attributes."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class Given(BaseModel):
    """What callers send. A field that we do not know is refused: it is a slip of the pen."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


def _instant(given: Any) -> Any:
    """Only ISO 8601 text with an offset: no numbers, no local times."""
    if isinstance(given, datetime):
        return given
    if not isinstance(given, str) or "T" not in given.upper():
        raise ValueError("write a time such as 2026-03-14T09:30:00Z")
    return given


def _utc(given: datetime) -> datetime:
    if given.tzinfo is None:
        raise ValueError("the time needs an offset, such as Z or +03:00")
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None


def _or_none(given: Any) -> Any:
    return None if given == "" else given


READABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
"""No control characters but tabs and ends of lines: databases and readers choke on them."""
Words = Annotated[str, StringConstraints(pattern=READABLE)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=READABLE)]
QueryText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=READABLE)]
TopicText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000, pattern=READABLE)]
"""The query of a topic, which stands in a body."""
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_utc)]
Url = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    Field(json_schema_extra={"format": "uri"}),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Source = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f]{1,255}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.\-]{1,64}$")]
"""The id of something."""
OrNone = Annotated[str | None, BeforeValidator(_or_none)]
"""The store's "" is JSON's null."""
PrecisionOrNone = Annotated[Literal["second", "minute", "day", "month", "year"] | None, BeforeValidator(_or_none)]
"""How exactly a time is known."""


LARGEST = 2**53 - 1
"""Of the whole numbers that JSON keeps."""
Limit = Annotated[int | None, Field(ge=1, le=LARGEST, examples=[50])]


class PageQuery(Given):
    """Which page of a list."""

    limit: Limit = None
    """Items on the page; more than the server allows is brought down to what it allows."""
    cursor: str | None = Field(None, max_length=512)
    """`next_cursor` of the page before; the filters must be the same."""
    total: bool = False
    """Say how long the list is."""


class Total(Shown):
    """How many there are."""

    count: int = Field(examples=[10_000])
    """At most 10,000: further nobody counts."""
    at_least: bool = Field(examples=[True])
    """There are more."""


class Page(Shown, Generic[M]):
    """Some of a list."""

    model_config = ConfigDict(use_attribute_docstrings=False)  # pydantic reads the source again for every kind of page
    items: tuple[M, ...]
    next_cursor: str | None = Field(
        examples=[None],
        description="Ask with it for the next page; null on the last one. Also in the `Link` header.",
    )
    total: Total | None = Field(None, examples=[None], description="Of the whole list; null unless asked for.")


ANYTHING: JsonDict = {"pattern": r"^[\s\S]*$"}
"""It may name what was sent, whatever that is."""


class Fault(Shown):
    """One thing wrong with what was sent."""

    where: str = Field(alias="in", examples=["body"])
    """body, query, path or header."""
    pointer: str = Field(examples=["/url"], json_schema_extra={"pattern": "^(/([^~]|~[01])*)?$"})
    """A JSON pointer to the field; "" for the whole."""
    detail: str = Field(examples=["Field required"], json_schema_extra=ANYTHING)


class Problem(Shown):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=[DOCS + "not-found"])
    """An address that names the kind of problem and explains it."""
    title: str = Field(examples=["There is no such thing"])
    status: int = Field(examples=[404])
    """The same as the answer's status."""
    detail: str = Field(examples=["There is no feed 018f3a5c2b7e9d41c0."], json_schema_extra=ANYTHING)
    instance: str = Field(examples=["5f0c8a9be1d24c37"])
    """The id of the request, as in `X-Request-Id`."""
    errors: Sequence[Fault] = ()
    """What exactly cannot be used, where that can be said."""
