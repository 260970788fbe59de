"""A clock that a test sets: it stands still until told."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


class SetClock:
    """A `service.clock.Clock`. `now` may be assigned; `advance` moves it on."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> datetime:
        """Moves the clock on and gives its new time."""
        self.now += timedelta(seconds=seconds)
        return self.now
