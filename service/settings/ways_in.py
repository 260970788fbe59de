"""How news gets in: requests to the outside, polls, hubs, archives, sources, pages looked at again."""

from pydantic import Field

from service.settings.section import Section


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
    concurrency: int = Field(400, ge=1)
    """Feeds polled at once by one process. Those that failed or were slow the last time, or were never polled, have
    half of the places: they hold up nobody else."""
    large: int = Field(12, ge=1)
    """Documents of more than 128 KiB in hand at once, by one process; the rest of them is left with their servers
    meanwhile."""
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


class SourcesSettings(Section):
    file: str = ""
    """File with a table of sources of yours, which adds to the shipped one and wins over it; see docs/sources.md."""
