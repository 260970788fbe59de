"""What is known of an article beside its text, as values that fields of a query name. Pure.

Values are plain text: `lang:be`, `country:BY`, `source:example.org`, `entity:person_...`, `iptc:unrest`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from service.messages import Citation, Entity, MediaTopic, Place
from service.query.tree import Fact, Field
from service.text import words

NAMED = {"person": "person", "org": "organisation"}
"""The kinds of entities that fields name."""
MEANING, STORY = "about:", "story:"
"""The values under which articles go that have a vector, or belong to a story."""


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """A story as conditions see it."""

    independent: int = 0
    controlled: int = 0
    """Those of the independent voices that a government steers."""
    sources: int = 0
    languages: int = 0
    articles: int = 0
    growth: float = 0.0
    """Articles in the last hour."""


@dataclass(frozen=True)
class Knowledge:
    """Of one article."""

    language: str = "und"
    source: str = ""
    countries: frozenset[str] = frozenset()
    entities: tuple[Entity, ...] = ()
    places: tuple[Place, ...] = ()
    citations: tuple[Citation, ...] = ()
    subjects: tuple[MediaTopic, ...] = ()
    categories: tuple[str, ...] = ()
    """Under which its publisher filed it, in the publisher's words."""
    control: str = ""
    """Who steers the source: "state", "public", "private"; "" if not known."""
    owner: str = ""
    story: StoryFacts | None = None
    """None where the article is looked at alone."""

    @cached_property
    def values(self) -> frozenset[str]:
        """All that can be asked for in one piece."""
        found = {f"lang:{self.language}", *(f"country:{code}" for code in self.countries)}
        found.update(f"source:{tail}" for tail in tails(self.source))
        found.update(f"entity:{each.id}" for each in self.entities)
        found.update(f"entity:geo_{each.geoname_id}" for each in self.places if each.geoname_id)
        found.update(f"cites:{tail}" for each in self.citations for tail in tails(each.domain))
        found.update(f"iptc:{said}" for each in self.subjects for said in _subject(each))
        found.update(f"category:{said}" for each in self.subjects for said in _subject(each))
        found.update(f"category:{spoken(each)}" for each in self.categories)
        found.update(f"owner:{said}" for said in (self.control, spoken(self.owner)) if said)
        return frozenset(found)

    @cached_property
    def names(self) -> dict[str, list[frozenset[str]]]:
        """By field, the words of each that is named so."""
        found = {field: [_words((each.name, *each.forms)) for each in self.entities if each.kind == kind]
                 for field, kind in NAMED.items()}  # fmt: skip
        found["place"] = [_words((each.name,)) for each in self.places]
        found["cites"] = [_words((each.cited,)) for each in self.citations]
        return found

    @cached_property
    def keys(self) -> frozenset[str]:
        """Everything by which a field can meet this article."""
        named = {f"{field}:{word}" for field, all_named in self.names.items() for one in all_named for word in one}
        story = {STORY} if self.story else set[str]()
        return self.values | named | story

    def holds(self, field: Field) -> bool:
        """Whether a field's value is true of it. A name is, if all its words are among those of one that is named;
        what nobody knows is not, and is no error."""
        if value_key(field) in self.values:
            return True
        wanted = _words((field.value,))
        return bool(wanted) and any(wanted <= one for one in self.names.get(field.name, ()))

    def is_named(self, field: Field, entity: Entity) -> bool:
        """Whether it is this entity whose name the field says."""
        return _words((field.value,)) <= _words((entity.name, *entity.forms))

    def is_cited(self, field: Field, citation: Citation) -> bool:
        """Whether it is this source that the field says."""
        return field.value.casefold() in tails(citation.domain) or _words((field.value,)) <= _words((citation.cited,))

    def tells(self, fact: Fact) -> bool:
        """Whether the story is so; not of an article that is looked at alone."""
        if self.story is None:
            return False
        if fact.name == "state_only":
            return 0 < self.story.controlled == self.story.independent
        value = getattr(self.story, fact.name)
        match fact.sign:
            case ">=":
                return bool(value >= fact.number)
            case ">":
                return bool(value > fact.number)
            case "<=":
                return bool(value <= fact.number)
            case "<":
                return bool(value < fact.number)


def value_key(field: Field) -> str:
    """The value under which an article has it that is asked for in one piece."""
    value = spoken(field.value) if field.name in ("iptc", "category", "owner", "cites") else field.value
    return f"{field.name}:{value}"


def keys_of(field: Field) -> Iterator[str]:
    """The keys one of which an article must have for a field to hold."""
    yield value_key(field)
    if field.name in (*NAMED, "place", "cites") and (wanted := _words((field.value,))):
        yield f"{field.name}:{max(sorted(wanted), key=len)}"


def tails(domain: str) -> frozenset[str]:
    """A domain and those above it: news.example.org, example.org, org."""
    labels = domain.lower().split(".")
    return frozenset(".".join(labels[at:]) for at in range(len(labels)) if domain)


def spoken(text: str) -> str:
    """A name without case and surplus blanks."""
    return " ".join(text.casefold().split())


def _subject(subject: MediaTopic) -> tuple[str, ...]:
    number = subject.id.removeprefix("medtop:")
    return (spoken(subject.name), number, f"medtop:{number}")


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))
