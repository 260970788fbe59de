"""What went wrong, in our words: in comes an exception of the libraries below; out comes a `GivenUp`.

Their own texts hold addresses and insides, so none of them is passed on.
"""

from collections.abc import Iterator

import aiohttp
import httpx

from service.egress.dialling import Forbidden, Unresolved
from service.egress.reply import GivenUp, Kind

KNOWN = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    aiohttp.ClientError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What a request may raise. RuntimeError: uvloop, where it cannot connect; ValueError: unwritable headers."""

# The first that fits, anywhere in the chain of causes, decides: the transport renames what aiohttp raises.
_MEANINGS: tuple[tuple[type[Exception], Kind, str], ...] = (
    (Forbidden, "address", "leads to an address that is not public"),
    (Unresolved, "dns", "cannot be found"),
    (aiohttp.ClientConnectorCertificateError, "connect", "shows a certificate that cannot be trusted"),
    (aiohttp.ClientConnectorSSLError, "connect", "does not speak TLS as it should"),
    (aiohttp.ServerTimeoutError, "timeout", "does not take up the connection in time"),
    (TimeoutError, "timeout", "does not take up the connection in time"),
    (aiohttp.ClientConnectorError, "connect", "does not take up connections"),
    (aiohttp.ServerDisconnectedError, "connect", "closes the connection without an answer"),
    (aiohttp.ClientPayloadError, "protocol", "breaks off its answer"),
    (aiohttp.InvalidURL, "address", "is not written as an address should be"),
    (httpx.InvalidURL, "address", "is not written as an address should be"),
    (OSError, "connect", "breaks off the connection"),
    (RuntimeError, "connect", "does not take up connections"),
)


def meaning(error: Exception) -> GivenUp:
    """What a library's exception is in our words."""
    causes = tuple(_causes(error))
    for fault, kind, why in _MEANINGS:
        if any(isinstance(cause, fault) for cause in causes):
            return GivenUp(kind, why)
    return GivenUp("protocol", "does not answer in HTTP as it should")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
