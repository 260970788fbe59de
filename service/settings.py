"""Every knob: its default, and a line of help. Read once, at the start; each part gets its own section.

From the environment (`COURANT_DEDUPE__SIMILARITY=0.6`) or from `courant.toml` in the working directory
(`[dedupe]`, `similarity = 0.6`); the environment wins. A name that is not here is refused.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service.errors import Misconfigured

PREFIX = "COURANT_"
FILE_VARIABLE = "COURANT_FILE"


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class KafkaSettings(Section):
    prefix: str = ""
    """Put before every stream's and group's name, so that two installations can share one Kafka."""
    partitions: int = Field(6, ge=1)
    """Partitions of a new stream; streams that must be in one order have one."""
    replication: int = Field(1, ge=1)
    """Replicas of a new stream."""
    retention_days: float = Field(7, gt=0)
    """How long records are kept."""
    idempotent: bool = True
    """Idempotent producer; some Kafka-compatible brokers cannot."""
    instance: str = ""
    """Static group membership: a name that stays over restarts, such as the pod's."""
    poll_limit_seconds: float = Field(300, gt=0)
    """Kafka expels a member that has not asked for records for this long."""
    session_seconds: float = Field(15, gt=0)
    """Kafka expels a member that has been silent for this long."""


class EgressSettings(Section):
    allow_loopback: bool = False
    """Let feeds and webhooks be on this very machine. For the demo and for tests."""
    allow_networks: tuple[str, ...] = ()
    """Private networks (CIDR) that may be reached all the same."""
    allow_ports: tuple[int, ...] = (80, 443, 8080, 8443)
    """Ports that may be reached; loopback, where allowed, may use any."""
    connect_seconds: float = Field(5, gt=0)
    """Limit for name resolution, and again for connecting."""
    total_seconds: float = Field(30, gt=0)
    """Limit for a whole request with its body."""
    pace_seconds: float = Field(10, gt=0)
    """An answer of which less than 10 KiB arrive in this time is given up, and one that does not begin."""
    wire_bytes: int = Field(5 * 2**20, gt=0)
    """Limit for a body as it arrives."""
    decoded_bytes: int = Field(15 * 2**20, gt=0)
    """Limit for a body once decompressed."""
    redirects: int = Field(5, ge=0)
    """Redirects followed for feeds and pages; webhooks follow none."""
    connections: int = Field(500, ge=1)
    """Connections open at once; enough that slow servers cannot hold them all."""
    user_agent: str = "Courant/0.1 (+https://github.com/courant-news/courant)"
    """Who we say we are."""


class PollSettings(Section):
    concurrency: int = Field(20, ge=1)
    """Feeds polled at once by one process."""
    first_seconds: float = Field(900, gt=0)
    """Interval of a feed that has not shown its rhythm yet."""
    least_seconds: float = Field(60, gt=0)
    """Never more often than this."""
    most_seconds: float = Field(86400, gt=0)
    """Never less often than this, however quiet the feed and whatever its publisher wishes."""
    dead_seconds: float = Field(2_592_000, gt=0)
    """A feed that has failed for many days, or is gone, is still visited this often; no feed is given up."""
    per_host: int = Field(2, ge=1)
    """Feeds of one host polled at once, by all pollers together."""
    host_gap_seconds: float = Field(5, ge=0)
    """Least time between the starts of two polls of one host, by all pollers together."""
    lease_seconds: float = Field(120, gt=0)
    """A feed claimed by a poller that died is free again after this."""
    idle_seconds: float = Field(2, gt=0)
    """How long to wait when no feed is due."""
    index_children: int = Field(3, ge=1)
    """Of an index of sitemaps, how many of the sitemaps changed last are read with each poll."""
    moved_after: int = Field(3, ge=1)
    """Permanent redirects to one address in a row until the feed's address is changed."""
    keep_polls_days: float = Field(14, gt=0)
    """How long the record of polls is kept."""
    keep_payloads: bool = True
    """Keep documents as they were fetched, where they brought something or could not be read: to show, and to read
    again."""
    keep_payloads_days: float = Field(7, gt=0)
    """How long they are kept."""


class BackfillSettings(Section):
    portion: int = Field(20, ge=1)
    """Old articles passed on at once."""
    most_lag: int = Field(20, ge=0)
    """No more are passed on while any stage is this many records behind: live news goes first."""
    page_portion: int = Field(5, ge=1)
    """The same two of articles that come without their text, so that hosts can be asked for their pages in time."""
    pause_seconds: float = Field(1, gt=0)
    """How long to wait before looking again whether there is room."""
    most_wait_seconds: float = Field(30, gt=0)
    """A host that is not free within this time is asked later."""
    most_documents: int = Field(5_000, ge=1)
    """Documents of one archive read at most."""
    tries: int = Field(5, ge=1)
    """Requests for a document that may fail in a row before it is left out."""
    lease_seconds: float = Field(120, gt=0)
    """A backfill claimed by a process that died is free again after this."""
    idle_seconds: float = Field(5, gt=0)
    """How long to wait when there is nothing to read in."""
    keep_days: float = Field(90, gt=0)
    """How long the record of a finished backfill is kept."""


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


