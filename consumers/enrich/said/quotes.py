"""Quotes: attributions in, what was said and by whom out."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from consumers.enrich.said.citations import outlet_of
from consumers.enrich.said.contents import Attribution
from consumers.enrich.said.cues import Grammar
from consumers.enrich.said.outlets import domain_of
from consumers.enrich.said.phrases import QUOTE, Words
from consumers.enrich.said.quotation import Span
from service.messages import Entity, Quote
from service.text.capitals import CAPITALS

_LONGEST_SPEAKER = 160
_NEAR = 1200
"""Characters back in which a pronoun's person is looked for."""
_LONE = 6
"""Words of a quotation that is kept though nobody says whose it is."""
_REST = 4
"""Characters beside quotations that make a clause of its own."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’ʼ.][^\W\d_]+)*")
_FULL_NAME = re.compile(rf"(?<!\w)[{CAPITALS}][^\W\d_]+(?: [{CAPITALS}][^\W\d_]+){{1,2}}")


def quotes(words: Words, known: Grammar, found: Sequence[Attribution]) -> list[Quote]:
    """In the order of the text; also those of which it is not said who spoke."""
    places = [place for place, word in enumerate(words.low) if word == QUOTE]
    starts = [words.start[place] for place in places]
    made: set[Quote] = set()
    taken: set[int] = set()
    for one, speaker in zip(found, _speakers(words, known, found), strict=True):
        for content in one.contents:
            within = slice(bisect_left(starts, content.start), bisect_left(starts, content.end))
            taken.update(places[within])
            if not (one.source and outlet_of(words, one.source, known)[0]):
                made.update(_said(words, one, content, speaker, [words.span(at, at + 1) for at in places[within]]))
    for place in places:
        span = words.span(place, place + 1)
        if place not in taken and words.text.count(" ", span.start, span.end) + 1 >= _LONE:
            made.add(Quote(start=span.start, end=span.end, direct=True, speaker=""))
    return sorted(made, key=lambda quote: (quote.start, quote.end, quote.cue_start))


def _said(words: Words, one: Attribution, content: Span, speaker: str, quoted: Sequence[Span]) -> Iterator[Quote]:
    """What is quoted word for word, and the clause around it if that says more."""
    spans = [(span, True) for span in quoted]
    if content.end - content.start - sum(span.end - span.start for span in quoted) > _REST:
        spans.append((content, False))
    source, cue = one.source or Span(0, 0), one.cue or Span(0, 0)
    for span, direct in spans:
        yield Quote(
            start=span.start,
            end=span.end,
            direct=direct,
            speaker=speaker,
            cue=words.written(cue),
            cue_start=cue.start,
            cue_end=cue.end,
            speaker_start=source.start,
            speaker_end=source.end,
        )


def _speakers(words: Words, known: Grammar, found: Sequence[Attribution]) -> list[str]:
    """One for each; a pronoun is who spoke last, or the only one named in full shortly before; else ""."""
    speakers: list[str] = []
    last, last_at = "", -_NEAR
    for one in found:
        if one.source is None:
            speakers.append("")
            continue
        written = words.written(one.source).strip(" ,")
        if written.lower() in known["pronouns"]:
            near = last if one.source.start - last_at < _NEAR else ""
            written = (near or _only(words.text, one.start)) if written.lower() in known["men"] else ""
        elif _FULL_NAME.search(written) and not outlet_of(words, one.source, known)[0]:
            last = written
        if written:
            last_at = one.source.start
        speakers.append(" ".join(written.split())[:_LONGEST_SPEAKER])
    return speakers


def _only(text: str, before: int) -> str:
    """The one full name that stands in the characters before; "" if there are several."""
    names = {match[0] for match in _FULL_NAME.finditer(text, max(0, before - _NEAR // 2), before)}
    return names.pop() if len(names) == 1 and not domain_of(max(names)) else ""


def identified(found: Iterable[Quote], entities: Sequence[Entity]) -> list[Quote]:
    """With the id of the entity of which the longest form stands in the speaker's name; none if two have that form."""
    forms: dict[str, str] = {}
    for entity in entities:
        for form in {each.casefold() for each in (entity.name, *entity.forms) if entity.kind != "place"}:
            forms[form] = entity.id if forms.get(form, entity.id) == entity.id else ""
    ids = {speaker: _id_of(speaker, forms) for speaker in {quote.speaker for quote in found}} if forms else {}
    return [
        msgspec.structs.replace(quote, speaker_id=ids[quote.speaker]) if ids.get(quote.speaker) else quote
        for quote in found
    ]


def _id_of(speaker: str, forms: dict[str, str]) -> str:
    words = _WORD.findall(speaker.casefold())[:12]
    for size in range(min(5, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            if found := forms.get(" ".join(words[at : at + size])):
                return found
    return ""
