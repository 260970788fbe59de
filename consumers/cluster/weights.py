"""The weights of the pair model, as learnt: a file comes in, a table of coefficients goes out.

There is a model for each kind of pair, because what is missing cannot be weighed: by how much text the shorter of
the two has, by whether both have an embedding, and by who says when both were written (nobody, the publishers, or a
text alone). The features overlap, so the coefficients only make sense together: learn them again (docs/stories.md),
do not edit them.
"""

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE = Path(__file__).with_name("weights.json")
FEATURES = ("bias", "title", "body", "window", "names", "embedding", "least_gap", "most_gap", "days", "fresh")
KINDS = (("headline", "lead", "full"), ("embedding", "words"), ("undated", "dated", "said"))
"""What distinguishes the models; each value's place is its index in the table."""


def table(models: Mapping[str, Mapping[str, float]]) -> Floats:
    """Coefficients by length, embedding and date, in the order of `FEATURES`; a feature not named weighs nothing.

    Raises `KeyError` if a model is missing, `ValueError` if one names something that is no feature.
    """
    found = np.zeros((*map(len, KINDS), len(FEATURES)), np.float32)
    for place in product(*(range(len(kind)) for kind in KINDS)):
        name = name_of(place)
        if unknown := set(models[name]) - set(FEATURES):
            raise ValueError(f"the model for {name} names {sorted(unknown)}, which are no features")
        found[place] = [models[name].get(feature, 0.0) for feature in FEATURES]
    return found


def name_of(place: tuple[int, ...]) -> str:
    """What the file calls the model at this place of the table."""
    return ", ".join(kind[at] for kind, at in zip(KINDS, place, strict=True))


_FILED = json.loads(FILE.read_text(encoding="utf-8"))
AT_ONCE = table(_FILED["at_once"])
"""For an article that has just come. Set by hand: whoever joins at once must be sure."""
SETTLED = table(_FILED["settled"])
"""For articles that are decided again jointly. Learnt; they lean towards joining, which the joint decision corrects."""
