"""How much two texts say the same, from 0 to 1, by their vectors.

Vectors are of the multilingual Universal Sentence Encoder: texts about the same are near each other in any of its
languages.
"""

LEAST_LIKENESS = 0.25
"""From here on an article is about what `about:` says. See docs/query.md for what that gives."""


def likeness(one: bytes, other: bytes) -> float:
    """The cosine of the angle between two vectors of signed bytes, 0 where it is obtuse or one is missing."""
    if not one or len(one) != len(other):
        return 0.0
    import numpy as np  # a tenth of a second to load, and few queries ask about meaning

    first, second = (np.frombuffer(vector, np.int8).astype(np.float32) for vector in (one, other))
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return max(0.0, float(first @ second) / length) if length else 0.0
