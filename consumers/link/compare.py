"""How like are two strands? A strand and some others come in, a row of features for each of those goes out. Pure.

What counts is how much more alike two strands are than is usual between them and others: two different stories in
neighbouring languages look more alike than one story in distant ones. So each similarity is given as it is and, in
deviations, over what is usual between either strand and the other's language.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from consumers.link.held import Floats, HeldStrand, Table
from consumers.link.weights import FEATURES, KINDS

SAMPLE = 16
"""What is usual is taken from so many strands of a language, those linked last."""
FEW = 6
"""Half as much is made of it if there are only so many."""
NARROWEST = 0.05
"""Added to every deviation: similarities may hardly deviate by chance."""
SOME = 0.01
"""Places are shared if their similarity is above this: less is chance."""


def compare(strand: HeldStrand, others: Sequence[HeldStrand], table: Table) -> Floats:
    """`FEATURES` of the strand with each of the others, all of which the table holds."""
    similar, here = _from_here(strand, others, table)
    over = (_over(similar, here) + _over(similar, _from_there(strand, others, table))) / 2
    features = np.zeros((len(others), len(FEATURES)), np.float32)
    features[:, 0 : 2 * len(KINDS) : 2] = np.nan_to_num(similar).T
    features[:, 1 : 2 * len(KINDS) : 2] = np.nan_to_num(over).T
    with_places, with_numbers = _both("places", strand, others), _both("numbers", strand, others)
    dated = np.array([strand.traits.dated and each.traits.dated for each in others], np.bool_)
    days = np.array([strand.times.days_from(each.times) for each in others], np.float32)
    when = (dated * np.exp(-days / 2), dated * np.exp(-days / 7), ~dated)
    rest = (with_places, with_places & (features[:, 0] < SOME), with_numbers, *when)
    features[:, 2 * len(KINDS) : -1] = np.stack(rest, axis=1)
    features[:, -1] = 1
    return features


def _both(kind: str, strand: HeldStrand, others: Sequence[HeldStrand]) -> NDArray[np.bool_]:
    """Whether the strand and each of the others have anything of that kind."""
    mine = len(getattr(strand.traits, kind).keys) > 0
    return np.array([mine and len(getattr(each.traits, kind).keys) > 0 for each in others], np.bool_)


def both_embedded(strand: HeldStrand, others: Sequence[HeldStrand]) -> Floats:
    """1 where both have an embedding, else 0."""
    mine = strand.traits.embedding is not None
    return np.array([mine and each.traits.embedding is not None for each in others], np.float32)


def _from_here(strand: HeldStrand, others: Sequence[HeldStrand], table: Table) -> tuple[Floats, Floats]:
    """By kind, how like the strand is to each of the others, and what is usual between it and that language."""
    languages = list(dict.fromkeys(each.language for each in others))
    samples = [table.latest(language, SAMPLE, strand.id) for language in languages]
    found = table.similarities([strand], [*others, *(each for sample in samples for each in sample)])[:, 0]
    nothing = found.shape[1]
    places, start = np.full((len(samples), SAMPLE), nothing), len(others)
    for sample, row in zip(samples, places, strict=True):
        row[: len(sample)] = range(start, start + len(sample))
        start += len(sample)
    padded = np.pad(found, ((0, 0), (0, 1)), constant_values=np.nan)
    usual = _usual(padded[:, places])
    return found[:, : len(others)], usual[:, [languages.index(each.language) for each in others]]


def _from_there(strand: HeldStrand, others: Sequence[HeldStrand], table: Table) -> Floats:
    """What is usual between each of the others and the strand's language, by kind."""
    return _usual(table.similarities(others, table.latest(strand.language, SAMPLE, strand.id)))


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
