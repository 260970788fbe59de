"""Full names and surnames: a text in, the words of names where they stand out, without titles.

What begins a sentence, follows a title or a country, or is a noun with a capital is split off here; whether
what is left is a person is for `evidence`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from consumers.enrich.people.names import LONGEST, PARTICLES, WORD, Run, is_function_word, runs
from consumers.enrich.people.roles import NOBODY, Role, country_of, is_role, role_before, role_in
from service.people.first_names import is_first_name
from service.people.sounds import marks
from service.text.reading import read

_APOSTROPHES = re.compile("['’]")
_POSSESSIVE = re.compile(r"['’]s?$")
_PATRONYMIC = re.compile(
    r"((о|е|а)(вич|віч)|іч|ьич|(ов|ев|ів|їв|аў|еў|оў)(н|ич)|(аў|еў|оў)н|(ov|ev|av)(ich|na|yna|ič))[а-яіўa-z]{0,3}$"
)
_NOUNS_IN_CAPITALS = frozenset(("de", "lb"))
_INITIAL = re.compile(r"[^\W\d_]\.$")


class Named(msgspec.Struct, frozen=True):
    """Words of a name at their place, and what stands before them."""

    words: tuple[str, ...]
    start: int
    end: int
    """Of the run of words with capitals that it stands in."""
    opens: bool
    """The first of them opens a sentence, so that its capital says nothing."""
    role: Role
    before: tuple[str, ...] = ()
    """Words with capitals before the role: "Harbour Office" director ..."""

    @property
    def full(self) -> bool:
        """Whether there is more than a surname and initials."""
        return len(self.words) > 1 and sum(word[-1] != "." or not _INITIAL.search(word) for word in self.words) > 1


def named(text: str, language: str) -> Iterator[Named]:
    """In the order of the text."""
    found = runs(text)
    inside = {word for run in found for word in run.words[run.opens :]}
    small = read(text).blanked
    for run in found:
        each = _without_titles(run, text, language)
        if each and (cut := _without_opening(each, inside, small, language)):
            yield cut


def _without_titles(run: Run, text: str, language: str) -> Named | None:
    words = run.words
    if _APOSTROPHES.search(text, run.start, run.end):
        words = tuple(_POSSESSIVE.sub("", word) or word for word in words)
    title = _title(words, language) if len(words) > 1 else -1
    if title >= 0:
        role, rest = role_in(words[: title + 1], language), words[title + 1 :]
        before = tuple(word for word in words[:title] if not is_role(word, language))
        if not role.country:
            outside = role_before(text, run.start, language) if not before else NOBODY
            role = Role(
                role.written, outside.country or next(filter(None, (country_of(w, language) for w in before)), "")
            )
        return _named(Named(rest, run.start, run.end, False, role, before), language)
    role = role_before(text, run.start, language)
    return _named(Named(words, run.start, run.end, run.opens, role), language)


@lru_cache(65_536)
def _title(words: tuple[str, ...], language: str) -> int:
    """Which word is the last title; -1 if none is."""
    title = next((at for at in range(len(words) - 2, -1, -1) if is_role(words[at].rstrip("."), language)), -1)
    return -1 if title == 0 and len(words) == 3 and is_first_name(words[0]) else title


def _named(each: Named, language: str) -> Named | None:
    """Without particles and countries in front; "Лукашенко Александр Григорьевич" in the usual order."""
    words, opens, role = each.words, each.opens, each.role
    while len(words) > 1 and (words[0] in PARTICLES or (len(words) > 2 and _is_country(words, language))):
        if country := country_of(words[0], language):
            role = Role(role.written, role.country or country)
        words, opens = words[1:], False
    if len(words) == 3 and _PATRONYMIC.search(words[2]) and marks(words[1], language) and not marks(words[0], language):
        words = (words[1], words[2], words[0])
    first = next((at for at, word in enumerate(words[:-1]) if is_first_name(word)), 0)
    if first and not any(map(is_first_name, words[:first])) and language != "hu":
        words, opens = words[first:], False
    fitting = 0 < len(words) <= LONGEST
    return Named(words, each.start, each.end, opens, role, each.before) if fitting else None


def _is_country(words: tuple[str, ...], language: str) -> bool:
    return not is_first_name(words[0]) and bool(country_of(words[0], language))


def _without_opening(each: Named, inside: set[str], small: frozenset[str], language: str) -> Named | None:
    words, first = each.words, each.words[0]
    if each.opens and not is_first_name(first):
        folded = first.casefold()
        common = (folded in small and folded.islower()) or is_function_word(first)
        if common or (len(words) > 2 and words[1] in inside and first not in inside and is_first_name(words[1])):
            words = words[1:]
            while words and words[0] in PARTICLES:
                words = words[1:]
    if len(words) > 1 and is_function_word(words[0]) and not _INITIAL.search(words[0]):
        words = words[1:]
    if not words or (len(words) == 1 and not WORD.fullmatch(words[0])):
        return None
    return each if words == each.words else msgspec.structs.replace(each, words=words, opens=False)
