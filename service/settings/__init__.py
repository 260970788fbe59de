"""Every knob: its default, and a line of help. Read once, at the start; each part gets its own section.

From the environment (`COURANT_DEDUPE__SIMILARITY=0.6`) or from `courant.toml` in the working directory
(`[dedupe]`, `similarity = 0.6`); the environment wins. A name that is not here is refused.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service.errors import Misconfigured
from service.settings.outward import (
    ApiSettings,
    AuditSettings,
    BulletinsSettings,
    DeliverSettings,
    EventsSettings,
    KafkaSettings,
    LogSettings,
    QuotaSettings,
)
from service.settings.stages import ClusterSettings, DedupeSettings, EnrichSettings, LinkSettings, WorkSettings
from service.settings.ways_in import (
    BackfillSettings,
    EgressSettings,
    PollSettings,
    RecheckSettings,
    SourcesSettings,
    WebsubSettings,
)

__all__ = [
    "ApiSettings",
    "AuditSettings",
    "BackfillSettings",
    "BulletinsSettings",
    "ClusterSettings",
    "DedupeSettings",
    "DeliverSettings",
    "EgressSettings",
    "EnrichSettings",
    "EventsSettings",
    "KafkaSettings",
    "LinkSettings",
    "LogSettings",
    "PollSettings",
    "QuotaSettings",
    "RecheckSettings",
    "Settings",
    "SourcesSettings",
    "WebsubSettings",
    "WorkSettings",
    "load",
]

PREFIX = "COURANT_"
FILE_VARIABLE = "COURANT_FILE"
KEY_VARIABLE = "COURANT_API_KEY"
"""For the command line's `--server`; no setting of a service."""


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
    sealing_keys: str = Field("", repr=False)
    """Keys that seal secrets in the database, `id:base64` with spaces between them, the newest first; empty for one
    that is made and kept in `data`."""
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
    quotas: QuotaSettings = QuotaSettings()
    audit: AuditSettings = AuditSettings()
    events: EventsSettings = EventsSettings()
    bulletins: BulletinsSettings = BulletinsSettings()
    sources: SourcesSettings = SourcesSettings()
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
        if name.upper().startswith(PREFIX) and name.upper() not in (FILE_VARIABLE, KEY_VARIABLE):
            top = name[len(PREFIX) :].split("__")[0].lower()
            if top not in Settings.model_fields:
                yield name
