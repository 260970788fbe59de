"""Which letters are capitals: nothing comes in, the inside of a regular expression's brackets goes out.

Ranges of code points will not do: from Latin Extended on, capitals and small letters take turns.
"""

from collections.abc import Iterable, Iterator
from itertools import count, groupby

_CASED = (range(0x41, 0x250), range(0x370, 0x530), range(0x531, 0x588), range(0x1E00, 0x2000))
"""Latin, Greek, Cyrillic, Armenian, and what Latin and Greek have more."""


def _ranges(letters: Iterable[str]) -> Iterator[str]:
    """Neighbours together: "A-Z"."""
    pairs = zip(letters, count(), strict=False)
    for _, some in groupby(pairs, lambda pair: ord(pair[0]) - pair[1]):
        run = [letter for letter, _ in some]
        yield run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}"


CAPITALS = "".join(
    _ranges(chr(code) for block in _CASED for code in block if chr(code).isupper() or chr(code).istitle())
)