class RecheckSettings(Section):
    enabled: bool = True
    """Look at the pages of articles again, and tell what became of them; not where `enrich.fetch_pages` is off."""
    after_hours: tuple[float, ...] = (1, 24, 168)
    """Hours after its publication at which an article's page is looked at again."""
    confirm_minutes: float = Field(30, gt=0)
    """A page that seems gone is looked at once more after this; only then the article is deleted."""
    cosmetic: bool = False
    """Count a page as edited if nothing but punctuation, case or typographic signs changed."""
    concurrency: int = Field(8, ge=1)
    """Pages looked at together by one process."""
    seconds: float = Field(60, gt=0)
    """Limit for these pages: for their turn at their hosts and for fetching them."""
    tries: int = Field(3, ge=1)
    """Looks in a row that tell nothing (an error, a wall), after which the next one is waited for."""
    retry_minutes: float = Field(15, gt=0)
    """How long until such a look is tried again; twice as long each time."""
    lease_seconds: float = Field(300, gt=0)
    """A page claimed by a process that died is free again after this; longer than `seconds`."""
    idle_seconds: float = Field(15, gt=0)
    """How long to wait when no page is due."""


class ClusterSettings(Section):
    threshold: float = 0.25
    """Score above which an article joins a strand; lower makes larger strands."""
    window_days: float = Field(7, gt=0)
    """A strand that has had no article for this long is closed."""


class LinkSettings(Section):
    threshold: float = 0.0
    """Score above which two strands report one happening; lower makes larger stories."""
    window_days: float = Field(7, gt=0)
    """A story that has had no article for this long is closed."""


class DeliverSettings(Section):
    concurrency: int = Field(32, ge=1)
    """Deliveries under way at once in one process."""
    per_endpoint: int = Field(4, ge=1)
    """Deliveries under way at once to one endpoint."""
    total_seconds: float = Field(20, gt=0)
    """Limit for one attempt, with the answer's body."""
    schedule: tuple[float, ...] = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    """Seconds before each attempt; after the last one the delivery is given up."""
    lease_seconds: float = Field(90, gt=0)
    """A delivery claimed by a process that died is free again after this."""
    idle_seconds: float = Field(0.5, gt=0)
    """How long to wait when nothing is due."""
    disable_after_hours: float = Field(120, gt=0)
    """An endpoint that has only failed for this long is switched off."""


class WebsubSettings(Section):
    public_url: str = Field("", pattern=r"^(https?://[^\s?#]+)?$")
    """Address under which hubs reach this API, such as https://news.example.org; empty for no WebSub."""
    lease_seconds: int = Field(864_000, ge=3600, le=31_536_000)
    """Lease asked of a hub; it is renewed when 80 % of what the hub granted is over."""
    poll_seconds: float = Field(21_600, gt=0)
    """A feed whose news a hub pushes is still polled this often, to see that nothing is missed."""
    body_bytes: int = Field(5 * 2**20, gt=0)
    """Limit for a document that a hub pushes."""
    allow_sha1: bool = False
    """Believe SHA-1 signatures, too; some old hubs know nothing better."""
    request_seconds: float = Field(20, gt=0)
    """Limit for a request to a hub."""
    idle_seconds: float = Field(5, gt=0)
    """How often to look for subscriptions to be made, renewed or ended."""


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


class ApiSettings(Section):
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    page: int = Field(50, ge=1)
    """Items on a page if the caller does not say."""
    most_page: int = Field(200, ge=1)
    """Items on a page at most."""
    body_bytes: int = Field(2**20, gt=0)
    """Limit for a request's body."""
    batch_bytes: int = Field(8 * 2**20, gt=0)
    """Limit for the body of a batch of articles."""
    batch_articles: int = Field(500, ge=1)
    """Articles in a batch at most."""


class LogSettings(Section):
    level: str = Field("info", pattern="^(debug|info|warning|error)$")
    """debug, info, warning or error."""
    json_lines: bool = False
    """One JSON object a line, for machines."""


class Settings(BaseSettings):
    """All of them. `data`, `database` and `broker` decide between a laptop and a cluster."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    data: Path = Path("data")
    """Folder of the embedded database and broker."""
    database: str = ""
    """postgresql://user:password@host/name; empty for SQLite in `data`."""
    broker: str = ""
    """kafka://host:9092,host:9092; empty for the embedded broker in `data`."""
    metrics_port: int = Field(0, ge=0, le=65535)
    """Port for /metrics, /livez and /readyz of a process that does not serve the API; 0 for none."""
    kafka: KafkaSettings = KafkaSettings()
    egress: EgressSettings = EgressSettings()
    poll: PollSettings = PollSettings()
    backfill: BackfillSettings = BackfillSettings()
    dedupe: DedupeSettings = DedupeSettings()
    enrich: EnrichSettings = EnrichSettings()
    recheck: RecheckSettings = RecheckSettings()
    cluster: ClusterSettings = ClusterSettings()
    link: LinkSettings = LinkSettings()
    deliver: DeliverSettings = DeliverSettings()
    websub: WebsubSettings = WebsubSettings()
    work: WorkSettings = WorkSettings()
    api: ApiSettings = ApiSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get(FILE_VARIABLE, "courant.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)

    @property
    def embedded(self) -> bool:
        """Everything in one process: neither another database nor another broker."""
        return not self.database and not self.broker


def load(**given: Any) -> Settings:
    """The settings of this process. Raises `Misconfigured`, naming every setting that is wrong."""
    unknown = sorted(_unknown_names())
    if unknown:
        raise Misconfigured(f"unknown settings: {', '.join(unknown)}; see docs/settings.md")
    file = os.environ.get(FILE_VARIABLE)
    if file and not Path(file).is_file():
        raise Misconfigured(f"{FILE_VARIABLE} names {file}, which is not a file")
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise Misconfigured(f"settings: {faults}") from None
    except ValueError as error:  # a file or a variable that does not parse at all
        raise Misconfigured(f"settings: {error}") from None


def _unknown_names() -> Iterator[str]:
    """pydantic-settings ignores a misspelt top-level name in the environment; we do not."""
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() != FILE_VARIABLE:
            top = name[len(PREFIX) :].split("__")[0].lower()
            if top not in Settings.model_fields:
                yield name
