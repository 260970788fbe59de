"""Articles as they are filed and shown."""

from dataclasses import dataclass
from datetime import datetime

from service.messages import (
    ArticleKind,
    ArticleState,
    Citation,
    DateMention,
    EnrichedArticle,
    Entity,
    Figure,
    Hop,
    MediaTopic,
    Page,
    Place,
    Precision,
    Quote,
    StrandChange,
)
from service.model.revisions import FIRST, Weighed


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One revision of an article as filed: what was known of it, and where it went."""

    enriched: EnrichedArticle
    strand_id: str
    change: StrandChange
    position: str
    seq: int = 0
    """Filing order; grows within a language."""
    filed_at: datetime | None = None
    weighed: Weighed = FIRST
    """How it differs from the revision before it."""

    @property
    def article_id(self) -> str:
        return self.enriched.article.article_id

    @property
    def revision(self) -> int:
        return self.enriched.article.revision

    @property
    def at(self) -> datetime:
        """When it was published; when we saw it, if it does not say or says the future."""
        raw = self.enriched.article.raw
        return min(raw.published_at, raw.seen_at) if raw.published_at else raw.seen_at


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article as lists show it."""

    id: str
    url: str
    title: str
    source: str
    language: str
    published_at: datetime | None
    seen_at: datetime
    at: datetime
    """By which lists are sorted: published, or seen if it does not say."""
    kind: ArticleKind
    revision: int
    original_id: str
    story_id: str
    countries: tuple[str, ...] = ()
    summary: str = ""
    state: ArticleState = "published"
    moved_to: str = ""
    changed_at: datetime | None = None
    """When its latest revision was filed."""
    changed_seq: int = 0
    """The place of that among the changes of all articles."""


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision's text, and the journey of the record that brought it."""

    number: int
    title: str
    text: str
    author: str
    seen_at: datetime
    published_at: datetime | None
    hops: tuple[Hop, ...] = ()
    published_precision: Precision = ""
    state: ArticleState = "published"
    moved_to: str = ""
    filed_at: datetime | None = None
    weighed: Weighed = FIRST
    """How it differs from the revision before it."""
    html: str = ""
    """The text as the feed gave it, with the markup that is safe to show."""
    payload: str = ""
    """Hash of the document it was read from."""

    @property
    def brought_by(self) -> str:
        """The stage that brought it: poll, push, receive or recheck."""
        return self.hops[0].stage if self.hops else ""

    @classmethod
    def of(cls, stored: StoredArticle) -> "RevisionView":
        enriched, raw = stored.enriched, stored.enriched.article.raw
        return cls(
            number=stored.revision,
            title=raw.title,
            text=enriched.text,
            author=raw.author,
            seen_at=raw.seen_at,
            published_at=raw.published_at,
            hops=enriched.hops,
            published_precision=raw.published_precision,
            state=raw.state,
            moved_to=raw.moved_to,
            filed_at=stored.filed_at,
            weighed=stored.weighed,
            html=raw.html,
            payload=raw.payload,
        )


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything about one article."""

    summary: ArticleSummary
    strand_id: str
    places: tuple[Place, ...]
    names: tuple[str, ...]
    keywords: tuple[str, ...]
    enrichers: dict[str, str]
    revisions: tuple[RevisionView, ...]
    copies: tuple[ArticleSummary, ...] = ()
    image: str = ""
    """Address of the main image."""
    page: Page | None = None
    """What the page of the latest revision said, if it was read."""
    quotes: tuple[Quote, ...] = ()
    """Of the latest revision, as are citations."""
    citations: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()
    dates: tuple[DateMention, ...] = ()
    topics: tuple[MediaTopic, ...] = ()
    entities: tuple[Entity, ...] = ()
