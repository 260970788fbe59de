"""What is delivered about endpoints: the bodies of these webhooks."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Told
from service.api.schemas.webhook_examples import example


class EndpointTold(Shown):
    id: str = Field(examples=["018f3a5c2b7e9d41c0"])
    host: str = Field(examples=["reader.example"])


class EndpointPayload(Shown):
    endpoint: EndpointTold
    truncated: bool = False


class TestPayload(EndpointPayload):
    """Somebody asked for it."""

    __test__ = False  # for pytest: no test of ours

    note: str


class EndpointFailingPayload(EndpointPayload):
    """Nothing but failures for a large part of the time after which it is switched off."""

    first_failure_at: datetime
    failures: int
    """Attempts that failed in a row."""
    passed_percent: int = Field(examples=[50])
    """Of that time: 50 or 90."""
    disabled_after: datetime
    """It is switched off then, if nothing is taken until then."""
    last_status: int | None
    last_error: str


class EndpointDisabledPayload(EndpointPayload):
    """It was switched off; what is owed to it waits."""

    why: str
    first_failure_at: datetime
    failures: int
    last_status: int | None
    last_error: str


class EndpointTest(Told):
    """Sent to the endpoint that is tested, and to no other."""

    model_config = ConfigDict(json_schema_extra=example("endpoint.test"))

    type: Literal["endpoint.test"]
    data: TestPayload


class EndpointFailing(Told):
    """Sent once at 50 and once at 90 per cent of the time, for each run of failures."""

    model_config = ConfigDict(json_schema_extra=example("endpoint.failing"))

    type: Literal["endpoint.failing"]
    data: EndpointFailingPayload


class EndpointDisabled(Told):
    """Sent each time that an endpoint is switched off by itself."""

    model_config = ConfigDict(json_schema_extra=example("endpoint.disabled"))

    type: Literal["endpoint.disabled"]
    data: EndpointDisabledPayload
