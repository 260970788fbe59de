"""How like are two strands? One and some others come in, their `Likeness` goes out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from consumers.link.join import Likeness
from consumers.link.lookup import Lookup
from consumers.link.traits import Bag, Times, Traits

Floats = NDArray[np.float64]
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class HeldStrand:
    """A strand as memory holds it."""

    id: str
    language: str
    story_id: str
    born: int
    """Place of its first article in the order of linking."""
    times: Times
    voices: tuple[Traits, ...]
    """Its first articles that are nobody's copy."""
    traits: Traits
    """Those as one."""


def compare(strand: HeldStrand, others: Sequence[HeldStrand], lookup: Lookup) -> Likeness:
    """The counts of the lookup include the strand and the others."""
    mine, theirs = strand.traits, [each.traits for each in others]
    has_places = np.array([len(each.places.keys) > 0 for each in theirs], np.bool_)
    places = _cosines(mine.places, [each.places for each in theirs], "places", lookup)
    return Likeness(
        places=places,
        names=_cosines(mine.names, [each.names for each in theirs], "names", lookup),
        numbers=_cosines(mine.numbers, [each.numbers for each in theirs], "numbers", lookup),
        letters=_cosines(mine.letters, [each.letters for each in theirs], "letters", lookup),
        embedding=np.array([_meaning(mine, each) for each in theirs], np.float64),
        places_differ=has_places & (len(mine.places.keys) > 0) & (places == 0),
        days=np.array([strand.times.days_from(each.times) for each in others], np.float64),
    )


def _cosines(mine: Bag, theirs: Sequence[Bag], kind: str, lookup: Lookup) -> Floats:
    """One pass over all keys of all others, laid end to end."""
    cosines = np.zeros(len(theirs))
    having = [n for n, each in enumerate(theirs) if len(each.keys)]
    if not having or not len(mine.keys):
        return cosines
    keys = np.concatenate([theirs[n].keys for n in having])
    starts = np.cumsum([0, *(len(theirs[n].keys) for n in having[:-1])])
    values = np.concatenate([theirs[n].weights for n in having]) * lookup.rarity(kind, keys)
    own = mine.weights * lookup.rarity(kind, mine.keys)
    dense = lookup.scratch
    dense[mine.keys] = own
    dots = np.add.reduceat(dense[keys] * values, starts)
    dense[mine.keys] = 0
    lengths = np.sqrt(np.add.reduceat(values * values, starts) * float(own @ own))
    cosines[having] = dots / np.maximum(lengths, TINY)
    return cosines


def _meaning(mine: Traits, other: Traits) -> float:
    if mine.embedding is None or other.embedding is None or len(mine.embedding) != len(other.embedding):
        return float("nan")
    length = sqrt(float(mine.embedding @ mine.embedding) * float(other.embedding @ other.embedding))
    return float(mine.embedding @ other.embedding) / max(length, 1.0)
