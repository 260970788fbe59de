"""Learn the weights by which strands of different languages are put together. Labelled files in, weights out.

    python -m tests.quality.learn_link FILE ... [--squeeze DAYS] --out consumers/link/weights.json

Only give it parts kept for learning (`python -m tests.quality.parts` makes them), of short and of long texts together.
Every document is a strand. Pairs are those that linking would compare, in the order of the documents' times, or in one
that says nothing where there are none. With `--squeeze`, pairs are learnt from each file three times over: as it is,
and with its stories moved into so many days, with dates and without. The same files give the same weights.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from consumers.link.choosing import story_scores
from consumers.link.compare import both_embedded, compare
from consumers.link.held import HeldStrand
from consumers.link.join import best_story
from consumers.link.memory import Memory
from consumers.link.traits import Times, traits
from consumers.link.weights import FEATURES, MEANING, MODELS, WORDS, Floats, coefficients
from service.messages import EnrichedArticle
from service.model import Span
from service.settings import LinkSettings
from tests.quality.agreement import bcubed
from tests.quality.enriched import enriched
from tests.quality.labelled import read
from tests.quality.squeezed import squeezed, time_of

Vector = NDArray[np.float64]
Models = dict[str, dict[str, float]]

WINDOW = timedelta(days=LinkSettings().window_days)
THRESHOLD = LinkSettings().threshold
PULL = 1e-3
"""How strongly weights of features of deviation one are drawn towards 0."""
SHIFTS = tuple(np.arange(0, 2.51, 0.25).tolist())
"""Added to the bias: which pairs are likely is one question, which groups are good another."""
NEGLIGIBLE = 0.004
"""Of shifts that are equally good but for this, the smallest is taken: rather apart than wrongly together."""


@dataclass(frozen=True)
class Told:
    """A strand of one document, and the group it belongs to."""

    strand: HeldStrand
    label: str


@dataclass(frozen=True)
class Pairs:
    """What linking compared: a row for each pair."""

    features: Floats
    embedded: Floats
    same: Vector


def told(documents: Sequence[tuple[EnrichedArticle, str]]) -> list[Told]:
    in_order = sorted(documents, key=lambda each: time_of(each[0]))
    return [Told(_strand(place, article), label) for place, (article, label) in enumerate(in_order)]


def _strand(place: int, article: EnrichedArticle) -> HeldStrand:
    times = Times(time_of(article), time_of(article))
    return HeldStrand(str(place), article.language, "", place, times, 1, traits(article))


def without_embedding(documents: Sequence[Told]) -> list[Told]:
    return [
        replace(each, strand=replace(each.strand, traits=replace(each.strand.traits, embedding=None)))
        for each in documents
    ]


def pairs(documents: Sequence[Told]) -> Pairs:
    """Every document with those near it when it came."""
    memory = Memory(Span(documents[0].strand.times.first))
    rows, embedded, same = [], [], []
    for each in documents:
        memory.move_to(Span(each.strand.times.first - WINDOW))
        strand = replace(each.strand, story_id=each.strand.id)
        memory.hold(strand)
        if near := memory.near(strand):
            rows.append(compare(strand, near, memory.table))
            embedded.append(both_embedded(strand, near))
            same += [documents[other.born].label == each.label for other in near]
    return Pairs(np.concatenate(rows), np.concatenate(embedded), np.array(same, np.float64))


def groups(documents: Sequence[Told], models: Floats) -> list[str]:
    """Where linking with these models puts each document."""
    memory = Memory(Span(documents[0].strand.times.first))
    found = []
    for each in documents:
        memory.move_to(Span(each.strand.times.first - WINDOW))
        memory.hold(each.strand)
        chosen = best_story(story_scores(memory, each.strand, coefficients=models), THRESHOLD) or each.strand.id
        memory.hold(replace(each.strand, story_id=chosen))
        found.append(chosen)
    return found


def learn(sets: Sequence[Sequence[Told]], besides: Sequence[Sequence[Told]] = ()) -> Models:
    """The model for words from all pairs, without embeddings; that for meaning from those that have them.

    Pairs are learnt from the sets and from what comes besides; the bias is set by the sets alone.
    """
    bare = [without_embedding(each) for each in sets]
    known = [pairs(each) for each in (*sets, *besides)]
    models: Models = {MEANING: {}}
    models[WORDS] = fitted(known, [name for name in FEATURES if not name.startswith("embedding")])
    shifted(models, WORDS, bare)
    models[MEANING] = fitted([_embedded(each) for each in known], list(FEATURES))
    shifted(models, MEANING, sets)
    return {name: {feature: round(value, 3) for feature, value in models[name].items()} for name in MODELS}


def _embedded(known: Pairs) -> Pairs:
    chosen = known.embedded > 0
    return Pairs(known.features[chosen], known.embedded[chosen], known.same[chosen])


def shifted(models: Models, name: str, sets: Sequence[Sequence[Told]]) -> None:
    """Move the bias of dated pairs to where the sets are put together best; undated ones have less to go by."""
    model, quality = models[name], {}
    for shift in SHIFTS:
        models[name] = _moved(model, shift)
        table = coefficients(models)
        found = [bcubed([one.label for one in each], groups(each, table)).f1 for each in sets]
        quality[shift] = float(np.mean(found))
        print(f"{name} {shift:+.2f}: {' '.join(f'{f1:.3f}' for f1 in found)}", file=sys.stderr)
    best = max(quality.values())
    models[name] = _moved(model, min(shift for shift, f1 in quality.items() if f1 >= best - NEGLIGIBLE))


def _moved(model: dict[str, float], shift: float) -> dict[str, float]:
    return model | {"bias": model["bias"] + shift, "undated": model["undated"] - shift}


def fitted(known: Sequence[Pairs], names: Sequence[str]) -> dict[str, float]:
    """Logistic regression by Newton's method; every set counts the same."""
    columns = [FEATURES.index(name) for name in names]
    rows = np.concatenate([each.features for each in known])[:, columns].astype(np.float64)
    same = np.concatenate([each.same for each in known])
    share = np.concatenate([np.full(len(each.same), 1 / len(each.same) / len(known)) for each in known])
    pull = PULL * rows.var(axis=0) + 1e-9
    weights = np.zeros(len(names))
    for _ in range(50):
        odds = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (share * (odds - same)) + pull * weights
        bend = (rows.T * (share * odds * (1 - odds))) @ rows + np.diag(pull)
        weights -= np.linalg.solve(bend, slope)
    return dict(zip(names, weights.tolist(), strict=True))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.learn_link", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--label", default="story", help="the field with the group a document belongs to")
    parser.add_argument("--squeeze", type=float, metavar="DAYS", help="learn from the stories of so many days, too")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        files = [asyncio.run(enriched(read(file, given.label))) for file in given.files]
    except (OSError, ValueError) as error:
        print(f"cannot read the documents: {error}", file=sys.stderr)
        return 2
    ways = (True, False) if given.squeeze else ()
    besides = [told(squeezed(each, given.squeeze, dated)) for each in files for dated in ways]
    models = learn([told(each) for each in files], besides)
    learnt = {"learnt_with": "python -m tests.quality.learn_link (docs/stories.md)", "models": models}
    given.out.write_bytes(msgspec.json.format(json.dumps(learnt).encode(), indent=2) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
