"""The weights of the pair models, as learnt: a file comes in, coefficients go out.

Pairs of which both have an embedding have a model of their own. The features overlap, so the coefficients only make
sense together: learn them again (docs/stories.md), do not edit them.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("weights.json")
KINDS = ("places", "names", "numbers", "figures", "entities", "letters", "embedding")
"""Of each the similarity, and how many deviations that is above what is usual between two such strands."""
TOLD = ("places", "numbers", "figures", "entities")
"""Of each whether both have any, and whether these are others."""
WHEN = ("two_days", "week", "undated")
CROWD = "crowd"
"""How many strands might be meant: the more share these days, the less sharing them says."""
TOGETHER = (
    *(("places", "names"), ("places", "letters"), ("names", "letters"), ("places", "numbers")),
    *((kind, "two_days") for kind in ("places", "names", "letters", "entities", "embedding")),
    *(("embedding", "places"), ("embedding", "names")),
    *((CROWD, kind) for kind in (*WHEN, "embedding", "letters_over_usual", "embedding_over_usual")),
)
"""Pairs that say more together than each for itself: their product."""
FEATURES = (
    *(name for kind in KINDS for name in (kind, f"{kind}_over_usual")),
    *(name for kind in TOLD for name in (f"both_{kind}", f"{kind}_differ")),
    *WHEN,
    CROWD,
    *(f"{one}_and_{other}" for one, other in TOGETHER),
    *("places_shared", "bias"),
)
WORDS, MEANING = MODELS = ("words", "meaning")

Floats = NDArray[np.float32]


def coefficients(models: Mapping[str, Mapping[str, float]]) -> Floats:
    """A row for each of `MODELS`, in the order of `FEATURES`; a feature not named weighs nothing.

    Raises `KeyError` if a model is missing, `ValueError` if one names something that is no feature.
    """
    for name in MODELS:
        if unknown := set(models[name]) - set(FEATURES):
            raise ValueError(f"the model {name} names {sorted(unknown)}, which are no features")
    return np.array([[models[name].get(feature, 0.0) for feature in FEATURES] for name in MODELS], np.float32)


def read(path: Path = FILE) -> Floats:
    return coefficients(json.loads(path.read_text(encoding="utf-8"))["models"])
