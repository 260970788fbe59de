"""Labelled documents as dedupe and enrich leave them: what is new goes out enriched, with its label; nothing is
fetched."""

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from consumers.dedupe import Dedupe
from consumers.enrich import open_enrich
from consumers.runner import Received
from service.egress import Egress
from service.messages import EnrichedArticle
from service.settings import EnrichSettings, Settings
from service.store import Store
from tests.quality.labelled import Labelled

SETTINGS = Settings(enrich=EnrichSettings(fetch_pages=False, processes=0))
BATCH = 200


async def enriched(documents: Sequence[Labelled]) -> list[tuple[EnrichedArticle, str]]:
    """In an order that says nothing. Repeats and copies are left out: they decide nothing by themselves."""
    shuffled = sorted(documents, key=lambda each: each.raw.external_id)
    random.Random(1).shuffle(shuffled)
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.create()
        try:
            return await _enriched(shuffled, store)
        finally:
            store.close()


async def _enriched(documents: Sequence[Labelled], store: Store) -> list[tuple[EnrichedArticle, str]]:
    found: list[tuple[EnrichedArticle, str]] = []
    dedupe = Dedupe(store, SETTINGS.dedupe)
    async with Egress.open(SETTINGS.egress) as egress, open_enrich(store, egress, SETTINGS.enrich) as enrich:
        for first in range(0, len(documents), BATCH):
            batch = documents[first : first + BATCH]
            known = await dedupe([Received(each.raw, f"d/{first}/{place}") for place, each in enumerate(batch)])
            new = [
                (message, each.label)
                for each, outcome in zip(batch, known, strict=True)
                for message in outcome.messages
                if message.kind == "new"
            ]
            told = await enrich([Received(each, f"e/{first}/{place}") for place, (each, _) in enumerate(new)])
            found += [(said, label) for (_, label), one in zip(new, told, strict=True) for said in one.messages]
    return found
