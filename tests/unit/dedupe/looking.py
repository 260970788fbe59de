"""Raw articles already looked at, for tests of what is decided about them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumers.dedupe.fingerprint import Fingerprint
from consumers.dedupe.look import Looked, lead_of, name_of, title_hash
from service.messages import Hop
from service.urls import article_id
from tests.builders import NOW, a_raw_article

HERE = "articles.raw/0/7"
RECHECK = (Hop(stage="recheck", at=NOW, outcome="seen"),)


def looked(
    text_hash: str = "x", position: str = HERE, shingles: NDArray[np.uint32] | None = None, **raw: Any
) -> Looked:
    given = a_raw_article(**raw)
    return Looked(
        raw=given,
        position=position,
        own_id=article_id(given.url),
        name=name_of(given.external_id),
        text_hash=text_hash,
        title_hash=title_hash(given.title),
        print=None if shingles is None else Fingerprint(shingles, ()),
        lead=lead_of(given),
    )
