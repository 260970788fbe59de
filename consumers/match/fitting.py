"""Short enough to be told, and honest about it: what is to be said in, a payload of so many bytes at most out. Pure.

Texts and lists are cut, all alike and no more than must be; `truncated` says so, and `left_out` how many members of
which list are missing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

MOST_BYTES = 19_000
"""Of a payload as JSON; a webhook should have 20,000 at most, and what is around it needs room."""


class Size(NamedTuple):
    """Characters of a text, members of a list, characters of an address."""

    text: int
    members: int
    address: int


SIZES = (
    Size(300, 20, 2000),
    Size(200, 12, 1000),
    Size(120, 8, 500),
    Size(80, 5, 300),
    Size(40, 2, 200),
    Size(16, 1, 0),
)
"""From the largest down; the smallest always fits."""


@dataclass
class Cut:
    """Cuts what is to be told to one size, and remembers what it did."""

    size: Size
    truncated: bool = False
    left_out: dict[str, int] = field(default_factory=dict)

    def text(self, text: str) -> str:
        if len(text) <= self.size.text:
            return text
        self.truncated = True
        return text[: self.size.text - 1] + "…"

    def address(self, url: str) -> str:
        """Whole or not at all: half an address leads nowhere."""
        if len(url) <= self.size.address:
            return url
        self.truncated = True
        return ""

    def some(self, name: str, members: Iterable[T], total: int = 0, most: int = 0) -> Sequence[T]:
        """The first members of a list; `total` is how many there are where these are not all. `most` is for a list
        that may be longer than others, and is cut in the same proportion."""
        every = list(members)
        shown = every[: self.size.members if not most else max(1, most * self.size.members // SIZES[0].members)]
        if (missing := max(total, len(every)) - len(shown)) > 0:
            self.truncated = True
            self.left_out[name] = self.left_out.get(name, 0) + missing
        return shown


def fitted(say: Callable[[Cut], dict[str, Any]], most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """What `say` says, at the largest size at which it fits. Raises `ValueError` if it does at none."""
    for size in SIZES:
        cut = Cut(size)
        said = say(cut) | {"truncated": cut.truncated, "left_out": cut.left_out}
        if len(msgspec.json.encode(said)) <= most_bytes:
            return said
    raise ValueError(f"what cannot be said in {most_bytes} bytes")
