"""Are two texts of one source one article, retitled or edited, though neither address nor id says so? Pure.

In go the beginnings of both texts with their times; out comes yes or no. Two different articles must never be
made one: a weather report, a column or an obituary differs from the next by a date, a number, a name, or by its
time alone. In doubt they are two.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from consumers.dedupe.dates import names_a_day
from service.model import Lead
from service.text import fold, unspaced, written

MOST_COMPARED = 120
"""Words of a text's beginning that are compared."""
LEAST_WORDS = 25
"""A shorter text says too little to be known again by itself."""
LEAST_AT_ONCE = 8
"""The same where both were published at the same moment: a sitemap knows addresses and times alone."""
NEAR = timedelta(hours=6)
"""Publishers put the time of the last edit for the time of publication; a column's next number comes later."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What became of one text in the other: shares of words kept (0 to 1), and what stands in another's place."""

    title: float
    body: float
    numbers: bool
    """A number, or the name of a day or month, stands where another one stood."""
    names: bool
    """A word with a capital letter stands in the body where another one stood."""
    subject: bool
    """What the one title speaks of is replaced in the body by what the other one speaks of."""


def likeness(before: Lead, after: Lead) -> Likeness:
    titles, bodies = _Compared.of(before.title, after.title), _Compared.of(before.body, after.body)
    spoken_of = _letters(written(before.title)), _letters(written(after.title))
    old, new = spoken_of[0] - spoken_of[1], spoken_of[1] - spoken_of[0]
    return Likeness(
        title=titles.share,
        body=bodies.share,
        numbers=titles.replaces(names_a_day) or bodies.replaces(names_a_day),
        names=bodies.replaces(_is_name),
        subject=any(_letters(gone) & old and _letters(come) & new for gone, come in bodies.replaced),
    )


def same_by_text(before: Lead, after: Lead, window: timedelta) -> bool:
    """Whether the text alone makes them one article."""
    spoken = min(len(written(before.body)), len(written(after.body)))
    if abs(after.seen_at - before.seen_at) > window or spoken < LEAST_AT_ONCE:
        return False
    at_once = _at_once(before, after)
    if _in_one_document(before, after):
        return at_once and (before.title, before.body) == (after.title, after.body)
    like = likeness(before, after)
    if at_once:
        fits = like.title >= 0.5 or _told(before, after)
        return like.body >= 0.6 and fits and not like.subject and not (like.numbers and like.names)
    apart = _published_apart(before, after)
    if like.numbers or like.names or like.title == 1 or (apart is not None and apart > NEAR):
        return False
    return like.body >= 0.9 and spoken >= LEAST_WORDS and _told(before, after)


def same_by_id(before: Lead, after: Lead, window: timedelta) -> bool:
    """Whether they are one article, given that their source calls both by one id at two addresses.

    Some sources call everything by one id ("latest", "weather"): the texts have to agree.
    """
    if _in_one_document(before, after):
        return _at_once(before, after) and (before.title, before.body) == (after.title, after.body)
    if _at_once(before, after):
        return True
    seen_apart = abs(after.seen_at - before.seen_at)
    apart = _published_apart(before, after)
    apart = seen_apart if apart is None else apart
    if seen_apart > window or apart > window:
        return False
    like = likeness(before, after)
    if apart <= NEAR:
        return max(like.title, like.body) >= 0.3
    return max(like.title, like.body) >= 0.5 and not like.numbers


def telling_id(name: str) -> bool:
    """Whether an id looks like the name of one article: it has a number, or is an address below the home page."""
    return any(map(str.isdigit, name)) or (name.startswith("/") and len(name) > 1)


def _at_once(before: Lead, after: Lead) -> bool:
    return before.published_at is not None and before.published_at == after.published_at


def _published_apart(before: Lead, after: Lead) -> timedelta | None:
    if before.published_at is None or after.published_at is None:
        return None
    return abs(after.published_at - before.published_at)


def _in_one_document(before: Lead, after: Lead) -> bool:
    """Two entries of one document stand side by side: the one does not replace the other."""
    return bool(after.feed_id) and (before.feed_id, before.seen_at) == (after.feed_id, after.seen_at)


def _told(before: Lead, after: Lead) -> bool:
    """Whether each title speaks of what its text says: "Subscribe to read on" may stand under any."""
    return all(_spoken_of(lead.title, lead.body) >= 0.4 for lead in (before, after))


def _spoken_of(title: str, body: str) -> float:
    """Share of a title's longer words that are in the body, endings aside."""
    known = {fold(word)[:5] for word in written(body)}
    wanted = [fold(word)[:5] for word in written(title) if len(word) >= 4 or unspaced(word[0])]
    return sum(word in known for word in wanted) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two texts, word by word."""

    share: float
    replaced: list[tuple[list[str], list[str]]]
    """Words that are gone, and those that stand in their place."""

    @classmethod
    def of(cls, before: str, after: str) -> "_Compared":
        old, new = written(before)[:MOST_COMPARED], written(after)[:MOST_COMPARED]
        matcher = SequenceMatcher(None, [*map(fold, old)], [*map(fold, new)], autojunk=False)
        replaced = [(old[a:b], new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag == "replace"]
        return cls(matcher.ratio(), replaced)

    def replaces(self, is_one: Callable[[str], bool]) -> bool:
        """Whether such a word stands where another such one stood."""
        return any(any(map(is_one, gone)) and any(map(is_one, come)) for gone, come in self.replaced)


def _letters(words: Iterable[str]) -> set[str]:
    return {fold(word) for word in words if len(word) > 2 and not names_a_day(word)}


def _is_name(word: str) -> bool:
    return word[0].isupper()
