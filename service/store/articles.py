"""Articles and their revisions, as filed in strands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, delete, func, select, text, tuple_

from service.errors import Conflict
from service.messages import EnrichedArticle
from service.model import Span, StoredArticle
from service.model.revisions import Weighed
from service.store.article_rows import (
    article_countries,
    article_row,
    articles,
    enriched_of,
    is_current,
    revision_row,
    revisions,
    stored_of,
    weighed_of,
)
from service.store.strands import Touch, touch
from service.store.table import insert, insert_together, parts

__all__ = ["Articles", "Revision", "article_countries", "articles", "revisions"]

Revision = tuple[str, int]
"""Names one text: the article's id and the revision's number."""


class Articles:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revisions(self, article_id: str, after: int = -1, most: int = 1000) -> list[StoredArticle]:
        """The revisions of an article, the first one first, from the one after `after` on."""
        of_article = (revisions.c.article_id == article_id, revisions.c.revision > after)
        query = select(revisions).where(*of_article).order_by(revisions.c.revision).limit(most)
        return [stored_of(row) for row in self._connection.execute(query)]

    def weighed(self, pairs: Iterable[Revision]) -> dict[Revision, Weighed]:
        """How these revisions differ from those before them; those not filed are missing."""
        key = tuple_(revisions.c.article_id, revisions.c.revision)
        columns = [revisions.c[name] for name in ("article_id", "revision", "type", "classes", "facts", "against")]
        found: dict[Revision, Weighed] = {}
        for part in parts(sorted(set(pairs))):
            for row in self._connection.execute(select(*columns).where(key.in_(part))):
                found[row.article_id, row.revision] = weighed_of(row)
        return found

    def filed_at(self, pairs: Iterable[Revision]) -> dict[Revision, datetime]:
        """When these revisions were filed; those not filed are missing."""
        key = tuple_(revisions.c.article_id, revisions.c.revision)
        wanted = select(revisions.c.article_id, revisions.c.revision, revisions.c.filed_at)
        return {
            (row.article_id, row.revision): row.filed_at
            for part in parts(sorted(set(pairs)))
            for row in self._connection.execute(wanted.where(key.in_(part)))
        }

    def earlier(self, article_ids: Iterable[str], most: int = 8) -> dict[str, list[EnrichedArticle]]:
        """The last `most` revisions of each of these articles that are filed, the latest last."""
        place = func.row_number().over(partition_by=revisions.c.article_id, order_by=revisions.c.revision.desc())
        columns = (revisions.c.article_id, revisions.c.revision, revisions.c.enriched, place.label("place"))
        found: dict[str, list[EnrichedArticle]] = {}
        for part in parts(sorted(set(article_ids))):
            ranked = select(*columns).where(revisions.c.article_id.in_(part)).subquery()
            wanted = select(ranked).where(ranked.c.place <= most).order_by(ranked.c.article_id, ranked.c.revision)
            for row in self._connection.execute(wanted):
                found.setdefault(row.article_id, []).append(enriched_of(row.enriched))
        return found

    def claim(self, languages: Iterable[str]) -> None:
        """Make another writer of these languages wait until this transaction ends.

        SQLite has one writer anyway. Without it the later of two would only fail, at the unique `seq`.
        """
        if self._connection.dialect.name != "sqlite":
            lock = text("select pg_advisory_xact_lock(hashtext(:name))")
            for language in sorted(set(languages)):
                self._connection.execute(lock, {"name": f"cluster {language}"})

    def stored(self, pairs: Iterable[Revision]) -> dict[Revision, StoredArticle]:
        """What was filed of these revisions; those not filed are missing."""
        key = tuple_(revisions.c.article_id, revisions.c.revision)
        found: dict[Revision, StoredArticle] = {}
        for part in parts(sorted(set(pairs))):
            for row in self._connection.execute(select(revisions).where(key.in_(part))):
                found[row.article_id, row.revision] = stored_of(row)
        return found

    def current(self, article_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Strand and number of the latest revision of those that are filed."""
        wanted = select(articles.c.id, articles.c.strand_id, articles.c.revision)
        found: dict[str, tuple[str, int]] = {}
        for part in parts(sorted(set(article_ids))):
            for row in self._connection.execute(wanted.where(articles.c.id.in_(part))):
                found[row.id] = row.strand_id, row.revision
        return found

    def copies(self, article_ids: Iterable[str]) -> set[str]:
        """Those that are copies of another article."""
        found: set[str] = set()
        for part in parts(article_ids):
            copied = articles.c.id.in_(part) & (articles.c.original_id != "")
            found.update(self._connection.scalars(select(articles.c.id).where(copied)))
        return found

    def originals(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The original of each of these that is a copy."""
        wanted = select(articles.c.id, articles.c.original_id).where(articles.c.original_id != "")
        found: dict[str, str] = {}
        for part in parts(article_ids):
            rows = self._connection.execute(wanted.where(articles.c.id.in_(part)))
            found.update((row.id, row.original_id) for row in rows)
        return found

    def copies_of(self, article_ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
        """Of each original, its copies that are filed, in order: their ids and strands."""
        found: dict[str, list[tuple[str, str]]] = {}
        wanted = select(articles.c.original_id, articles.c.id, articles.c.strand_id).order_by(articles.c.id)
        for part in parts(article_ids):
            for row in self._connection.execute(wanted.where(articles.c.original_id.in_(part))):
                found.setdefault(row.original_id, []).append((row.id, row.strand_id))
        return found

    def enriched_of(self, article_ids: Iterable[str]) -> dict[str, EnrichedArticle]:
        """The latest revision of each article that is filed."""
        wanted = select(revisions.c.article_id, revisions.c.enriched).join(articles, is_current())
        found: dict[str, EnrichedArticle] = {}
        for part in parts(sorted(set(article_ids))):
            for row in self._connection.execute(wanted.where(articles.c.id.in_(part))):
                found[row.article_id] = enriched_of(row.enriched)
        return found

    def since(self, language: str, seq: int, span: Span | None = None) -> list[StoredArticle]:
        """Articles filed for the first time after `seq`, in filing order, as their text was then.

        With a `span`, only those published in it.
        """
        first = revisions.c.change.in_(("opened", "joined"))
        wanted = select(revisions).where(revisions.c.language == language, revisions.c.seq > seq, first)
        if span:
            wanted = wanted.where(revisions.c.at >= span.start)
            wanted = wanted.where(revisions.c.at < span.end) if span.end else wanted
        return [stored_of(row) for row in self._connection.execute(wanted.order_by(revisions.c.seq))]

    def frontier(self, language: str) -> tuple[int, datetime | None]:
        """The last `seq` of a language, and the newest time of an article in it."""
        of_language = revisions.c.language == language
        last = self._connection.scalar(select(func.max(revisions.c.seq)).where(of_language))
        newest = self._connection.scalar(select(func.max(revisions.c.at)).where(of_language))
        return last or 0, newest

    def file(self, filed: Sequence[StoredArticle]) -> list[StoredArticle]:
        """Keep revisions that were not kept before; gives those that are now their article's current text.

        The highest revision is the current one, whichever arrives last. Raises `Conflict` if another
        transaction filed one of these articles in another strand meanwhile.
        """
        if not filed:
            return []
        self._connection.execute(insert(self._connection, revisions), [revision_row(each) for each in filed])
        touch(self._connection, (Touch(each.strand_id, each.enriched.language, each.at) for each in filed))
        highest = {each.article_id: each for each in sorted(filed, key=lambda each: each.revision)}
        self._put_current(highest)
        current = self.current(highest)
        for each in highest.values():
            if current[each.article_id][0] != each.strand_id:
                raise Conflict(f"article {each.article_id} was filed in another strand meanwhile")
        fresh = [each for each in highest.values() if current[each.article_id][1] == each.revision]
        self._replace_countries(fresh)
        return fresh

    def _put_current(self, highest: Mapping[str, StoredArticle]) -> None:
        put = insert(self._connection, articles)
        changed = [column.name for column in articles.c if column.name not in ("id", "strand_id")]
        put = put.on_conflict_do_update(
            index_elements=["id"],
            set_={name: put.excluded[name] for name in changed},
            where=put.excluded.revision >= articles.c.revision,
        )
        seqs = count(self._last_change() + 1)
        rows = [article_row(each) | {"changed_seq": next(seqs)} for each in highest.values()]
        self._connection.execute(put, rows)

    def _last_change(self) -> int:
        """The number of the last change. From now on until the end of the transaction nobody else takes one: so who
        has seen a number has seen all below it, however long a transaction takes."""
        if self._connection.dialect.name != "sqlite":
            self._connection.execute(text("select pg_advisory_xact_lock(hashtext('changes'))"))
        return self._connection.scalar(select(func.max(articles.c.changed_seq))) or 0

    def _replace_countries(self, fresh: Sequence[StoredArticle]) -> None:
        for part in parts([each.article_id for each in fresh]):
            self._connection.execute(delete(article_countries).where(article_countries.c.article_id.in_(part)))
        rows = [
            {"country": country, "article_id": each.article_id}
            for each in fresh
            for country in sorted(set(each.enriched.countries))
        ]
        insert_together(self._connection, insert(self._connection, article_countries), rows)
