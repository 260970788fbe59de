"""What somebody who listens wants to hear, and a portion of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.cursors import make_cursor
from service.model.telling import Notice


@dataclass(frozen=True, slots=True)
class Interest:
    """Which notices; None wants all."""

    account_id: str
    """Whose notices, beside those that concern everybody."""
    kinds: frozenset[str] | None = None
    topic_id: str | None = None

    def covers(self, notice: Notice) -> bool:
        return (
            notice.account_id in ("", self.account_id)
            and (self.kinds is None or notice.kind in self.kinds)
            and (self.topic_id is None or notice.topic_id == self.topic_id)
        )


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of the notices of an interest, in the order in which they became known."""

    notices: Sequence[Notice]
    after: int
    """The `seq` after which it begins."""
    upto: int
    """Whoever has these has all up to this `seq`."""
    complete: bool
    """Whether that is all there is."""


def body(notice: Notice) -> dict[str, Any]:
    """What is told of a notice, in whatever way: its id and cursor, and what a webhook says."""
    return {
        "id": notice.id,
        "cursor": make_cursor(notice.seq),
        "type": notice.kind,
        "timestamp": notice.at,
        "data": notice.payload,
    }
