"""Many topics at once, and what became of each."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from service.api.schemas import Given, Problem, Shown
from service.api.schemas.topics import CostClass, TopicGiven

MOST_TOPICS = 10_000


class TopicBatch(Given):
    """Many topics, each as it would be sent alone."""

    topics: Sequence[dict[str, Any]] = Field(
        min_length=1,
        max_length=MOST_TOPICS,
        json_schema_extra={"items": {"$ref": f"#/components/schemas/{TopicGiven.__name__}"}},
        examples=[[{"name": "Prisoner releases", "query": 'Belarus AND "prisoner release"'}]],
    )
    if_known: Literal["refuse", "update"] = "refuse"
    """What becomes of one whose name is taken: it is refused, or what it says is put in place of what there is."""


class TopicBatchEntry(Shown):
    """What became of one topic."""

    index: int
    """Its place in the batch, from 0."""
    status: int = Field(examples=[201])
    """What it would have been answered with alone."""
    became: Literal["added", "changed", "unchanged", "refused"]
    id: str | None
    name: str | None
    cost_class: CostClass
    estimated_matches_per_day: float | None = Field(examples=[1.5])
    """By the 500 newest articles of the last days; null if there are none, or of more than 1,000 topics."""
    problem: Problem | None
    """Why it was refused."""


class TopicBatchReport(Shown):
    """What became of each topic."""

    added: int
    changed: int
    unchanged: int
    refused: int
    topics: Sequence[TopicBatchEntry]
    """In the order in which they were sent."""
