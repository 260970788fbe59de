"""What every webhook has, and where it stands."""

from datetime import datetime

from pydantic import Field

from service.api.schemas import Shown


class Told(Shown):
    """What every webhook has."""

    id: str = Field(examples=["nt_5d1c90ab7e33f0248c61"])
    """The notice's: the same wherever it can be had, and for every endpoint."""
    cursor: str = Field(examples=["dGhpcyBpcyBhbiBleGFtcGxl"])
    """The notice's place among all: `GET /v1/events?after=` and the stream go on from here."""
    timestamp: datetime
    """When it became true."""


class Placed(Shown):
    """What came by a subscription, and its place among all that did."""

    subscription_id: str | None = Field(None, examples=["018f3a5c2b7e9d41c0"])
    sequence: int | None = Field(None, examples=[42])
    """1, 2, ... without a gap: a number that is missing is a delivery that is still to come, or was missed."""
