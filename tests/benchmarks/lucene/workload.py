"""Made-up documents and queries for measuring matchers, the same for all of them and for the same seed.

Documents are about 500 words, with word counts as in real text (Zipf) and words of their own that they repeat.
Queries take their words from other documents than those that are measured, so that few of them match; each is one
line, its fields parted by tabs:

    all      a b c d e   f g      every one of the first, none of the second
    phrase   a b                  one after the other
    groups   a|b|c d|e   f        one of each group, none of the last
    near     a b         5        at most so far apart, in any order
    prefix   abcde       f        a word that begins so, and another
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

WORDS = 60_000
TOKENS = 490
ARCHIVE = 2_700
NEAR = 5
_ONSETS = "b br d dr f fl g gl h k kl l m n p pl r s st t tr v w z"
_VOWELS = "a e i o u ai ea oo"
_CODAS = ["", "", "l", "n", "r", "s", "t", "nd"]


@dataclass
class World:
    """Documents as lists of words: those that queries are made from, and those that are measured."""

    archive: list[list[str]]
    documents: list[list[str]]
    dice: random.Random
    common: frozenset[str] = field(init=False)
    """In more than a fifth of the documents."""
    rare: list[str] = field(init=False)
    """In at least two documents, and in no more than one of fifty."""
    different: dict[int, list[str]] = field(init=False)
    """The words of each document of the archive, by its id(), each once; and those that are not common."""
    uncommon: dict[int, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        seen = Counter(word for document in self.archive for word in set(document))
        most = len(self.archive)
        self.common = frozenset(word for word, count in seen.items() if count > most * 0.2)
        self.rare = sorted(word for word, count in seen.items() if 2 <= count <= most * 0.02)
        self.different = {id(document): sorted(set(document)) for document in self.archive}
        self.uncommon = {id(document): sorted(set(document) - self.common) for document in self.archive}


def world(documents: int = 300, seed: int = 7) -> World:
    dice = random.Random(seed)
    words = _words(dice)
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    archive = [_document(dice, words, weights) for _ in range(ARCHIVE)]
    return World(archive, [_document(dice, words, weights) for _ in range(documents)], dice)


def _words(dice: random.Random) -> list[str]:
    """Words that can be spoken, of four letters and more, all different."""
    onsets, vowels = _ONSETS.split(), _VOWELS.split()
    found: dict[str, None] = {}
    while len(found) < WORDS:
        syllables = range(dice.choice((2, 2, 3, 3, 4)))
        word = "".join(dice.choice(onsets) + dice.choice(vowels) + dice.choice(_CODAS) for _ in syllables)
        found.setdefault(word)
    return list(found)


def _document(dice: random.Random, words: list[str], weights: list[float]) -> list[str]:
    length = max(60, int(dice.gauss(TOKENS, TOKENS / 4)))
    own = dice.choices(words, k=30)
    drawn = dice.choices(words, cum_weights=weights, k=length)
    return [dice.choice(own) if dice.random() < 0.2 else word for word in drawn]


def musts(world: World) -> str:
    """Five words of one document, two that must not be there."""
    wanted = world.dice.sample(world.different[id(world.dice.choice(world.archive))], 5)
    return f"all\t{' '.join(wanted)}\t{' '.join(_unwanted(world, wanted))}"


def _unwanted(world: World, wanted: list[str]) -> Iterator[str]:
    found: set[str] = set()
    while len(found) < 2:
        word = world.dice.choice(world.dice.choice(world.archive))
        if word not in world.common and word not in wanted:
            found.add(word)
    yield from sorted(found)


def news(world: World) -> str:
    """As analysts write them: 15 % words, 35 % phrases, 25 % groups, 13 % near, 12 % beginnings."""
    kind = world.dice.random()
    document = world.dice.choice(world.archive)
    if kind < 0.15:
        return _word(world)
    if kind < 0.50:
        return _pair(world, document, 1, "phrase\t{} {}")
    if kind < 0.75:
        return _groups(world, document)
    if kind < 0.88:
        return _pair(world, document, world.dice.randint(2, NEAR), f"near\t{{}} {{}}\t{NEAR}")
    beginning = world.dice.choice(world.rare)
    return f"prefix\t{beginning[: max(5, len(beginning) - 2)]}\t{_uncommon(world, document)}"


def _word(world: World) -> str:
    return f"all\t{world.dice.choice(world.rare)}\t"


def _pair(world: World, document: list[str], apart: int, form: str) -> str:
    for _ in range(50):
        at = world.dice.randrange(len(document) - apart)
        one, other = document[at], document[at + apart]
        if one != other and not {one, other} & world.common:
            return form.format(one, other)
    return _word(world)


def _groups(world: World, document: list[str]) -> str:
    first = [_uncommon(world, document), *world.dice.sample(world.rare, 2)]
    second = [_uncommon(world, document), world.dice.choice(world.rare)]
    return f"groups\t{'|'.join(first)} {'|'.join(second)}\t{world.dice.choice(world.rare)}"


def _uncommon(world: World, document: list[str]) -> str:
    return world.dice.choice(world.uncommon[id(document)])


WORKLOADS: dict[str, Callable[[World], str]] = {"musts": musts, "news": news}
