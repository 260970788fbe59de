"""How like are two strands? A strand and some others come in, a row of features for each of those goes out. Pure.

What counts is how much more alike two strands are than is usual between them and others: two different stories in
neighbouring languages look more alike than one story in distant ones. So each similarity is given as it is and, in
deviations, over what is usual between either strand and the other's language.
"""

from collections.abc import Sequence

import numpy as np

from consumers.link.held import Floats, HeldStrand, Table
from consumers.link.weights import CROWD, FEATURES, KINDS, TOGETHER, TOLD, WHEN

SAMPLE = 16
"""What is usual is taken from so many strands of a language, those linked last."""
FEW = 6
"""Half as much is made of it if there are only so many."""
NARROWEST = 0.05
"""Added to every deviation: similarities may hardly deviate by chance."""
CROWDED = 4
"""The logarithm of a crowd is divided by it: some fifty strands are a crowd of one."""
SOME = 0.01
"""Places are shared if their similarity is above this: less is chance."""


def compare(strand: HeldStrand, others: Sequence[HeldStrand], table: Table) -> Floats:
    """`FEATURES` of the strand with each of the others, all of which the table holds."""
    similar, usual, lengths = _likeness(strand, others, table)
    over = (_over(similar, usual[0]) + _over(similar, usual[1])) / 2
    found = dict(zip(KINDS, np.nan_to_num(similar), strict=True))
    found |= {f"{kind}_over_usual": each for kind, each in zip(KINDS, np.nan_to_num(over), strict=True)}
    for kind in TOLD:
        found[f"both_{kind}"] = both = lengths[KINDS.index(kind)] > 0
        found[f"{kind}_differ"] = both & (found[kind] < SOME)
    found |= zip(WHEN, _when(strand, others), strict=True)
    found[CROWD] = np.full(len(others), np.log1p(table.crowd(strand)) / CROWDED, np.float32)
    found |= {f"{one}_and_{other}": found[one] * found[other] for one, other in TOGETHER}
    shared = found["places"] * lengths[KINDS.index("places")]
    found |= {"places_shared": np.log1p(np.maximum(shared, 0)), "bias": np.ones(len(others))}
    return np.stack([found[name] for name in FEATURES], axis=1).astype(np.float32)


def _when(strand: HeldStrand, others: Sequence[HeldStrand]) -> tuple[Floats, Floats, Floats]:
    """How near in time each of the others is, on two scales; and whether it cannot be told."""
    dated = np.array([strand.traits.dated and each.traits.dated for each in others], np.float32)
    days = np.array([strand.times.days_from(each.times) for each in others], np.float32)
    return dated * np.exp(-days / 2), dated * np.exp(-days / 7), 1 - dated


def both_embedded(strand: HeldStrand, others: Sequence[HeldStrand]) -> Floats:
    """1 where both have an embedding, else 0."""
    mine = strand.traits.embedding is not None
    return np.array([mine and each.traits.embedding is not None for each in others], np.float32)


def _likeness(
    strand: HeldStrand, others: Sequence[HeldStrand], table: Table
) -> tuple[Floats, tuple[Floats, Floats], Floats]:
    """By kind, how like the strand is to each of the others; what is usual between it and their languages, and between
    them and its language; and the products of their lengths, which are 0 where either has nothing of a kind."""
    languages = list(dict.fromkeys(each.language for each in others))
    samples = [table.latest(language, SAMPLE, strand.id) for language in languages]
    own = table.latest(strand.language, SAMPLE, strand.id)
    everyone = table.weighed([strand, *others, *own, *(each for sample in samples for each in sample)])
    told = 1 + len(others)
    here = everyone.part(0, 1).similarities(everyone.part(1, len(everyone.values)))[:, 0]
    similar = here[:, : len(others)]
    from_here = _by_sample(here[:, len(others) + len(own) :], [len(sample) for sample in samples])
    from_here = from_here[:, [languages.index(each.language) for each in others]]
    from_there = _usual(everyone.part(1, told).similarities(everyone.part(told, told + len(own))))
    return similar, (from_here, from_there), everyone.lengths[:, :1] * everyone.lengths[:, 1:told]


def _by_sample(similar: Floats, sizes: Sequence[int]) -> Floats:
    """What is usual in each of the samples, which lie side by side."""
    nothing = similar.shape[1]
    places, start = np.full((len(sizes), SAMPLE), nothing), 0
    for size, row in zip(sizes, places, strict=True):
        row[:size] = range(start, start + size)
        start += size
    return _usual(np.pad(similar, ((0, 0), (0, 1)), constant_values=np.nan)[:, places])


def _usual(similar: Floats) -> Floats:
    """Mean, deviation and how far to trust them, over the last axis, instead of which they come."""
    known = ~np.isnan(similar)
    count = known.sum(axis=-1)
    some = np.maximum(count, 1)
    values = np.where(known, similar, 0)
    mean = values.sum(axis=-1) / some
    deviation = np.sqrt(np.maximum((values * values).sum(axis=-1) / some - mean * mean, 0))
    return np.stack([mean, deviation + NARROWEST, count / (count + FEW)], axis=-1).astype(np.float32)


def _over(similar: Floats, usual: Floats) -> Floats:
    return np.asarray((similar - usual[..., 0]) / usual[..., 1] * usual[..., 2], np.float32)
