"""What articles say: revisions of them come in, their traits go out.

Those of the last articles are kept, for a strand that settling changes is made anew from all of its articles.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from consumers.link.traits import Traits, traits
from service.messages import EnrichedArticle
from service.store import Transaction
from service.store.articles import Revision

MOST = 2_000
"""Articles whose traits are kept, of about 10 kB each; the one that came longest ago is dropped first."""


@dataclass
class Voices:
    """What a revision says never changes."""

    _kept: dict[Revision, Traits] = field(default_factory=dict)

    def of(self, revision: Revision, enriched: EnrichedArticle) -> Traits:
        """The traits of a revision with this text."""
        found = self._kept.get(revision)
        if found is None:
            found = self._kept[revision] = traits(enriched)
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return found

    def read(self, tx: Transaction, revisions: Iterable[Revision]) -> dict[Revision, Traits]:
        """The traits of filed revisions; the store is asked for those that are not kept."""
        wanted = set(revisions)
        known = {each: self._kept[each] for each in wanted & self._kept.keys()}
        filed = tx.articles.stored(wanted - known.keys())
        return known | {revision: self.of(revision, article.enriched) for revision, article in filed.items()}
