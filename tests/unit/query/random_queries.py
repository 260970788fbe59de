"""Queries and articles made by chance, from so few words that they often meet.

In goes a `random.Random`, out come trees, query texts and documents; the same seed gives the same.
"""

from random import Random

from service.messages import Citation, Entity, MediaTopic, Place
from service.query import Document, Knowledge, StoryFacts
from service.query.tree import (
    And,
    AtLeast,
    Exact,
    Fact,
    Field,
    Min,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Scope,
    Term,
    rebound,
)

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
NAMES = ("novak", "herald")
NAMED = {
    "lang": LANGUAGES,
    "source": (*SOURCES, "test"),
    "country": COUNTRIES,
    "entity": ("person_novak", "geo_625144", "org_herald"),
    "person": ("Jan", "Novak", "Jan Herald"),
    "org": ("Herald", "union", "Jan"),
    "place": ("Мінск", "Lyon"),
    "cites": ("herald.test", "the novak", "test"),
    "iptc": ("novak unrest", "2000herald", "medtop:2000novak"),
    "category": ("novak unrest", "World  News", "world", "medtop:2000herald"),
    "owner": ("state", "private", "herald group"),
}
SIGNS = (" ", " ", " ", " ", ", ", ". ", "-", "\n")


def a_document(random: Random) -> Document:
    return Document(
        title=_a_text(random, random.randint(0, 6)),
        body=_a_text(random, random.randint(0, 40)),
        language=random.choice(LANGUAGES),
        source=random.choice(SOURCES),
        countries=frozenset(random.sample(COUNTRIES, random.randint(0, 2))),
        author=_a_text(random, random.randint(0, 2)),
        more=_knowledge(random),
    )


def _knowledge(random: Random) -> Knowledge:
    people = [Entity(id=f"person_{name}", kind="person", name=f"Jan {name}", forms=(name,)) for name in NAMES]
    houses = [Entity(id=f"org_{name}", kind="organisation", name=f"{name} Union") for name in NAMES]
    return Knowledge(
        entities=tuple(random.sample((*people, *houses), random.randint(0, 2))),
        places=tuple(random.sample([Place("Мінск", "BY", 625144), Place("Lyon", "FR", 2996944)], random.randint(0, 1))),
        citations=tuple(Citation(cited=f"The {name}", domain=f"{name}.test", start=0, end=0) for name in _few(random)),
        subjects=tuple(
            MediaTopic(id=f"medtop:2000{name}", confidence=1.0, name=f"{name} unrest") for name in _few(random)
        ),
        categories=("World news",) if random.random() < 0.4 else (),
        control=random.choice(("", "state", "private")),
        owner=random.choice(("", "Herald Group")),
        story=StoryFacts(*(random.randint(0, 3) for _ in range(6))) if random.random() < 0.7 else None,
    )


def _few(random: Random) -> list[str]:
    return random.sample(NAMES, random.randint(0, 1))


def _a_text(random: Random, length: int) -> str:
    return "".join(_any_case(random, random.choice(WORDS)) + random.choice(SIGNS) for _ in range(length))


def _any_case(random: Random, word: str) -> str:
    return random.choice((word, word, word.upper(), word.capitalize()))


def a_query(random: Random, depth: int = 3) -> Query:
    """A tree as `parse` would give it, or one it would refuse for want of needs."""
    kind = random.random() if depth else 1
    if kind < 0.08:
        clauses = tuple(a_query(random, depth - 1) for _ in range(random.randint(2, 4)))
        return Min(random.randint(1, len(clauses)), clauses)
    if kind < 0.25:
        return And(tuple(a_query(random, depth - 1) for _ in range(random.randint(2, 3))))
    if kind < 0.5:
        return Or(tuple(a_query(random, depth - 1) for _ in range(random.randint(2, 3))))
    if kind < 0.65:
        return Not(a_query(random, depth - 1))
    return _a_leaf(random)


def a_standing_clause(random: Random, depth: int = 2) -> Query:
    """Of those that stand at places, bound to nothing."""
    kind = random.random() if depth else 1
    if kind < 0.15:
        return Or((a_standing_clause(random, depth - 1), a_standing_clause(random, depth - 1)))
    if kind < 0.5:
        left, right = (a_standing_clause(random, depth - 1) for _ in range(2))
        return Near(left, right, random.choice((1, 2, 5)), random.random() < 0.4, random.random() < 0.3)
    return rebound(_words(random), Scope())


def _a_leaf(random: Random) -> Query:
    field = random.choice(("", "", "", "title", "body", "author"))
    within = Scope(field, random.choice((0, 0, 0, 2, 6)))
    kind = random.random()
    if kind < 0.15:
        name = random.choice(tuple(NAMED))
        return Field(name, random.choice(NAMED[name]))
    if kind < 0.22:
        fact = random.choice(("independent", "sources", "languages", "articles", "growth"))
        return Fact(fact, random.choice((">=", ">", "<=", "<")), random.randint(1, 3))
    if kind < 0.24:
        return Fact("state_only")
    if kind < 0.4:
        return rebound(a_standing_clause(random), within)
    if kind < 0.5:
        return rebound(AtLeast(random.randint(2, 4), a_standing_clause(random)), within)
    return rebound(_words(random), within)


def _words(random: Random) -> Query:
    words = [word.replace("’", "'") for word in random.choices([word for word in WORDS if len(word) != 4], k=3)]
    match random.randrange(7):
        case 0:
            folded = tuple(word.casefold() for word in words[: random.randint(2, 3)])
            return Phrase(folded, slop=random.choice((0, 0, 1, 4)))
        case 1:
            return Prefix(random.choice(STARTS))
        case 2:
            return Exact(tuple(words[: random.randint(1, 2)]))
        case _:
            return Term(words[0].casefold())
