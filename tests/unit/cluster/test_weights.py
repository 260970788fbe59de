"""The file of weights says all that the pair model asks for, and nothing else."""

from itertools import product

import numpy as np
import pytest

from consumers.cluster.weights import AT_ONCE, FEATURES, KINDS, SETTLED, name_of, table


def models() -> dict[str, dict[str, float]]:
    return {name_of(place): {"bias": 1.0} for place in product(*(range(len(kind)) for kind in KINDS))}


def test_every_kind_of_pair_has_weights_of_its_own() -> None:
    for each in (AT_ONCE, SETTLED):
        assert each.shape == (3, 2, 3, len(FEATURES))
        assert np.isfinite(each).all()
    assert len({each.tobytes() for each in SETTLED.reshape(18, -1)}) == 12  # dates of texts weigh like publishers'


def test_what_is_missing_weighs_nothing() -> None:
    embedding, days = FEATURES.index("embedding"), FEATURES.index("days")
    for each in (AT_ONCE, SETTLED):
        assert not each[:, 1, :, embedding].any()
        assert not each[:, :, 0, days].any()


def test_a_model_that_is_not_there_is_named() -> None:
    some = models()
    del some["lead, words, dated"]
    with pytest.raises(KeyError, match="lead, words, dated"):
        table(some)


def test_a_feature_that_nobody_knows_is_named() -> None:
    some = models()
    some["lead, words, dated"]["length"] = 1.0
    with pytest.raises(ValueError, match="length"):
        table(some)
