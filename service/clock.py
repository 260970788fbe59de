"""What time it is. Passed in everywhere, so that a test can say so."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present as an aware UTC datetime."""


def now() -> datetime:
    """The system's time, aware, in UTC."""
    return datetime.now(UTC)
