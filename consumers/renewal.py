"""Bringing what an earlier release stored up to this one, a portion at a time, until nothing is left.

Searched words of another version of the analyser are made anew, and stories from before independent sources were
counted are counted. Done once too often it changes nothing, so any number of processes may.
"""

import asyncio
from dataclasses import dataclass

from consumers.rounds import rounds
from service.store import Store, Transaction

PORTION = 100
PAUSE = 0.5
"""Seconds between two portions: others want to write, too."""
LATER = 3600.0


@dataclass
class Renewal:
    """Goes through the stories once in a round: one that cannot be counted would be met again and again."""

    store: Store
    _counted: str = ""
    """The last story looked at."""

    async def run(self, until: asyncio.Event) -> None:
        await rounds(self.once, until, "renewals")

    async def once(self) -> float:
        """Renew one portion; gives the seconds to rest."""
        renewed = await self.store.write(_analyse)
        stories = await self.store.write(_count, self._counted)
        self._counted = stories[-1] if stories else ""
        return PAUSE if renewed or stories else LATER


def _analyse(tx: Transaction) -> int:
    """Nobody may file a revision between our reading of a text and our writing of its words."""
    outdated = tx.search.outdated(PORTION)
    tx.articles.claim({each.language for each in tx.articles.enriched_of(outdated).values()})
    current = tx.articles.enriched_of(outdated)
    tx.search.put([(each, one.article.raw.title, one.text, one.language) for each, one in current.items()])
    return len(current)


def _count(tx: Transaction, after: str) -> list[str]:
    tx.linkings.claim()
    found = tx.stories.uncounted(after, PORTION)
    tx.stories.recount(found)
    return found
