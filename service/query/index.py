"""Which of many topics hold of an article, without trying each.

Every topic waits under its rarest need, for an article that meets it; only topics whose every need is met are
tried. Words wait in the forms of the article's language, in postings made when its first article comes.
"""

from collections import Counter
from collections.abc import Mapping
from time import thread_time

from service.query.document import Document
from service.query.match import Match, find
from service.query.needs import Need, Simple, needs, rarity
from service.query.postings import Postings
from service.query.quarantine import MOST_SECONDS, Quarantine, Timer
from service.query.tree import Query
from service.text import STEMMED


class TopicIndex:
    """Topics by id. One thread at a time."""

    def __init__(self, timer: Timer = thread_time) -> None:
        self._quarantine = Quarantine(timer)
        self._queries: dict[str, Query] = {}
        self._needs: dict[str, list[Need]] = {}
        self._anchors: dict[str, Need] = {}
        self._crowd: Counter[Simple] = Counter()
        self._postings: dict[str, Postings] = {}

    def __len__(self) -> int:
        return len(self._queries)

    @property
    def quarantined(self) -> Mapping[str, str]:
        """Topics that misbehaved and are not looked at until they are put again, each with why."""
        return self._quarantine.why

    def put(self, topic_id: str, query: Query) -> None:
        """Add a topic, or give it another query. Raises `ValueError` for a query that `parse` refuses."""
        all_needs = needs(query)
        if not all_needs:
            raise ValueError(f"a query without needs: {query}")
        self.remove(topic_id)
        anchor = min(all_needs, key=self._cost)
        self._queries[topic_id], self._needs[topic_id], self._anchors[topic_id] = query, all_needs, anchor
        self._crowd.update(anchor)
        for postings in self._postings.values():
            postings.put(topic_id, anchor)

    def remove(self, topic_id: str) -> None:
        """Forget a topic; one that is not there is no matter."""
        self._quarantine.forget(topic_id)
        self._take_out(topic_id)

    def _take_out(self, topic_id: str) -> None:
        if self._queries.pop(topic_id, None) is None:
            return
        del self._needs[topic_id]
        anchor = self._anchors.pop(topic_id)
        for leaf in anchor:
            self._crowd[leaf] -= 1
            if not self._crowd[leaf]:
                del self._crowd[leaf]
        for postings in self._postings.values():
            postings.remove(topic_id, anchor)

    def match(self, document: Document) -> dict[str, Match]:
        """The topics that hold, by id in order, each with its reasons. One that raises or takes too long costs the
        others nothing; at its third time it is put in quarantine."""
        postings = self._of(document.language if document.language in STEMMED else "")
        candidates = postings.candidates(document, self._needs)
        tried = ((topic_id, self._try(topic_id, document)) for topic_id in candidates)
        return {topic_id: match for topic_id, match in tried if match}

    def _try(self, topic_id: str, document: Document) -> Match | None:
        started, why, match = self._quarantine.timer(), "", None
        try:
            match = find(self._queries[topic_id], document)
        except Exception as error:  # noqa: BLE001  (a fault of ours must not silence the other topics)
            why = f"it failed by a fault of Courant's own ({type(error).__name__})"
        if (seconds := self._quarantine.timer() - started) > MOST_SECONDS:
            why = f"it took {seconds:.2f} seconds for one article"
        if why and self._quarantine.strike(topic_id, why):
            self._take_out(topic_id)
        return match

    def _cost(self, need: Need) -> float:
        """Rare leaves first, and rather those that few other topics wait under."""
        return sum(rarity(leaf) * (1 + self._crowd[leaf]) for leaf in need)

    def _of(self, language: str) -> Postings:
        if language not in self._postings:
            made = self._postings[language] = Postings(language)
            for topic_id, anchor in self._anchors.items():
                made.put(topic_id, anchor)
        return self._postings[language]
