"""Queries and articles made by chance, from so few words that they often meet.

In goes a `random.Random`, out come trees, query texts and documents; the same seed gives the same.
"""

from random import Random

from service.query import Document, Query
from service.query.tree import And, Exact, Field, Not, Or, Phrase, Prefix, Term

_MEETING = """
minister ministers prisoner prisoners release released releasing election elections NATO Nato café cafés
d’Ukraine Ukraine Мінск мінску вызваленне вызвалення Беларусі Беларусь выборы выборов освобождение
освобождения заключённый president's 2026 covid it's the of 北京 北京大学 大学
"""
WORDS = _MEETING.split()
LANGUAGES = ("en", "fr", "be", "ru", "zh", "und")
SOURCES = ("gazette.test", "news.gazette.test", "herald.test")
COUNTRIES = ("BY", "UA", "FR")
STARTS = ("pris", "elec", "prison", "вызв", "мінс", "京", "大")
SIGNS = (" ", " ", " ", " ", ", ", ". ", "-", "\n")


def a_document(random: Random) -> Document:
    return Document(
        title=_a_text(random, random.randint(0, 6)),
        body=_a_text(random, random.randint(0, 40)),
        language=random.choice(LANGUAGES),
        source=random.choice(SOURCES),
        countries=frozenset(random.sample(COUNTRIES, random.randint(0, 2))),
    )


def _a_text(random: Random, length: int) -> str:
    return "".join(_any_case(random, random.choice(WORDS)) + random.choice(SIGNS) for _ in range(length))


def _any_case(random: Random, word: str) -> str:
    return random.choice((word, word, word.upper(), word.capitalize()))


def a_query(random: Random, depth: int = 3) -> Query:
    """A tree as `parse` would give it, or one it would refuse for want of needs."""
    kind = random.random() if depth else 1
    if kind < 0.25:
        return And(tuple(a_query(random, depth - 1) for _ in range(random.randint(2, 3))))
    if kind < 0.5:
        return Or(tuple(a_query(random, depth - 1) for _ in range(random.randint(2, 3))))
    if kind < 0.65:
        return Not(a_query(random, depth - 1))
    return _a_leaf(random)


def _a_leaf(random: Random) -> Query:
    field = random.choice(("", "", "", "title", "body"))
    words = [word.replace("’", "'") for word in random.choices([word for word in WORDS if len(word) != 4], k=3)]
    match random.randrange(7):
        case 0:
            return Phrase(tuple(word.casefold() for word in words[:2]), field)
        case 1:
            return Prefix(random.choice(STARTS), field)
        case 2:
            return Exact(tuple(words[: random.randint(1, 2)]), field)
        case 3:
            names = {"lang": LANGUAGES, "source": (*SOURCES, "test"), "country": COUNTRIES}
            name = random.choice(tuple(names))
            return Field(name, random.choice(names[name]))
        case _:
            return Term(words[0].casefold(), field)
