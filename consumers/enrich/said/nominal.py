"""Attributions without a verb of their own: "according to X", "Dem Ministerium zufolge", "his claim that"."""

from consumers.enrich.said.contents import FEW, LONGEST, Attribution, Cue, find, is_lead, made, past_mark, pieces
from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.phrases import Words
from consumers.enrich.said.speakers import Place, leftward, rightward

_OWNERS = frozenset(("his", "her", "their", "its", "my", "our"))


def according(words: Words, grammar: Grammar, cue: Cue) -> Attribution | None:
    """What is said stands behind the source where the sentence begins with the cue, else before the cue."""
    source = rightward(words, grammar, cue.after, cue.last)
    if not source or (cue.kind == "citing" and not any(words.capital(at) for at in range(*source))):
        return None
    behind = past_mark(words, source[1], cue.last, (",", ":", "—", "–"))
    if cue.at - cue.first <= 1 or is_lead(words, grammar, cue.first, cue.at):
        comma = find(words, source[1], min(cue.last, source[1] + LONGEST), (",",))
        source = source if pieces(words, source[1], cue.last) else _shortest(words, source)
        return made(words, cue, source, pieces(words, (comma + 1) if comma else source[1], cue.last))
    goes_on = behind > source[1] and cue.last - behind > FEW
    rest = pieces(words, behind, cue.last) if goes_on else []
    return made(words, cue, source, pieces(words, cue.first, cue.at) + rest)


def _shortest(words: Words, source: Place) -> Place:
    """One word, or a name: where no comma says how far the source goes."""
    first, after = source
    at = first + 1
    while at < after and words.capital(at):
        at += 1
    return first, at


def behind_source(words: Words, grammar: Grammar, cue: Cue) -> Attribution | None:
    """ "Dem Ministerium zufolge ..."."""
    source = leftward(words, grammar, cue.at, cue.first)
    if not source:
        return None
    ahead = pieces(words, cue.first, source[0]) if source[0] - cue.first > FEW else []
    return made(words, cue, source, ahead + pieces(words, cue.after, cue.last))


def is_noun(words: Words, grammar: Grammar, cue: Cue) -> bool:
    """ "The reports", "his claim"."""
    if cue.at == cue.first or not grammar["determiners"] or cue.kind == "this":
        return False
    word = words.low[cue.at - 1]
    is_article = word in grammar["determiners"] and word not in grammar["pronouns"] and word not in grammar["between"]
    return is_article or (grammar.language == "en" and (word == "of" or word.endswith(("'s", "’s"))))


def noun(words: Words, grammar: Grammar, cue: Cue) -> Attribution | None:
    at = cue.after + (cue.after < cue.last and words.low[cue.after] == ",")
    if at >= cue.last or words.low[at] not in grammar["that"]:
        return None
    return made(words, cue, _owner(words, grammar, cue), pieces(words, at + 1, cue.last))


def _owner(words: Words, grammar: Grammar, cue: Cue) -> Place | None:
    """ "His claim", "the minister's claim"."""
    word = words.low[cue.at - 1] if cue.at > cue.first else ""
    if word.endswith(("'s", "’s")):
        return leftward(words, grammar, cue.at, cue.first)
    return (cue.at - 1, cue.at) if word in _OWNERS else None
