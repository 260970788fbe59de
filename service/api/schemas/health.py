"""How the installation is doing."""

from collections.abc import Sequence

from pydantic import Field

from service.api.schemas import OrNone, Shown


class Alive(Shown):
    """The process answers."""

    status: str = Field(examples=["alive"])


class Ready(Shown):
    """Every dependency answers."""

    status: str = Field(examples=["ready"])
    dependencies: dict[str, str] = Field(examples=[{"database": "up", "broker": "up"}])


class Stage(Shown):
    """One step of the pipeline."""

    name: str = Field(examples=["dedupe"])
    stream: OrNone = Field(examples=["articles.raw"])
    """What it reads."""
    lag: int | None
    """Records it has still to handle; null for a stage that reads no stream."""
    stopped_why: OrNone
    """Why it has stopped; null while it runs."""


class HealthReport(Shown):
    """How the installation is doing."""

    status: str = Field(examples=["ok"])
    """ok, or stopped where a stage has stopped."""
    stages: Sequence[Stage]
    feeds: dict[str, int] = Field(examples=[{"healthy": 118, "failing": 2, "paused": 1}])
    """How many feeds are doing how."""
    deliveries_waiting: int
    dead_letters: int
    """Set aside, and not retried yet."""
