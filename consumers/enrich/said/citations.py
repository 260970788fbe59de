"""Citations: attributions in, the outlets and offices that are given as sources out."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from consumers.enrich.said.contents import Attribution
from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.outlets import domain_of, outlet_in
from consumers.enrich.said.phrases import Words
from consumers.enrich.said.quotation import Span
from service.messages import Citation

_FEW = 24
"""Characters between a cue and the source behind it."""
_WORDS = 9
"""Behind a cue, in which it is said who was told."""
_ENDS = frozenset(".!?…;:\n")


def citations(words: Words, known: Grammar, found: Sequence[Attribution]) -> list[Citation]:
    """In the order of the text, each place once."""
    made: dict[tuple[int, int], Citation] = {}
    for one in found:
        for citation in _of(words, known, one):
            made.setdefault((citation.start, citation.end), citation)
    return sorted(made.values(), key=lambda citation: citation.start)


def outlet_of(words: Words, span: Span, known: Grammar) -> tuple[Span | None, str]:
    """The outlet that a source is, and its domain: "the news agency Reuters" is one, "Anna Kovac of Reuters" none."""
    if span not in words.outlets:
        words.outlets[span] = _outlet_of(words, span, known)
    return words.outlets[span]


def _outlet_of(words: Words, span: Span, known: Grammar) -> tuple[Span | None, str]:
    first, after = _places(words, span)
    capitals = [words.capital(at) for at in range(first, after)]
    found = outlet_in(words.low[first:after], capitals)
    if not found:
        return None, ""
    start, end, domain = found
    others = (words.low[first + at] for at, capital in enumerate(capitals) if capital and not start <= at < end)
    if any(word not in known["media"] and word not in known["determiners"] for word in others):
        return None, ""
    return words.span(first + start, first + end), domain


def _places(words: Words, span: Span) -> tuple[int, int]:
    return bisect_left(words.start, span.start), bisect_left(words.start, span.end)


def is_own(citation: Citation, own: str) -> bool:
    """Whether an outlet of this name or domain is the one cited."""
    if not own:
        return False
    same = citation.cited.casefold() == own.casefold()
    return same or (citation.domain != "" and citation.domain in (own, domain_of(own)))


def _of(words: Words, known: Grammar, one: Attribution) -> Iterator[Citation]:
    if one.source:
        outlet, domain = outlet_of(words, one.source, known)
        if outlet:
            yield _made(words, one, outlet, domain)
        elif one.kind in ("according", "citing") and (asked := _told(words, one, one.source.start)):
            yield _made(words, one, *asked)
        elif _is_office(words, one.source, known):
            yield _made(words, one, one.source, "")
    if one.kind in ("say", "tell") and one.cue and (told := _told(words, one, _behind(one))):
        yield _made(words, one, *told)


def _behind(one: Attribution) -> int:
    """Where the words on whom it was told to may begin."""
    assert one.cue is not None
    return max(one.cue.end, one.source.end if one.source and one.source.start - one.cue.end < _FEW else 0)


def _told(words: Words, one: Attribution, start: int) -> tuple[Span, str] | None:
    """The outlet of which the name stands within a few words, and in nothing that was said."""
    first = bisect_left(words.start, start)
    ahead = [content.start for content in one.contents if content.start >= start]
    after = min(first + _WORDS, len(words.low), bisect_left(words.start, min(ahead)) if ahead else len(words.low))
    marks = (at for at in range(first, after) if words.low[at] in _ENDS)
    after = next(marks, after)
    found = outlet_in(words.low[first:after], [words.capital(at) for at in range(first, after)])
    return (words.span(first + found[0], first + found[1]), found[2]) if found else None


def _is_office(words: Words, span: Span, known: Grammar) -> bool:
    """A press service, a channel, a newspaper of which nothing is known; not a person of it."""
    first, after = _places(words, span)
    head = words.low[first : min(after, first + 6)]
    return any(word in known["media"] for word in head)


def _made(words: Words, one: Attribution, cited: Span, domain: str) -> Citation:
    cue = one.cue or Span(0, 0)
    return Citation(
        cited=words.written(cited),
        domain=domain,
        cue=words.written(cue),
        start=cited.start,
        end=cited.end,
        content_start=one.contents[0].start,
        content_end=one.contents[-1].end,
        cue_start=cue.start,
        cue_end=cue.end,
    )
