"""What the within-language weights are learnt from: enriched documents with labels come in, pairs go out.

Texts of every length teach: of a full text there are also a version with its first line as the title, and
such with four, two lines and one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from consumers.cluster.choose import CLIP, Likeness, features
from consumers.cluster.memory import Memory
from consumers.cluster.vectors import FULL, HEADLINE, LEAD, draft
from consumers.cluster.weights import Floats
from service.messages import EnrichedArticle
from service.model import Span
from service.text import sentences
from tests.quality.labelled import SOME_TIME

SHAPES: dict[int, tuple[int | None, ...]] = {FULL: (None, 4), LEAD: (2, 1), HEADLINE: ()}
"""By length: lines that are left of the text; None for all. What is cut down to nothing makes no headline."""


@dataclass(frozen=True)
class Told:
    """A document of one length, and the group it belongs to."""

    enriched: EnrichedArticle
    label: str


@dataclass(frozen=True)
class Near:
    """Of each document, those near it, end to end."""

    places: list[list[int]]
    rows: Floats
    """A row of features for each pair."""
    kinds: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Which model each is for."""

    def scores(self, models: Floats) -> list[list[float]]:
        """Log odds, clipped, for those near each document."""
        scores = np.clip((self.rows * models[self.kinds]).sum(axis=1), -CLIP, CLIP)
        return [each.tolist() for each in np.split(scores, np.cumsum([len(near) for near in self.places])[:-1])]


@dataclass(frozen=True)
class Pairs:
    """Documents, and those near each as it came."""

    labels: list[str]
    near: Near

    def taught(self, length: int) -> tuple[Floats, NDArray[np.bool_]]:
        """The features of the pairs of that length, and whether they belong to one group."""
        same = [
            self.labels[place] == self.labels[other] for place, near in enumerate(self.near.places) for other in near
        ]
        chosen = self.near.kinds[0] == length
        return self.near.rows[chosen], np.array(same, np.bool_)[chosen]


def variants(documents: Sequence[Told], length: int) -> Iterator[list[Told]]:
    """The documents in all shapes of that length that they can be given; none if they are shorter."""
    have = draft(documents[len(documents) // 2].enriched).length
    if have < length:
        return
    if have == length and not (length == FULL and documents[0].enriched.article.raw.title):
        yield list(documents)
    for most in SHAPES[length]:
        yield [Told(shortened(each.enriched, most), each.label) for each in documents]


def shortened(enriched: EnrichedArticle, most: int | None) -> EnrichedArticle:
    """With a title, made of the first line where there is none, and so many lines of text."""
    lines = [line for line in enriched.text.splitlines() if line.strip() and "http" not in line]
    title, told = enriched.article.raw.title, lines if len(lines) > 1 else sentences(enriched.text)
    if not title and told:
        title, told = told[0], told[1:]
    raw = msgspec.structs.replace(enriched.article.raw, title=title[:300])
    text = " ".join(told if most is None else told[:most])
    return msgspec.structs.replace(enriched, text=text, article=msgspec.structs.replace(enriched.article, raw=raw))


def without_embedding(documents: Sequence[Told]) -> list[Told]:
    return [Told(msgspec.structs.replace(each.enriched, embedding=b""), each.label) for each in documents]


def pairs(documents: Sequence[Told]) -> Pairs:
    """Let one memory hear of all documents, in their order."""
    memory, found = Memory(Span(SOME_TIME)), []
    for place, each in enumerate(documents):
        drafted = draft(each.enriched)
        near, like = memory.near(drafted, SOME_TIME)
        found.append(([each.strand_id for each in near], like))
        memory.add(str(place), str(place), SOME_TIME, drafted)
    return Pairs([each.label for each in documents], _near(found))


def _near(found: Sequence[tuple[list[str], Likeness | None]]) -> Near:
    likes = [like for _, like in found if like is not None]
    length = np.concatenate([like.length for like in likes])
    words = np.concatenate([np.isnan(like.embedding) for like in likes]).astype(np.int64)
    places = [[int(place) for place in near] for near, _ in found]
    return Near(places, np.concatenate([features(like) for like in likes]), (length, words, np.zeros_like(length)))
