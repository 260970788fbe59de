"""What others see: deliveries, the API, logs; and Kafka."""

from pydantic import Field

from service.settings.section import Section


class DeliverSettings(Section):
    concurrency: int = Field(128, ge=1)
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
    keep_days: float = Field(90, ge=5)
    """How long deliveries that are done are kept, with their attempts."""

    chats: tuple[str, ...] = ("discord", "ntfy", "ntfys", "slack", "tgram", "workflows")
    """Chats and push services that endpoints may be: schemes of their addresses. Needs the extra `channels`."""
    mail_server: str = Field("", pattern=r"^(smtps?://[^\s]+)?$")
    """smtp://user:password@host:587 (with STARTTLS) or smtps://...:465, to send mail with; empty for no mail."""
    mail_from: str = Field("Courant <courant@localhost>", pattern=r"^[^\r\n]+@[^\r\n]+$")
    """The sender of mails."""
    mail_domains: tuple[str, ...] = ()
    """Domains to which mail may be sent; empty for all."""
    kafka_servers: tuple[str, ...] = ()
    """host:port of Kafkas of others that endpoints may be."""
    files: str = ""
    """Folder below which endpoints may be files, a folder for each account; empty for no files."""


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
    header_seconds: float = Field(10, gt=0)
    """How long the headers of a request may take, from when we began to wait for it."""
    body_seconds: float = Field(20, gt=0)
    """How long its body may take."""
    batch_bytes: int = Field(8 * 2**20, gt=0)
    """Limit for the body of a batch of articles."""
    backtest_articles: int = Field(2000, ge=0)
    """Articles that a backtest looks at while its caller waits; larger ones are done in their turn."""
    opml_bytes: int = Field(5 * 2**20, gt=0)
    """Limit for an OPML document."""
    batch_articles: int = Field(500, ge=1)
    """Articles in a batch at most."""
    environment: str = Field("live", pattern="^[a-z]{1,12}$")
    """Stands in the text of every key made here, so that one of a trial installation is not mistaken for another."""
    key_cache_seconds: float = Field(3, ge=0, le=5)
    """How long a key that was found is remembered; one that was revoked opens nothing after this."""
    origins: tuple[str, ...] = ()
    """Origins whose pages may call the API from a browser, such as https://reader.example; none by default."""


class QuotaSettings(Section):
    """What an account has unless it was told otherwise: `courant accounts limit`."""

    seconds: int = Field(60, ge=1, le=3600)
    """Length of the window in which requests are counted."""
    requests: int = Field(600, ge=1)
    """Requests by one key in a window."""
    account_requests: int = Field(3000, ge=1)
    """Requests by all keys of an account in a window."""
    topics: int = Field(200_000, ge=0)
    """Topics of an account."""
    endpoints: int = Field(1000, ge=0)
    """Endpoints of an account."""
    subscriptions: int = Field(400_000, ge=0)
    """Subscriptions of an account."""
    keys: int = Field(100, ge=0)
    """Keys of an account that were not revoked."""
    articles: int = Field(1_000_000, ge=0)
    """Articles that an account may push in a day."""
    feeds: int = Field(50_000, ge=0)
    """Feeds that an account may add in a day."""


class AuditSettings(Section):
    keep_days: float = Field(365, gt=0)
    """How long it is known who changed what."""


class EventsSettings(Section):
    keep_days: float = Field(90, gt=0)
    """How long notices are kept: for lists, streams and catching up. A delivery keeps its notice as long as it is kept
    itself."""
    look_seconds: float = Field(0.5, gt=0)
    """How often new notices are looked for while somebody listens."""
    heartbeat_seconds: float = Field(15, gt=0)
    """A listener for whom there is nothing gets a sign of life this often; every second says how far it has heard."""
    retry_seconds: float = Field(3, gt=0)
    """How long a listener that was cut off is asked to wait before it comes again."""
    buffer: int = Field(1000, ge=1)
    """Notices that wait for a slow listener; with one more it is sent away, to come again with its cursor."""
    send_seconds: float = Field(30, gt=0)
    """A listener that takes nothing for this long is let go."""
    listeners: int = Field(10_000, ge=0)
    """Listeners, and requests that wait, at once in one process."""


class BulletinsSettings(Section):
    hub: str = Field("", pattern=r"^(https?://[^\s#]+)?$")
    """A WebSub hub that is told when a bulletin has something new; empty for none. Needs `websub.public_url`."""
    fresh_seconds: float = Field(60, ge=0)
    """How old what a bulletin shows may be, and how often it is looked whether the hub has to be told."""


class LogSettings(Section):
    level: str = Field("info", pattern="^(debug|info|warning|error)$")
    """debug, info, warning or error."""
    json_lines: bool = False
    """One JSON object a line, for machines."""


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
