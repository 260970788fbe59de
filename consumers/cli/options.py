"""What a subscription asks for, as typed: words in, wishes out. Raises `Invalid`, which says what may be typed."""

import re
from collections.abc import Iterable
from dataclasses import asdict

from service.errors import Invalid
from service.model import MEASURES, Follow, Grew, Timing
from service.timing import check

_GREW = re.compile(rf"({'|'.join(MEASURES)})>=([1-9]\d{{0,5}})")
_SWITCHES = ("revised", "retracted", "merged")


def follow_of(words: Iterable[str]) -> Follow:
    """`independent>=3`, `languages>=3`, `merged`, `no-revised`, ..."""
    numbers: dict[str, set[int]] = {measure: set() for measure in MEASURES}
    switches = {}
    for word in words:
        if found := _GREW.fullmatch(word):
            numbers[found[1]].add(int(found[2]))
        elif (name := word.removeprefix("no-")) in _SWITCHES:
            switches[name] = name == word
        else:
            known = ", ".join((*(f"{each}>=3" for each in MEASURES), *_SWITCHES, *(f"no-{each}" for each in _SWITCHES)))
            raise Invalid(f"follow: {word!r} is none of {known}")
    return Follow(Grew(**{measure: tuple(sorted(some)) for measure, some in numbers.items()}), **switches)


def timing_of(pairs: Iterable[str]) -> Timing:
    """`digest=0 7 * * mon-fri`, `quiet_hours=22:00-07:00`, `time_zone=Europe/Vilnius`."""
    given = asdict(Timing())
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if name not in given or not sign:
            raise Invalid(f"timing: {pair!r} is none of {', '.join(f'{each}=...' for each in given)}")
        given[name] = value.strip()
    check(given["digest"], given["quiet_hours"], given["time_zone"])
    return Timing(**given)
