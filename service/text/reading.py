"""A text, read once for all who look for something in it: text in, `Reading` out; each part made when first asked for.

A chunk is what stands between two blanks. No word goes across a blank, so what is true of a chunk by itself is
true wherever it stands. A `Rule` keeps what it found in a chunk; as most chunks come again and again and tell
nothing, rules that cost need only look at the few that `telling` gives.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, compress
from typing import Generic, TypeVar

from service.text.words import Token, tokens

LONGEST = 40
"""Characters of a chunk that is kept; what is longer is an address, an attack, or a script without blanks."""
MOST = 60_000
"""Chunks kept by one rule; then all are forgotten, which costs a little time and no more."""

Found = TypeVar("Found")


class Rule(Generic[Found]):
    """What a chunk tells, by a function of nothing but the chunk, which never gives None."""

    def __init__(self, find: Callable[[str], Found]) -> None:
        self._find = find
        self._kept: dict[str, Found] = {}

    def of(self, chunk: str) -> Found:
        """What one chunk tells."""
        found = self._kept.get(chunk)
        return self._look(chunk) if found is None else found

    def over(self, chunks: Sequence[str]) -> list[Found]:
        """What each chunk tells."""
        found = list(map(self._kept.get, chunks))
        if None not in found:
            return found  # type: ignore[return-value]  # none of them is None
        return [self._look(chunk) if each is None else each for chunk, each in zip(chunks, found, strict=True)]

    def telling(self, chunks: Sequence[str]) -> list[int]:
        """Which chunks tell anything."""
        return list(compress(range(len(chunks)), self.over(chunks)))

    def _look(self, chunk: str) -> Found:
        found = self._find(chunk)
        if len(chunk) <= LONGEST:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[chunk] = found
        return found


Cut = Rule[tuple[Token, ...]]
"""Cuts a chunk into its words, with their places in the chunk."""


class Words:
    """The words of a text, by one notion of what a word is; made where they are asked for."""

    def __init__(self, reading: "Reading", cut: Cut) -> None:
        self._chunks, self._starts, self._cut = reading.chunks, reading.starts, cut
        self._made: dict[int, list[Token]] = {}

    def within(self, chunk: int) -> list[Token]:
        """The words of a chunk."""
        if chunk not in self._made:
            start, cut = self._starts[chunk], self._cut.of(self._chunks[chunk])
            self._made[chunk] = [Token(word, start + first, start + last) for word, first, last in cut]
        return self._made[chunk]

    def following(self, chunk: int, at: int) -> str:
        """The word behind one word of a chunk; "" if it is the last."""
        last = at + 1
        while last >= len(own := self.within(chunk)):
            chunk, last = chunk + 1, 0
            if chunk == len(self._chunks):
                return ""
        return own[last].word

    def near(self, chunk: int, at: int, before: int, after: int) -> tuple[list[Token], int]:
        """One word of a chunk, with at least so many before and after it, and where it is among them."""
        first = max(0, at - before)
        found = self.within(chunk)[first : at + after + 1]
        at, last = at - first, chunk + 1
        while len(found) - at <= after and last < len(self._chunks):
            found += self.within(last)[: after + 1]
            last += 1
        while at < before and chunk:
            chunk -= 1
            earlier = self.within(chunk)[-before:]
            found[:0] = earlier
            at += len(earlier)
        return found, at


class Reading:
    """Use `read`."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def chunks(self) -> list[str]:
        """In their order; one is empty where two blanks follow each other."""
        return self.text.split(" ")

    @cached_property
    def starts(self) -> list[int]:
        """Where each chunk begins; at the end, one more."""
        return list(accumulate(map((1).__add__, map(len, self.chunks)), initial=0))

    @cached_property
    def words(self) -> Words:
        """Words as `service.text.tokens` gives them."""
        return Words(self, _CUT)

    @cached_property
    def blanked(self) -> frozenset[str]:
        """What stands between blanks and line ends of any kind."""
        return frozenset(self.text.split())

    def stretches(self, chunks: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Where the stretches of chunks that stand side by side begin and end, in characters."""
        first = last = -1
        for chunk in chunks:
            if chunk != last + 1 or first < 0:
                if first >= 0:
                    yield self.starts[first], self.starts[last + 1] - 1
                first = chunk
            last = chunk
        if first >= 0:
            yield self.starts[first], self.starts[last + 1] - 1


def _cut(chunk: str) -> tuple[Token, ...]:
    return tuple(tokens(chunk))


_CUT = Cut(_cut)


@lru_cache(16)
def read(text: str) -> Reading:
    """The reading of a text: the same one for all who ask while it is at hand."""
    return Reading(text)
