"""Learn the weights by which articles of one language are put together. Labelled files in, a file of weights out.

    python -m tests.quality.learn_cluster FILE ... --out consumers/cluster/weights.json

Only give it parts kept for learning (`python -m tests.quality.parts` makes them). Times are left out: what they say
is taken from `DATED`, for no public set has times that can be learnt from. The same files give the same weights.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consumers.cluster.choose import choose
from consumers.cluster.weights import FEATURES, KINDS, Floats, name_of
from service.settings import ClusterSettings
from tests.quality.agreement import bcubed, pairwise
from tests.quality.enriched import enriched
from tests.quality.labelled import read
from tests.quality.learn_pairs import Pairs, Told, pairs, variants, without_embedding

Vector = NDArray[np.float64]

DATED = {"days": -1.46, "fresh": 1.38}
"""What is known of times: learnt once, from a stream with times."""
SIMULTANEOUS = -1.22
"""Goes with it, so that two articles of one hour score as two without dates."""
LONG = {"bias": -6.0, "title": 2.0, "body": -3.0, "window": 5.0, "names": 4.0, "embedding": 5.0}
LONG |= {"least_gap": 1.0, "most_gap": 2.0}
SHORT = {"bias": -4.0, "title": 4.7, "body": 0.9, "window": -1.5, "embedding": 10.6, "most_gap": 0.3}
SHORT_WORDS = {"bias": -1.0, "title": 8.4, "body": 4.1, "window": 2.2, "names": 1.1, "least_gap": 0.5, "most_gap": -0.3}
EXPECTED = ((SHORT, SHORT_WORDS), (LONG, LONG), (LONG, LONG))
"""By length and embedding: weights are drawn towards these, so that what the features share does not make them wild."""
PULL = (1.0, 0.03, 0.03)
"""How strongly, by length: the one set of headlines has few stories, and very large ones."""
SHIFTS = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
"""Tried on top of the bias: which pairs are likely is one question, which groups are good another. Of those
that are equally good to two digits, the smallest is taken."""
STEPS = 40
"""More than it takes to arrive."""
UNTIMED = [FEATURES.index(name) for name in FEATURES if name not in DATED]
TIMED = [FEATURES.index(name) for name in DATED]
THRESHOLD = ClusterSettings().settled_threshold


@dataclass
class Table:
    """The models as they are learnt."""

    values: Floats = field(default_factory=lambda: np.zeros((*map(len, KINDS), len(FEATURES)), np.float32))

    def put(self, length: int, words: int, weights: Vector) -> None:
        self.values[length, words, :, UNTIMED] = np.stack([weights] * len(KINDS[2]), axis=1)
        if words:
            self.values[length, words, :, FEATURES.index("embedding")] = 0
        for dated in range(1, len(KINDS[2])):
            self.values[length, words, dated, TIMED] = list(DATED.values())
            self.values[length, words, dated, 0] += SIMULTANEOUS

    def shown(self) -> dict[str, dict[str, float]]:
        places = product(*(range(len(kind)) for kind in KINDS))
        return {
            name_of(place): {
                name: round(float(value), 3) for name, value in zip(FEATURES, self.values[place], strict=True) if value
            }
            for place in places
        }


def learn(sets: Sequence[Sequence[Told]]) -> Table:
    """The weights, learnt from these sets, each of which counts the same."""
    table = Table()
    for words in range(len(KINDS[1])):
        known, weights = dict[int, list[Pairs]](), dict[int, Vector]()
        for length in range(len(KINDS[0])):
            told = [shape for documents in sets for shape in variants(documents, length)]
            known[length] = [pairs(without_embedding(each) if words else each) for each in told]
            weights[length] = fitted(known[length], length, words)
            table.put(length, words, weights[length])
        for length in known:
            own = known[length], table, (length, words)
            tried = [(round(quality(*own, _shifted(weights[length], by)), 2), -abs(by), by) for by in SHIFTS]
            best, _, shift = max(tried)
            print(f"{KINDS[0][length]}, {KINDS[1][words]}: {best:.2f} with {shift:+.2f}", file=sys.stderr)
            table.put(length, words, _shifted(weights[length], shift))
    return table


def _shifted(weights: Vector, shift: float) -> Vector:
    return np.concatenate([weights[:1] + shift, weights[1:]])


def fitted(known: Sequence[Pairs], length: int, words: int) -> Vector:
    """Logistic regression (Newton's method) with a pull towards `EXPECTED`; every set counts the same."""
    taught = [each.taught(length) for each in known]
    row = np.concatenate([rows[:, UNTIMED] for rows, _ in taught]).astype(np.float64)
    is_same = np.concatenate([same for _, same in taught])
    share = np.concatenate([np.full(len(same), 1 / len(same) / len(taught)) for _, same in taught])
    expected = np.array([EXPECTED[length][words].get(FEATURES[at], 0.0) for at in UNTIMED])
    pull = PULL[length] * row.var(axis=0) + 1e-9
    weights = expected.copy()
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-row @ weights))
        slope = row.T @ (share * (odds - is_same)) + pull * (weights - expected)
        bend = (row.T * (share * odds * (1 - odds))) @ row + np.diag(pull)
        weights -= np.clip(np.linalg.solve(bend, slope), -1, 1)
    return weights


def quality(known: Sequence[Pairs], table: Table, kind: tuple[int, int], weights: Vector) -> float:
    """How well these weights put the sets together, at once: the mean of both F1."""
    table.put(*kind, weights)
    return float(np.mean([_agreement(each.labels, at_once(each, table)) for each in known]))


def _agreement(labels: Sequence[str], groups: Sequence[str]) -> float:
    return (bcubed(labels, groups).f1 + pairwise(labels, groups).f1) / 2


def at_once(known: Pairs, table: Table) -> list[str]:
    found: list[str] = []
    for place, (near, scores) in enumerate(zip(known.near.places, known.near.scores(table.values), strict=True)):
        found.append(choose(scores, [found[other] for other in near], THRESHOLD) or str(place))
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.learn_cluster", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--label", default="story", help="the field with the group a document belongs to")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        sets = [read(path, given.label) for path in given.files]
    except (OSError, ValueError) as error:
        print(f"cannot read the documents: {error}", file=sys.stderr)
        return 2
    told = [[Told(*each) for each in asyncio.run(enriched(documents))] for documents in sets]
    models = learn(told).shown()
    kept = json.loads(given.out.read_text("utf-8")) if given.out.exists() else {}
    given.out.write_text(json.dumps(kept | {"settled": models}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
