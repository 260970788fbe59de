"""How the revisions of a batch differ from those before them: done before the transaction that files them, for it
takes milliseconds each."""

from collections.abc import Mapping, Sequence

from service.messages import EnrichedArticle
from service.model.revisions import Weighed, weigh
from service.store.articles import Revision


def revised(batch: Sequence[EnrichedArticle]) -> set[str]:
    """The articles that have something to be compared with."""
    return {each.article.article_id for each in batch if each.article.revision}


def weighed(
    batch: Sequence[EnrichedArticle], stored: Mapping[str, Sequence[EnrichedArticle]]
) -> dict[Revision, Weighed]:
    """For each revision but the first ones; `stored` are the latest that are filed of each article."""
    known = {name: {each.article.revision: each for each in some} for name, some in stored.items()}
    for each in batch:
        known.setdefault(each.article.article_id, {})[each.article.revision] = each
    return {
        (each.article.article_id, each.article.revision): weigh(each, _before(each, known[each.article.article_id]))
        for each in batch
        if each.article.revision
    }


def _before(later: EnrichedArticle, known: Mapping[int, EnrichedArticle]) -> list[EnrichedArticle]:
    return [known[revision] for revision in sorted(known) if revision < later.article.revision]
