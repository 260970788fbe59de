"""One query, as match would have worked with it: changes of stories in, in their order; alerts out.

The rules are those of telling: one alert for each story, counting what was told of stories that went into it, and what
was told by an article that is in it by then; what only its story keeps from matching waits until the story has changed.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from service.query import Document, Match, Query, StoryFacts, find
from service.query.conditions import conditions, text_part
from service.store.replay import Change, Stay
from service.topics.highlights import Sample, sample

MOST_SAMPLES = 20
MOST_WAITING = 2_000
"""Articles that wait for their stories at one time; the oldest are let go."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A change with its article as match sees it, its story aside; and why the article is what is asked for."""

    change: Change
    document: Document
    match: Match | None

    @property
    def article_id(self) -> str:
        return self.change.article.article.article_id

    @property
    def day(self) -> date:
        raw = self.change.article.article.raw
        return min(raw.published_at or raw.seen_at, raw.seen_at).date()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where articles have been, and which stories went into others."""

    stays: Mapping[str, Sequence[Stay]]
    heirs: Mapping[str, Stay]


@dataclass
class Replayed:
    """What has come of one query so far."""

    query: Query
    matches: Counter[date] = field(default_factory=Counter)
    alerts: Counter[date] = field(default_factory=Counter)
    told: dict[str, list[Stay]] = field(default_factory=dict)
    stories: dict[str, str] = field(default_factory=dict)
    """Every story that was told of, with the article that did it."""
    samples: deque[Sample] = field(default_factory=lambda: deque(maxlen=MOST_SAMPLES))
    _waiting: deque[tuple[Looked, Sequence[Stay]]] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))

    def __post_init__(self) -> None:
        self.conditional = bool(conditions(self.query))
        self._asked = text_part(self.query)

    def look(self, change: Change, document: Document) -> Looked | None:
        """The article by itself; None if it never can be what is asked for."""
        if self._asked is None:
            return Looked(change, document, None)
        match = find(self._asked if self.conditional else self.query, document)
        return Looked(change, document, match) if match else None

    def to_judge(self, changes: Sequence[Change], looked: Sequence[Looked], known: Whereabouts) -> list[Change]:
        """The changes at which it matters what their story is like."""
        if not self.conditional:
            return []
        new = {each.change.seq: each for each in looked}
        waiting = [(each, stays) for each, stays in self._waiting]
        found = []
        for change in changes:
            if any(_is_in(stays, change) for _, stays in waiting) or change.seq in new:
                found.append(change)
            if each := new.get(change.seq):
                waiting.append((each, known.stays.get(each.article_id, ())))
        return found

    def take(
        self, changes: Sequence[Change], looked: Sequence[Looked], facts: Mapping[int, StoryFacts], known: Whereabouts
    ) -> None:
        """One portion, in order."""
        new = {each.change.seq: each for each in looked}
        for change in changes:
            if self.conditional:
                self._wake(change, facts.get(change.seq), known)
            if each := new.get(change.seq):
                self._judge(each, facts.get(change.seq), known)

    def _wake(self, change: Change, story: StoryFacts | None, known: Whereabouts) -> None:
        """Articles that waited in this story, the one that came first at the head."""
        here = [(each, stays) for each, stays in self._waiting if _is_in(stays, change)]
        for each, stays in here:
            told = self._is_told(change)
            match = None if told else _match(self.query, each, story)
            if match:
                self._alert(each, match, change, known)
            if told or match:
                self._waiting.remove((each, stays))

    def _judge(self, looked: Looked, story: StoryFacts | None, known: Whereabouts) -> None:
        match = _match(self.query, looked, story) if self.conditional else looked.match
        if match is None:
            if self._asked is not None and not self._is_told(looked.change):
                self._waiting.append((looked, known.stays.get(looked.article_id, ())))
            return
        self.matches[looked.day] += 1
        if not self._is_told(looked.change):
            self._alert(looked, match, looked.change, known)

    def _is_told(self, change: Change) -> bool:
        return any(_spans(stay, change.seq) for stay in self.told.get(change.story_id, ()))

    def _alert(self, looked: Looked, match: Match, change: Change, known: Whereabouts) -> None:
        self.alerts[looked.day] += 1
        self.stories.setdefault(change.story_id, looked.article_id)
        self.samples.append(sample(looked.change.article, match.reasons, change.story_id, alerts=True))
        for stay in (*_succession(change, known.heirs), *known.stays.get(looked.article_id, ())):
            self.told.setdefault(stay.story_id, []).append(stay)


def _match(query: Query, looked: Looked, story: StoryFacts | None) -> Match | None:
    document = looked.document
    return find(query, replace(document, more=replace(document.more, story=story)))


def _succession(change: Change, heirs: Mapping[str, Stay]) -> Iterator[Stay]:
    """The story that was told of, and those that it went into later."""
    stay: Stay | None = Stay(change.story_id, change.seq)
    seen = set[str]()
    while stay and stay.story_id not in seen:
        yield stay
        seen.add(stay.story_id)
        stay = heirs.get(stay.story_id)


def _is_in(stays: Iterable[Stay], change: Change) -> bool:
    return any(stay.story_id == change.story_id and _spans(stay, change.seq) for stay in stays)


def _spans(stay: Stay, seq: int) -> bool:
    return stay.start <= seq < stay.end
