"""What a verb of speech attributes: its words and its sentence in; source, cue and content out.

Content stands behind the cue ("X said that ..."), before it ("...", X said), or around it.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from consumers.enrich.said.contents import (
    FEW,
    Attribution,
    Cue,
    find,
    has_verb,
    is_adjunct,
    is_lead,
    left_content,
    made,
    past_mark,
    pieces,
    preposed,
    right_content,
)
from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.phrases import QUOTE, Words
from consumers.enrich.said.quotation import Span
from consumers.enrich.said.speakers import Place, before_cue, can_speak, leftward, rightward

_BREAKS = (",", QUOTE, "—", "–", "-")


def of_verb(words: Words, grammar: Grammar, cue: Cue, known: Place | None) -> tuple[Attribution | None, Place | None]:
    if _is_no_verb(words, grammar, cue):
        return None, known
    if _is_passive(words, grammar, cue):
        return _passive(words, grammar, cue), known
    ahead = before_cue(words, grammar, cue.at, cue.first)
    touched = ahead > cue.first and words.low[ahead - 1] in _BREAKS
    turns = touched and (cue.kind != "act" or words.low[ahead - 1] == QUOTE)
    if turns and (found := _inverted(words, grammar, cue, ahead)):
        return found
    if not touched and cue.kind != "act" and (found := _introduced(words, grammar, cue, ahead)):
        return found
    turned = grammar.language == "de" and words.low[cue.first] in grammar["openers"] and not touched
    source = None if turned else leftward(words, grammar, cue.at, cue.first)
    if source and (not can_speak(words, grammar, source)):
        source = None
    if source and cue.kind != "act" and (around := _around(words, grammar, cue, source)):
        return made(words, cue, source, around), source
    source = source or _subject(words, cue, ahead, known)
    start = cue.after
    if not source and cue.kind != "act" and _reaches_right(words, grammar, cue):
        source = rightward(words, grammar, cue.after, cue.last)
        start = source[1] if source else start
    content = preposed(words, grammar, replace(cue, after=start))
    if not content or not (source or _is_sure(words, grammar, cue, content)):
        return None, source or known
    return made(words, cue, source, content), source


def _is_no_verb(words: Words, grammar: Grammar, cue: Cue) -> bool:
    """ "Asked about", "to report", "state Route 52": forms that are cues only where a content shows that they are."""
    word = words.low[cue.at]
    if cue.at == cue.first and word in grammar["openers"]:
        return True
    if grammar.language != "en":
        return False
    if cue.at > cue.first and words.low[cue.at - 1] == "to":
        return True
    if word not in grammar["vague"]:
        return False
    after = words.low[cue.after] if cue.after < cue.last else ""
    quoted = cue.at > cue.first and QUOTE in words.low[max(cue.first, cue.at - 3) : cue.at]
    return not (quoted or after in (*grammar["that"], "to", ":", QUOTE, ",") or after in grammar["pronouns"])


def _is_passive(words: Words, grammar: Grammar, cue: Cue) -> bool:
    if grammar.language != "en" or not words.low[cue.at].endswith(
        ("ed", "told", "said", "thought", "known", "written", "t")
    ):
        return False
    near = words.low[before_cue(words, grammar, cue.at, cue.first) : cue.at]
    return any(word in ("is", "are", "was", "were", "be", "been", "being") for word in near)


def _passive(words: Words, grammar: Grammar, cue: Cue) -> Attribution | None:
    """ "Was told by X that", "is believed to"."""
    if cue.after >= cue.last:
        return None
    if words.low[cue.after] == "by":
        source = rightward(words, grammar, cue.after + 1, cue.last)
        if source:
            rest = pieces(words, past_mark(words, source[1], cue.last, (",", "of", "to", "that")), cue.last)
            return made(words, cue, source, rest or pieces(words, cue.first, cue.at))
    if words.low[cue.after] in ("that", "to") or (words.low[cue.after] == "of" and cue.kind == "act"):
        start = cue.after + 1
        by = find(words, start, cue.last, ("by",)) if cue.kind == "act" else 0
        source = None
        return made(words, cue, source, pieces(words, start, by or cue.last))
    return None


def _inverted(words: Words, grammar: Grammar, cue: Cue, ahead: int) -> tuple[Attribution | None, Place | None] | None:
    """ "...", said X. None if it is not of this kind."""
    source = rightward(words, grammar, cue.after, cue.last)
    left = left_content(words, cue.first, ahead)
    if not left or not source or not can_speak(words, grammar, source):
        return None
    if not has_verb(words, grammar, cue.first, ahead):
        return None
    behind = source[1]
    quoted = words.low[ahead - 1] == QUOTE or words.low[ahead - 2] == QUOTE
    if not quoted and behind < cue.last and words.low[behind] in grammar["finite"]:
        return None
    if not quoted and is_lead(words, grammar, cue.first, ahead - 1) and cue.last - behind > FEW:
        return None
    if cue.kind == "think" and not quoted and cue.last - behind > FEW + 2:
        return None
    if behind < cue.last and words.low[behind] in grammar["that"]:
        return None
    return made(words, cue, source, left + right_content(words, grammar, behind, cue.last)), source


def _introduced(words: Words, grammar: Grammar, cue: Cue, ahead: int) -> tuple[Attribution | None, Place | None] | None:
    """ "As X reported, ...": also behind a comma, at the end."""
    begins = ahead
    while begins > cue.first and cue.at - begins < 12 and words.low[begins] not in grammar["as"]:
        if words.low[begins] in (",", QUOTE):
            return None
        begins -= 1
    if words.low[begins] not in grammar["as"] or begins == cue.at:
        return None
    source = rightward(words, grammar, cue.after, cue.last)
    if begins + 1 < ahead:
        source = leftward(words, grammar, cue.at, begins + 1) or source
    if not source:
        return None
    comma = find(words, max(cue.after, source[1]), cue.last, (",",))
    if begins - cue.first <= 2 and comma:
        return made(words, cue, source, pieces(words, comma + 1, cue.last)), source
    left = left_content(words, cue.first, begins)
    return (made(words, cue, source, left), source) if left and begins - cue.first > FEW else None


def _around(words: Words, grammar: Grammar, cue: Cue, source: Place) -> list[Span]:
    """The content before "X said", and behind it if it goes on; none if it is not of this kind."""
    if source[0] <= cue.first or words.low[source[0] - 1] not in _BREAKS:
        return []
    left = left_content(words, cue.first, source[0])
    if not left or not has_verb(words, grammar, cue.first, source[0]):
        return []
    quoted = words.low[source[0] - 1] == QUOTE
    rest = cue.last - cue.after
    ends = (
        rest == 0
        or words.low[cue.after] in (",", ".", ";", "!", "?", "—", "–", QUOTE)
        or is_adjunct(words, grammar, cue)
    )
    if not ends or (not quoted and rest > FEW and is_lead(words, grammar, cue.first, source[0])):
        return []
    if not quoted and rest > 1 and words.low[cue.after] in (":", QUOTE):
        return []
    if (
        not quoted
        and rest > 2
        and words.low[cue.after] == ","
        and words.low[cue.after + 1] in (*grammar["that"], QUOTE)
    ):
        return []
    return left + right_content(words, grammar, cue.after, cue.last)


def _subject(words: Words, cue: Cue, ahead: int, known: Place | None) -> Place | None:
    """The subject that "and added" shares with the cue before it."""
    if ahead > cue.first and words.low[ahead - 1] in (
        ",",
        "and",
        "but",
        "и",
        "і",
        "а",
        "але",
        "und",
        "et",
        "y",
        "i",
        "oraz",
        ";",
    ):
        return known
    return None


def _reaches_right(words: Words, grammar: Grammar, cue: Cue) -> bool:
    """Languages in which the subject may follow the verb at will."""
    return grammar.language != "en" and cue.after < cue.last and words.low[cue.after] not in (",", ":", QUOTE)


def _is_sure(words: Words, grammar: Grammar, cue: Cue, content: Sequence[Span]) -> bool:
    """Enough to go by without a source: a quotation, or a verb of speech with "that"."""
    if any(words.text[span.start] in '«„“"' for span in content):
        return cue.kind in ("say", "tell")
    return cue.kind in ("say", "tell") and any(
        word in grammar["that"] for word in words.low[cue.after : min(cue.after + 3, cue.last)]
    )
