"""Articles pushed in, one by one or many at once."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AliasChoices, Field, StringConstraints

from service.api.schemas import READABLE, Given, Instant, Language, Line, OrNone, Problem, Shown, Source, Url, Words
from service.messages import Lane, Precision

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=READABLE)]


class ArticleGiven(Given):
    """An article pushed in, instead of being found in a feed. It needs an address, or a source and an id there."""

    url: Url | None = Field(None, examples=["https://harbour-gazette.example/2026/ferries-resume"])
    """The address it is published at. May be left out where `source` and `external_id` are given."""
    title: Title = Field(examples=["Ferries to the northern islands resume"])
    text: Words = Field("", max_length=500_000, validation_alias=AliasChoices("text", "content"))
    """The full text, plain. Left out, it is taken from `html`, or fetched from the address. Also accepted as
    `content`."""
    html: Words = Field("", max_length=1_000_000)
    """The full text with markup, of which what is safe is kept."""
    summary: Words = Field("", max_length=20_000)
    author: Line = ""
    language: Language | None = Field(None, examples=["en"])
    """A hint only."""
    published_at: Instant | None = Field(None, examples=["2026-03-14T09:30:00Z"])
    published_precision: Precision = ""
    """How exactly `published_at` is known."""
    image: Url | None = None
    """Address of the main image."""
    source: Source | None = None
    """Who publishes; the domain of the address if left out."""
    external_id: Line = Field("", examples=["2026-03-14/417"])
    """The publisher's own id for it. Sent again with another text it is a revision, even at another address."""
    complete: bool = False
    """There is no more text than this: no page is to be read for it."""
    lane: Lane = "live"
    """Articles of the past go into `backfill`: they raise no alerts."""


class ArticleAccepted(Shown):
    """The article is on its way; look it up under its id in a moment."""

    id: str = Field(examples=["3f6d2b9a41c7e05d88aa"])
    """That of its address. An article known before under its `external_id` keeps the id it has: look it up by
    `source` and `external_id`."""
    url: str
    """Its canonical address."""


class BatchEntry(Shown):
    """What became of one article of a batch."""

    index: int = Field(examples=[0])
    """Its place in the batch, from 0."""
    status: int = Field(examples=[202])
    """As if it had been pushed alone: 202, or that of the problem."""
    id: OrNone = Field(None, examples=["3f6d2b9a41c7e05d88aa"])
    """Null if it was refused."""
    url: OrNone = None
    external_id: OrNone = None
    problem: Problem | None = None
    """Why it was refused; null if it was not."""


class BatchReport(Shown):
    """What became of a batch."""

    accepted: int
    refused: int
    articles: Sequence[BatchEntry]
    """Each of them, in the order of the batch."""


ONE: dict[str, Any] = {"$ref": "#/components/schemas/ArticleGiven"}
BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"articles": {"type": "array", "items": ONE}},
                    "required": ["articles"],
                }
            },
            "application/x-ndjson": {"schema": {"type": "string", "description": "An article a line."}},
        },
    }
}
"""How the OpenAPI document describes a batch, which is read by hand."""
