"""How well are copies told from what only looks alike? A labelled file in; precision and recall out, as JSON.

    python -m tests.quality.copies FILE [--threshold T ...] [--containment C ...] [--kinds]

Lines have `id`, `source`, `published`, `text`, where there is one `title`, and as the label `original` (the id of the
report it is a copy of, or its own) or `group`. The documents pass the real dedupe in the order of their times, once
for each threshold. Beside it stands a plain SimHash of 64 bits over the same word triples, with which every document
is compared with every one before it, for a range of distances.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from consumers.dedupe import Dedupe
from consumers.runner import Received
from service.messages import RawArticle
from service.settings import DedupeSettings
from service.store import Store
from service.text import words
from tests.quality.agreement import Agreement, pairwise
from tests.quality.labelled import Labelled, read

THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8)
DISTANCES = (3, 6, 9, 12, 15, 18)
BATCH = 50


async def told(documents: Sequence[Labelled], settings: DedupeSettings) -> list[str]:
    """For each document the address of the original it belongs to: its own, if it is nobody's copy."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.create()
        try:
            dedupe, found = Dedupe(store, settings), dict[str, str]()
            for first in range(0, len(documents), BATCH):
                part = documents[first : first + BATCH]
                batch = [Received(_by_link(each.raw), f"articles.raw/0/{n}") for n, each in enumerate(part, first)]
                for outcome in await dedupe(batch):
                    found |= {each.raw.url: each.original_id or each.article_id for each in outcome.messages}
            return [found.get(each.raw.url, each.raw.url) for each in documents]
        finally:
            store.close()


def _by_link(raw: RawArticle) -> RawArticle:
    """Every document is one of its own here: it is copies that are measured."""
    return msgspec.structs.replace(raw, identity="link")


def simhash(text: str) -> int:
    """After Charikar (2002): each bit as most of the triples' hashes have it."""
    spoken = words(text)
    counts = [0] * 64
    for at in range(max(1, len(spoken) - 2)):
        value = int.from_bytes(blake2b(" ".join(spoken[at : at + 3]).encode(), digest_size=8).digest())
        for bit in range(64):
            counts[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit, count in enumerate(counts) if count > 0)


def told_by_simhash(documents: Sequence[Labelled], distance: int, window: timedelta) -> list[str]:
    """The original is the nearest before it, at another source, within this distance."""
    prints = [simhash(f"{each.raw.title}\n{each.raw.text}") for each in documents]
    found: list[str] = []
    for at, document in enumerate(documents):
        near = [
            ((prints[at] ^ prints[before]).bit_count(), before)
            for before in range(at)
            if documents[before].raw.source != document.raw.source
            and document.raw.seen_at - documents[before].raw.seen_at <= window
        ]
        best = min(near, default=(65, at))
        found.append(found[best[1]] if best[0] <= distance else document.raw.url)
    return found


def report(documents: Sequence[Labelled], thresholds: Sequence[float], containments: Sequence[float]) -> dict[str, Any]:
    labels = [each.label for each in documents]
    window = timedelta(days=DedupeSettings().window_days)
    settings = [DedupeSettings(similarity=t, containment=c) for t in thresholds for c in containments]
    return {
        "documents": len(documents),
        "copies": len(labels) - len(set(labels)),
        "dedupe": [
            {"similarity": each.similarity, "containment": each.containment}
            | _shown(pairwise(labels, asyncio.run(told(documents, each))))
            for each in settings
        ],
        "simhash": [
            {"distance": each} | _shown(pairwise(labels, told_by_simhash(documents, each, window)))
            for each in DISTANCES
        ],
    }


def by_kind(documents: Sequence[Labelled], kinds: Sequence[str], settings: DedupeSettings) -> dict[str, dict[str, int]]:
    """Of each kind of document, how many were told right: as a copy of that original, or as nobody's."""
    found = asyncio.run(told(documents, settings))
    at_home = {label: Counter[str]() for label in (each.label for each in documents)}
    for document, group in zip(documents, found, strict=True):
        at_home[document.label][group] += 1
    homes = {label: counts.most_common(1)[0][0] for label, counts in at_home.items()}
    taken = Counter(found)
    right: dict[str, dict[str, int]] = {}
    for document, group, kind in zip(documents, found, kinds, strict=True):
        alone = at_home[document.label].total() == 1
        well = taken[group] == 1 if alone else homes[document.label] == group
        counts = right.setdefault(kind, {"right": 0, "wrong": 0})
        counts["right" if well else "wrong"] += 1
    return right


def _shown(agreement: Agreement) -> dict[str, float]:
    return {name: round(getattr(agreement, name), 4) for name in ("precision", "recall", "f1")}


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--threshold", type=float, nargs="+", default=THRESHOLDS)
    parser.add_argument("--containment", type=float, nargs="+", default=(DedupeSettings().containment,))
    parser.add_argument("--kinds", action="store_true", help="also by the documents' kinds, at the settings' defaults")
    asked = parser.parse_args(given)
    try:
        fields = [json.loads(line) for line in asked.file.read_text("utf-8").splitlines() if line.strip()]
        documents = read(asked.file, "original" if fields and "original" in fields[0] else "group")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    said = report(documents, asked.threshold, asked.containment)
    if asked.kinds:
        said["kinds"] = by_kind(documents, [str(each.get("kind", "")) for each in fields], DedupeSettings())
    print(json.dumps(said, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
