"""Places: a title, a text and their language in; the countries and cities named there out.

A country is named by its name or by its people. An adjective is weak evidence ("Russian salad"): it counts
from three up, or where the country is named as well. A city counts where its name is unmistakable, or its
country is in the text too; it never makes its country count.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from babel import Locale

from consumers.enrich.cities import City
from consumers.enrich.gazetteer import Gazetteer, gazetteer
from consumers.enrich.listing import Entry
from service.messages import Place
from service.text import Token, tokens

VERSION = "1"
ENOUGH_ADJECTIVES = 3
_HOME = (
    "be=BY bg=BG cs=CZ da=DK de=DE,AT,CH el=GR,CY et=EE fi=FI he=IL hr=HR hu=HU hy=AM it=IT ja=JP ka=GE kk=KZ ko=KR "
    "lt=LT lv=LV mk=MK nl=NL,BE no=NO pl=PL ro=RO,MD ru=RU,BY sk=SK sl=SI sr=RS sv=SE th=TH tr=TR uk=UA vi=VN zh=CN,TW"
)
HOME = {code: frozenset(at.split(",")) for code, at in (pair.split("=") for pair in _HOME.split())}
"""Where a language is at home: texts in it name the cities there without saying the country."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry at its place, and the spelling there."""

    entries: tuple[Entry, ...]
    """Readings of one length: one country, or the cities of that name."""
    written: str
    opens: bool
    """It opens a sentence, so that its capital says nothing."""


def places(title: str, text: str, language: str) -> tuple[Place, ...]:
    """Countries (`geoname_id` 0) and cities, each the most often named first."""
    names = gazetteer(language)
    mentions = [*_mentions(title, names), *_mentions(text, names)]
    named = _countries(mention.entries[0] for mention in mentions if mention.entries[0].kind != "city")
    evidence = {mention.entries[0].country for mention in mentions if mention.entries[0].kind != "city"}
    of_cities = [mention for mention in mentions if mention.entries[0].city]
    cities = Counter(_cities(of_cities, evidence, HOME.get(language, frozenset())))
    return (
        *(Place(_english().get(code, code), code, 0, count) for code, count in named.most_common()),
        *(Place(city.name, city.country, city.id, count) for city, count in cities.most_common()),
    )


def countries(places: Iterable[Place]) -> tuple[str, ...]:
    """The codes of the countries among places, in their order."""
    return tuple(dict.fromkeys(place.country for place in places if not place.geoname_id))


def _countries(entries: Iterable[Entry]) -> Counter[str]:
    named: Counter[str] = Counter()
    adjectives: Counter[str] = Counter()
    for entry in entries:
        (adjectives if entry.kind == "adjective" else named)[entry.country] += 1
    for country, count in adjectives.items():
        if country in named or count >= ENOUGH_ADJECTIVES:
            named[country] += count
    return named


def _cities(mentions: Sequence[Mention], evidence: set[str], home: frozenset[str]) -> Iterator[City]:
    """The city each mention means, if one can be told. A capital that only opens sentences proves nothing."""
    inside = {mention.written for mention in mentions if not mention.opens}
    for mention in mentions:
        sure = mention.written in inside
        accepted = ("famous", "known") if sure else ("famous",)
        likely = [entry for entry in mention.entries if entry.country in evidence]
        at_home = [entry for entry in mention.entries if sure and entry.country in home]
        if choice := likely or at_home or [entry for entry in mention.entries if entry.fame in accepted]:
            yield max((entry.city for entry in choice if entry.city), key=lambda city: city.people)


def _mentions(text: str, names: Gazetteer) -> Iterator[Mention]:
    words = tokens(text)
    shouted = text.isupper()
    at = 0
    while at < len(words):
        token = words[at]
        beginning = names.beginning(text[token.start : token.end])
        if beginning is None:
            at += 1
            continue
        entries = beginning.before(words[at + 1].word if at + 1 < len(words) else "")
        fitting = [entry for entry in entries if _fits(entry, words, at, text)]
        if shouted and fitting and len(words) > 1:
            fitting = [entry for entry in fitting if not entry.acronym]
        if not fitting:
            at += 1
            continue
        best = fitting[0]
        if best.kind != "blocker" and not (best.city and _part_of_a_name(best, text, words, at)):
            same = tuple(e for e in fitting if e.city and e.words == best.words) if best.city else (best,)
            yield Mention(same, token.word, at == 0 or _opens(text, token))
        at += _length(best, words, at)


def _fits(entry: Entry, words: Sequence[Token], at: int, text: str) -> bool:
    if entry.literal:
        return text.startswith(entry.literal, words[at].start)
    if entry.rest:
        following = words[at + 1 : at + entry.words]
        return len(following) == len(entry.rest) and all(
            _is(token.word, forms, entry.tail) for token, forms in zip(following, entry.rest, strict=True)
        )
    if entry.doubtful:
        return not (_capital(text, words, at - 1) and not _opens(text, words[at])) and not _capital(text, words, at + 1)
    return True


def _is(word: str, forms: frozenset[str], tail: int) -> bool:
    if word in forms:
        return True
    return tail > 0 and any(
        word.startswith(form[:-1] if len(form) > 4 else form) and len(word) <= len(form) + tail for form in forms
    )


def _length(entry: Entry, words: Sequence[Token], at: int) -> int:
    """Words covered: where there are no blanks, those that begin before its end."""
    if not entry.literal:
        return entry.words
    end = words[at].start + len(entry.literal)
    length = 1
    while at + length < len(words) and words[at + length].start < end:
        length += 1
    return length


def _part_of_a_name(entry: Entry, text: str, words: Sequence[Token], at: int) -> bool:
    """Whether the word belongs to a longer name that is not the city's: "Jack London", "Vladimir Petrov"."""
    token = words[at]
    if at and text[token.start - 1] == "-" and words[at - 1].end == token.start - 1:
        return True
    before = at > 1 and _capital(text, words, at - 1) and not _opens(text, words[at - 1])
    after = _capital(text, words, at + 1) and text[token.end : words[at + 1].start] == " "
    return (before and not _opens(text, token)) or (after and _small(entry))


def _small(entry: Entry) -> bool:
    return entry.words == 1 and entry.fame != "famous"


def _capital(text: str, words: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(words) and text[words[at].start].isupper()


def _opens(text: str, token: Token) -> bool:
    before = text[max(0, token.start - 3) : token.start].rstrip(" \"'«„“(—–-")
    return token.start == 0 or (before[-1:] in ".!?…:\n")


@functools.cache
def _english() -> dict[str, str]:
    return {code: name.removesuffix(" SAR China") for code, name in Locale("en").territories.items()}
