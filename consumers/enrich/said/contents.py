"""Where the content of a cue stands: behind it, before it or around it. Words and a cue in, spans of characters out."""

from collections.abc import Sequence

import msgspec

from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.phrases import QUOTE, Words
from consumers.enrich.said.quotation import Span
from consumers.enrich.said.speakers import Place

LONGEST = 150
"""Words of a content."""
FEW = 3
_NEAR = 8
"""Words between a cue and its quotation."""
_CLAUSE = frozenset(
    ["the", "a", "an", "this", "that", "these", "those", "his", "her", "their", "its", "my", "our", "your", "there"]
)
_EDGE = frozenset(",;:—–-.!?…)")


class Attribution(msgspec.Struct, frozen=True):
    """Somebody's words or thoughts, in characters of the text."""

    cue: Span | None
    kind: str
    source: Span | None = None
    contents: tuple[Span, ...] = ()
    start: int = 0
    """Of its sentence."""


class Cue(msgspec.Struct, frozen=True):
    """A cue where it stands: words from `at` to before `after`, in a sentence from `first` to before `last`."""

    at: int
    after: int
    kind: str
    first: int
    last: int


def is_adjunct(words: Words, grammar: Grammar, cue: Cue) -> bool:
    """Only when and where it was said follows."""
    word = words.low[cue.after]
    if word in grammar["that"] or word in grammar["determiners"]:
        return False
    near = words.low[cue.after : min(cue.last, cue.after + 14)]
    opens = (
        word in grammar["openers"] or word in grammar["times"] or word in grammar["pauses"] or word in grammar["roles"]
    )
    return opens and not any(each in grammar["that"] or each in grammar["finite"] for each in near)


def has_verb(words: Words, grammar: Grammar, first: int, after: int) -> bool:
    """Whether these words could be a sentence. Only of English is it known."""
    if grammar.language != "en":
        return True
    near = words.low[first : min(after, first + LONGEST)]
    return any(word == QUOTE or word in grammar["finite"] or word.endswith("ed") for word in near)


def left_content(words: Words, first: int, after: int) -> list[Span]:
    """From the beginning of the sentence to the comma or quotation before the narrator's words."""
    while after > first and words.low[after - 1] in (",", "—", "–", "-", ":"):
        after -= 1
    if after <= first or (after - first < FEW - 1 and QUOTE not in words.low[first:after]):
        return []
    return pieces(words, first, after)


def right_content(words: Words, grammar: Grammar, at: int, last: int) -> list[Span]:
    """What goes on behind the narrator's words: a quotation, or a clause behind a comma."""
    quote = find(words, at, last, (QUOTE,))
    if quote:
        return pieces(words, quote, last)
    if at < last and words.low[at] == "," and last - at > FEW:
        start = at + 1
        if (
            words.low[start] in grammar["stops"]
            or words.low[start] in grammar["openers"]
            or words.low[start].endswith("ing")
        ):
            return []
        if not any(word in grammar["finite"] for word in words.low[start : min(last, start + LONGEST)]):
            return []
        return pieces(words, start, last)
    return []


def preposed(words: Words, grammar: Grammar, cue: Cue) -> list[Span]:
    """What follows the cue."""
    at = cue.after
    ahead = find(words, at, min(cue.last, at + 16), (*grammar["that"], QUOTE, ":"), frozenset((";",)))
    if ahead is not None and ahead + 1 < cue.last and words.low[ahead + 1] in grammar["times"]:
        ahead = None  # "that night"
    mark = words.low[ahead] if ahead is not None else ""
    if ahead is not None and mark in grammar["that"] and (cue.kind != "act" or ahead - at < 2):
        return pieces(words, ahead + 1, cue.last)
    if ahead is not None and mark == ":" and cue.last - ahead > 1:
        return pieces(words, ahead + 1, cue.last)
    if cue.kind == "act":
        return pieces(words, at, cue.last)
    if ahead is not None and mark == QUOTE and ahead - at <= _NEAR:
        return pieces(words, ahead, cue.last)
    return _bare(words, grammar, cue)


def _bare(words: Words, grammar: Grammar, cue: Cue) -> list[Span]:
    """A clause without "that"."""
    start = _past_time(words, grammar, _addressee(words, grammar, cue), cue.last)
    if grammar.language != "en" and (comma := find(words, start, min(cue.last, start + _NEAR), (",",))) is not None:
        return pieces(words, comma + 1, cue.last) if cue.last - comma > FEW else []
    if cue.kind == "think" and not _opens_clause(words, grammar, start, cue.last):
        return []
    return pieces(words, start, cue.last) if grammar.language == "en" else []


def _addressee(words: Words, grammar: Grammar, cue: Cue) -> int:
    """Behind who is told: "told the BBC", "told reporters in Minsk"."""
    if cue.kind != "tell":
        return cue.after
    at = cue.after
    while (
        at < cue.last
        and at - cue.after < 6
        and (words.low[at] in grammar["roles"] or words.capital(at) or words.low[at] == "news")
    ):
        if at > cue.after and words.low[at] in grammar["pronouns"]:
            break
        if words.low[at] in ("the", "his", "their") and at > cue.after:
            break
        at += 1
    return at


def _past_time(words: Words, grammar: Grammar, at: int, last: int) -> int:
    """Behind "on Monday", "in a statement" where it is nothing but that."""
    start = at
    while (
        at < last
        and at - start < 6
        and (
            words.low[at] in grammar["times"]
            or (
                words.low[at] in ("on", "late", "early", "at", "in")
                and at + 1 < last
                and words.low[at + 1] in grammar["times"]
            )
        )
    ):
        at += 1
    return at


def _opens_clause(words: Words, grammar: Grammar, at: int, last: int) -> bool:
    if at >= last - 1 or grammar.language != "en":
        return False
    word = words.low[at]
    clause = (
        word in ("to", "there", QUOTE)
        or word in grammar["pronouns"]
        or word in _CLAUSE
        or words.capital(at)
        or word.isalpha()
    )
    within = words.low[at : min(last, at + 14)]
    return clause and (word == "to" or any(each in grammar["finite"] for each in within))


def is_lead(words: Words, grammar: Grammar, first: int, after: int) -> bool:
    """ "On Monday", "After the vote": words that lead to a sentence and say nothing by themselves."""
    if after - first > 12 or QUOTE in words.low[first:after]:
        return False
    within = words.low[first:after]
    return words.low[first] in grammar["openers"] and not any(word in grammar["finite"] for word in within[1:])


def past_mark(words: Words, at: int, last: int, marks: Sequence[str]) -> int:
    return at + 1 if at < last and words.low[at] in marks else at


def find(words: Words, at: int, last: int, wanted: Sequence[str], never: frozenset[str] = frozenset()) -> int | None:
    for place in range(at, min(last, at + LONGEST)):
        if words.low[place] in wanted:
            return place
        if words.low[place] in never:
            return None
    return None


def pieces(words: Words, first: int, after: int) -> list[Span]:
    """These words without marks at their edges, as one span; none if no word is left."""
    after = min(after, first + LONGEST)
    while first < after and words.low[first] in _EDGE:
        first += 1
    while after > first and words.low[after - 1] in _EDGE:
        after -= 1
    return [words.span(first, after)] if after > first else []


def made(words: Words, cue: Cue, source: Place | None, contents: Sequence[Span]) -> Attribution | None:
    if not contents:
        return None
    who = words.span(*source) if source else None
    return Attribution(words.span(cue.at, cue.after), cue.kind, who, tuple(contents))
