"""All that is told of a story: its reports and some of its texts in, one `Portrait` out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.messages import EntityKind
from service.story.claims import counted
from service.story.contradictions import Number, contradictions, numbers
from service.story.headline import headlines, main_language
from service.story.mentions import Key, key_mentions
from service.story.origins import Corroboration
from service.story.reports import Report, Told, in_order
from service.story.summary import Sentence, summary

TEXTS = 32
"""Texts that are read of a story."""
NEWEST = 8
"""Of those, the newest ones; the others are the first of each voice."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a story says, and on whose word."""

    language: str
    """In which most voices report; "" for an empty story."""
    headlines: Mapping[str, Report]
    summary: Mapping[str, tuple[Sentence, ...]]
    """By language; empty if nobody asked for it."""
    corroboration: Corroboration
    key: Mapping[EntityKind, Sequence[Key]]
    numbers: Sequence[Number]
    differing: Sequence[Number]
    """Those of the numbers on which articles differ."""

    @property
    def headline(self) -> Report | None:
        """That of the main language."""
        return self.headlines.get(self.language) or next(iter(self.headlines.values()), None)


def origin_of(found: Corroboration) -> dict[str, str]:
    """The voice of each article: the source that it goes back to."""
    return {article_id: origin.source for origin in found.origins for article_id in origin.reports}


def to_read(reports: Sequence[Report], found: Corroboration) -> list[str]:
    """The articles whose texts are worth reading, of those that were not deleted: the first of each language, of each
    voice in it, and the newest ones. Copies say nothing else. `reports` are in order."""
    voice = origin_of(found)
    standing = [each for each in reports if not each.gone]
    first: dict[tuple[str, str], str] = {}
    languages: dict[str, str] = {}
    for each in standing:
        languages.setdefault(each.language, each.article_id)
        first.setdefault((voice[each.article_id], each.language), each.article_id)
    own = [each.article_id for each in standing if not each.original_id]
    newest = own[-NEWEST:]
    earliest = list(dict.fromkeys([*languages.values(), *first.values()]))[: TEXTS - len(newest)]
    return list(dict.fromkeys([*earliest, *newest, *own[:TEXTS]]))[:TEXTS]


def portrait(
    reports: Sequence[Report], told: Sequence[Told], found: Corroboration, summarised: bool = True
) -> Portrait:
    """`told` are the texts of some of the reports; those of deleted articles are not used. A summary is most of the
    work: who does not show it does without."""
    ordered = [each for each in in_order(reports) if not each.gone]
    by_id = {each.article_id: each for each in ordered}
    place = {each.article_id: number for number, each in enumerate(ordered)}
    texts = sorted((each for each in told if each.article_id in place), key=lambda each: place[each.article_id])
    voice = origin_of(found)
    language = main_language(ordered, voice)
    said = numbers(counted(texts, by_id, voice))
    return Portrait(
        language=language,
        headlines=headlines(ordered),
        summary=summary(texts) if summarised else {},
        corroboration=found,
        key=key_mentions(texts, voice, language),
        numbers=said,
        differing=contradictions(said),
    )
