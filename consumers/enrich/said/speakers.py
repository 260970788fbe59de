"""Who says it: words and a place beside a cue in, the words that name the source out."""

from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.phrases import QUOTE, Words

MOST_WORDS = 16
"""Of a source; what is longer is no noun phrase."""
Place = tuple[int, int]
"""From word to before word."""
MARKS = frozenset(",;:—–-()[]/\n.!?…")
_AND = frozenset(("and", "и", "і", "й", "i", "und", "et", "y", "e", "ir", "a", "oraz"))


def leftward(words: Words, grammar: Grammar, cue: int, first: int) -> Place | None:
    """The source that ends before the cue; None if nothing there can be one."""
    after = before_cue(words, grammar, cue, first)
    if after > first and words.low[after - 1] in (",", "—", "–"):
        return _with_apposition(words, grammar, after - 1, first)
    start = _run_left(words, grammar, after, first)
    return _trimmed(words, grammar, start, after)


def before_cue(words: Words, grammar: Grammar, cue: int, first: int) -> int:
    """Behind the word that comes before the cue and its auxiliaries and adverbs."""
    between = grammar["between"]
    at = cue
    while at > first and cue - at < 6 and (words.low[at - 1] in between or _is_adverb(words, grammar, at - 1)):
        at -= 1
    return at


def _is_adverb(words: Words, grammar: Grammar, at: int) -> bool:
    return grammar.language == "en" and words.low[at].endswith("ly") and not words.capital(at)


def _with_apposition(words: Words, grammar: Grammar, comma: int, first: int) -> Place | None:
    """ "Anna Kovac, the minister, said": from the name on."""
    least = max(first, comma - MOST_WORDS)
    for at in range(comma - 1, least, -1):
        if words.low[at] == QUOTE or words.low[at] in ";:\n":
            return None
        if words.low[at] in (",", "—", "–"):
            start = _run_left(words, grammar, at, first)
            found = _trimmed(words, grammar, start, at)
            return (found[0], comma) if found and _is_noun(words, grammar, found) else None
    return None


def _is_noun(words: Words, grammar: Grammar, place: Place) -> bool:
    first = place[0]
    return words.capital(first) or words.low[first] in grammar["determiners"] or words.low[first] in grammar["pronouns"]


def _run_left(words: Words, grammar: Grammar, after: int, first: int) -> int:
    """Where the noun phrase that ends before `after` may begin."""
    stops, finite = grammar["stops"], grammar["finite"]
    at = after
    while at > first and after - at < MOST_WORDS:
        word = words.low[at - 1]
        if word == "who" and at == after:
            return _relative(words, grammar, at - 1, first)
        if (word in MARKS and not shortens(words, grammar, at - 1)) or word == QUOTE:
            break
        if word in stops and not _inside_noun(words, grammar, at - 1, first):
            break
        if word in finite:
            break
        if word in _AND and not (at < after and _joins(words, at - 1, first)):
            break
        at -= 1
    return at


def shortens(words: Words, grammar: Grammar, at: int) -> bool:
    """The point of "Rep." or "J."."""
    before = words.low[at - 1] if at else ""
    return words.low[at] == "." and (before in grammar["gaps"] or (len(before) == 1 and before.isalpha()))


def _inside_noun(words: Words, grammar: Grammar, at: int, first: int) -> bool:
    """A preposition with a noun before it: "police in Minsk"."""
    if at == first or words.low[at] in grammar["that"] or words.low[at] in grammar["finite"]:
        return False
    before = words.low[at - 1]
    is_preposition = words.low[at] in grammar["openers"]
    return is_preposition and before.isalpha() and before not in grammar["stops"] and before not in grammar["pronouns"]


def _joins(words: Words, at: int, first: int) -> bool:
    """An "and" between names."""
    return at > first and words.capital(at - 1) and words.capital(at + 1)


def _relative(words: Words, grammar: Grammar, who: int, first: int) -> int:
    at = who - 1 if who > first and words.low[who - 1] == "," else who
    start = _run_left(words, grammar, at, first)
    return start if start < at else who


def _trimmed(words: Words, grammar: Grammar, start: int, after: int) -> Place | None:
    """Without "On Monday" and the like before it."""
    openers, times = grammar["openers"], grammar["times"]
    while start < after and (
        words.low[start] in openers
        or words.low[start] in times
        or (not words.low[start][0].isalnum() and not _quoted(words, start))
    ):
        if words.low[start].isalpha() and words.low[start] in grammar["determiners"]:
            break
        start += 1
        while start < after and (words.low[start] in times or words.low[start].isdigit()):
            start += 1
    return (start, after) if start < after else None


def _quoted(words: Words, at: int) -> bool:
    return words.low[at] in '«„“"‘'


def rightward(words: Words, grammar: Grammar, first: int, last: int) -> Place | None:
    """The source that begins at `first` (behind a cue or "according to"); None if none can be there."""
    stops, finite, pauses = grammar["stops"], grammar["finite"], grammar["pauses"]
    low = words.low
    at = first
    while at < last and low[at] in grammar["between"] and low[at] not in grammar["pronouns"]:
        at += 1
    start = at
    if at < last and low[at] in grammar["pronouns"]:
        return at, at + 1
    while at < last and at - start < MOST_WORDS:
        word = low[at]
        if (word in MARKS and not shortens(words, grammar, at)) or word == QUOTE or word in finite:
            break
        if word in grammar["times"]:
            break
        if at > start and (word in pauses or word in stops) and not _keeps(words, grammar, at, last):
            break
        if at == start and word in stops:
            break
        at += 1
    while (
        at > start
        and (low[at - 1] in grammar["openers"] or low[at - 1] in grammar["pauses"])
        and not words.capital(at - 1)
    ):
        at -= 1
    return (start, at) if at > start else None


def _keeps(words: Words, grammar: Grammar, at: int, last: int) -> bool:
    """A preposition inside a name ("minister for Europe", "МВД по Минску"): only "for" and its like, never time."""
    return words.low[at] in ("for", "of", "по") and at + 1 < last and words.low[at + 1] not in grammar["times"]


def can_speak(words: Words, grammar: Grammar, place: Place) -> bool:
    """Names, pronouns, and nouns with their article; in languages without articles, any word."""
    first = place[0]
    word = words.low[first]
    if word in grammar["that"] or word in grammar["finite"]:
        return False
    articles = grammar["determiners"]
    return (
        not articles or word in articles or word in grammar["pronouns"] or words.capital(first) or place[1] - first < 6
    )
