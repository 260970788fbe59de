"""Which of many topics hold of an article, without trying each.

Every topic waits under its rarest demand. Of the topics that come out for an article all demands are tried at once,
by the leaves that words tell; leaves that have to be looked for in the text (NEAR, first/, longer phrases ...) are
then looked for, each once, however many topics ask for it.
"""

from collections.abc import Iterable, Mapping
from time import thread_time

from service.query.compiling import NOTHING, PLACES, compiled, ordered
from service.query.document import Document
from service.query.looking import Looking
from service.query.match import Match
from service.query.numbering import ALWAYS, Numbering
from service.query.programs import demands_of, leaves_of, met
from service.query.quarantine import Quarantine, Timer
from service.query.shelf import Places, Shelf, Tried
from service.query.tree import Query
from service.query.waiting import Waiting

RECONSIDERED = 500
"""Articles after which it is looked again where topics wait."""
MOST_CROWDS, MOST_MOVED = 20, 50
"""Leaves whose topics are then looked at, and topics of each."""
MANY = 100
"""Topics for whose sake the shares of all leaves are worked out at once."""


class TopicIndex:
    """Topics by id. One thread at a time."""

    def __init__(self, timer: Timer = thread_time) -> None:
        self._quarantine = Quarantine(timer)
        self._numbering = Numbering()
        self._shelf = Shelf()
        self._waiting = Waiting()
        self.candidates = 0
        """Topics that came out for the last article, before they were tried."""

    def __len__(self) -> int:
        return len(self._shelf)

    @property
    def quarantined(self) -> Mapping[str, str]:
        """Topics that misbehaved and are not looked at until they are put again, each with why."""
        return self._quarantine.why

    def put(self, topic_id: str, query: Query) -> None:
        """Add a topic, or give it another query. One that `parse` would refuse is tried on every article."""
        self.put_all([(topic_id, query)])

    def put_all(self, topics: Iterable[tuple[str, Query]]) -> None:
        """Many at once wait better: what is common among them is known before the first of them is put."""
        new = [(topic_id, query, *compiled(query, self._numbering)) for topic_id, query in topics]
        share = self._numbering.shares().tolist().__getitem__ if len(new) > MANY else self._numbering.share
        programs = [ordered(demands, self._numbering, share) for _, _, demands, _ in new]
        for (topic_id, query, _, left), (program, second) in zip(new, programs, strict=True):
            self.remove(topic_id)
            place = self._shelf.put(topic_id, query, Tried(program, second, left))
            self._waiting.put(place, program)

    def remove(self, topic_id: str) -> None:
        """Forget a topic; one that is not there is no matter."""
        self._quarantine.forget(topic_id)
        self._take_out(topic_id)

    def _take_out(self, topic_id: str) -> None:
        place = self._shelf.place_of(topic_id)
        if place is not None:
            program = self._shelf.programs[place]
            self._waiting.remove(place, program)
            self._shelf.remove(place)
            for number in leaves_of(program) - {ALWAYS}:
                self._numbering.release(number)

    def match(self, document: Document) -> dict[str, Match]:
        """The topics that hold, by id in order, each with its reasons. One that raises or takes too long costs the
        others nothing; at its third time it is put in quarantine."""
        if self._numbering.articles % RECONSIDERED == RECONSIDERED - 1:
            self._reconsider()
        looking = Looking(document, self._numbering, self._quarantine.timer)
        present = self._numbering.meet(document)
        try:
            holding = self._holding(self._waiting.coming_out(present), looking)
        finally:
            self._numbering.forget(present, looking.taken)
        ids, queries = self._shelf.ids, self._shelf.queries
        found = {ids[place]: Match(query, document) for place in holding if (query := queries[place])}
        for topic_id, why in [(ids[place], why) for place, why in looking.faults.items()]:
            if self._quarantine.strike(topic_id, why):
                self._take_out(topic_id)
        return dict(sorted(found.items()))

    def _reconsider(self) -> None:
        """Let topics that come out too often wait under something rarer, now that more articles were seen. A few at a
        time: others come later."""
        numbering, shelf = self._numbering, self._shelf
        for number in self._waiting.heaviest(numbering.shares(), MOST_CROWDS):
            crowd = self._waiting.under(number)
            begin = numbering.articles % len(crowd)
            for place in crowd[begin : begin + MOST_MOVED]:
                before = shelf.programs[place]
                program, second = ordered(demands_of(before), numbering, numbering.share)
                shelf.programs[place], shelf.second[place] = program, second
                self._waiting.remove(place, before)
                self._waiting.put(place, program)

    def _holding(self, out: Places, looking: Looking) -> list[int]:
        """Of those that came out the ones that hold; some maybe twice."""
        shelf, self.candidates = self._shelf, len(out)
        meeting = self._meeting(out[self._numbering.truths[shelf.second[out]] > 0])
        left = shelf.left[meeting]
        holding: list[int] = meeting[left == NOTHING].tolist()
        unsure = meeting[left != NOTHING]
        if len(unsure):
            looking.look({place: leaves_of(shelf.programs[place]) for place in unsure.tolist()})
            holding += [place for place in set(self._meeting(unsure).tolist())
                        if shelf.left[place] == PLACES or looking.holds(place, shelf.queries[place])]  # fmt: skip
        return holding

    def _meeting(self, places: Places) -> Places:
        """Those whose demands are all met, as far as is known."""
        if not len(places):
            return places
        programs = self._shelf.programs
        so: Places = places[met([programs[place] for place in places.tolist()], self._numbering.truths)]
        return so
