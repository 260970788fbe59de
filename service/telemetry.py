"""What a process says about itself: log lines for people and machines, numbers for Prometheus."""

import logging
import sys
from collections.abc import Iterable

import structlog
from prometheus_client import Counter, Gauge, Histogram

from service.settings import LogSettings

OUTCOMES = Counter("courant_outcomes", "What became of each record, by stage and outcome", ["stage", "outcome"])
LAG = Gauge("courant_lag_records", "Records a stage has not committed yet", ["stage"])
AGE = Gauge("courant_oldest_record_age_seconds", "Age of the oldest record in the last batch", ["stage"])
FEEDS = Gauge("courant_feeds", "Feeds, by how their last poll went; those switched off are disabled", ["status"])
FEED_HEALTH = Gauge("courant_feeds_by_health", "Feeds, by how they are doing", ["health"])
BATCH = Histogram("courant_batch_seconds", "Time for one batch", ["stage"])
RECORDS = Gauge("courant_records", "Records by stage and outcome, of all processes and for ever", ["stage", "outcome"])
SETTLING = Histogram(
    "courant_settle_seconds",
    "Time for settling a portion, while no article is assigned in its language",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
MOVES = Counter("courant_moves", "Articles moved to another strand when they were settled", ["language"])
HELD = Gauge(
    "courant_cluster_held", "What clustering holds in memory: articles, strands, pairs, bytes", ["language", "what"]
)
CANDIDATES = Histogram(
    "courant_match_candidates",
    "Topics that come out for one article, to be tried",
    buckets=(0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000),
)
UNACCOUNTED = Gauge("courant_unaccounted_records", "Records of a stage that are gone without an outcome", ["stage"])
WAITING = Gauge("courant_deliveries_waiting", "Deliveries that are owed and not done, at all endpoints")
DEAD = Gauge("courant_dead_letters", "Records that are set aside with their error")
LATENCY = Histogram(
    "courant_published_to_delivered_seconds",
    "From an article's first sighting to its alert's delivery",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200),
)

WITHOUT_VALUES = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""Tracebacks without the values of variables: among them are secrets."""


def count(stage: str, outcome: str, n: int = 1) -> None:
    """Count `n` records (polls, deliveries) of `stage` that ended as `outcome`."""
    OUTCOMES.labels(stage, outcome).inc(n)


def count_all(stage: str, outcomes: Iterable[str]) -> None:
    for outcome in outcomes:
        count(stage, outcome)


def counted(stage: str) -> dict[str, int]:
    """What this process has counted for a stage, by outcome."""
    samples = [sample for metric in OUTCOMES.collect() for sample in metric.samples]
    return {
        sample.labels["outcome"]: int(sample.value)
        for sample in samples
        if sample.name.endswith("_total") and sample.labels["stage"] == stage
    }


def configure(settings: LogSettings) -> None:
    """Send log lines to standard error: coloured for a terminal, JSON for machines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [WITHOUT_VALUES, structlog.processors.JSONRenderer()]
        if settings.json_lines
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # who has logged once could not be listened to any more; we log by the batch
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for chatty in ("aiokafka", "httpx", "httpcore", "uvicorn.access", "trafilatura", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
