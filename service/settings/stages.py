"""What the stages decide by: dedupe, enrich, cluster, link; and how all of them work."""

from pydantic import Field

from service.settings.section import Section


class DedupeSettings(Section):
    similarity: float = Field(0.6, gt=0, le=1)
    """Share of word triples two texts must have in common to be copies."""
    window_days: float = Field(3, gt=0)
    """How far back the original of a copy is looked for."""
    containment: float = Field(0.8, gt=0, le=1)
    """Share of a shortened text's word triples that the full one must have, too, to be its original."""
    least_words: int = Field(25, ge=1)
    """Shorter texts are never called copies."""
    least_shortened_words: int = Field(40, ge=1)
    """Shorter texts are never called shortened copies: they may be a quotation."""
    within_source: bool = False
    """Whether a source's article may be called a copy of another one of its own."""
    known_again_days: float = Field(7, gt=0)
    """How long an article is known again by its text, should both its address and its id change."""


class EnrichSettings(Section):
    fetch_pages: bool = True
    """Fetch the article's page where the feed's text is not all of it."""
    enough_characters: int = Field(600, ge=0)
    """A feed's own text of this length is taken as the full text, if it does not break off."""
    page_seconds: float = Field(15, gt=0)
    """Limit for all pages of a batch: for their turn at their hosts and for fetching them."""
    page_concurrency: int = Field(16, ge=1)
    """Pages fetched at once."""
    page_gap_seconds: float = Field(1, ge=0)
    """Pause between two pages of one host, if its robots.txt asks for none longer. Feeds keep a pause of their own."""
    robots_hours: float = Field(24, gt=0, le=24)
    """How long a robots.txt is gone by until it is asked for again."""
    extraction_rules: str = ""
    """File (TOML or JSON) with rules of extraction by source; see docs/full-text.md."""
    processes: int = Field(1, ge=0)
    """Processes for what is plain computing (text of pages; language, places, names); 0 does it in this one."""
    embeddings: bool = True
    """Use sentence embeddings where the extra `embeddings` is installed."""


class ClusterSettings(Section):
    threshold: float = -1.5
    """Score above which an article joins a strand at once; lower raises fewer alerts twice, and swallows more."""
    headline_threshold: float = 0.25
    """At least so much is asked where one of the two is a headline without a text: it says little by itself."""
    settled_threshold: float = 0.25
    """Score above which it is in the right strand when it is settled; lower makes larger strands."""
    window_days: float = Field(7, gt=0)
    """A strand that has had no article for this long is closed."""
    settle_minutes: float = Field(10, ge=0)
    """Whenever the articles' own time has come so much further, those of the last two days are settled; 0 for never."""


class LinkSettings(Section):
    threshold: float = 0.0
    """Score above which two strands report one happening; lower makes larger stories."""
    window_days: float = Field(7, gt=0)
    """A story that has had no article for this long is closed."""


class WorkSettings(Section):
    batch: int = Field(200, ge=1)
    """Records a stage handles in one go."""
    idle_seconds: float = Field(1, gt=0)
    """How long a stage waits for the first record of a batch."""
    retry_seconds: tuple[float, ...] = (0.2, 1, 3)
    """Pauses before a record that failed is tried again; then it is set aside as a dead letter."""
    outage_seconds: float = Field(5, gt=0)
    """Pause before trying again while something we depend on is down."""
    most_dead_in_a_row: int = Field(100, ge=1)
    """So many dead letters in a row stop the stage: then it is us."""
    drain_seconds: float = Field(25, gt=0)
    """Time for work in hand after SIGTERM."""
