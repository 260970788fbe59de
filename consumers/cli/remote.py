"""`--server URL`: the command asks a running Courant over HTTP instead of opening the database.

The API key comes from COURANT_API_KEY, for what stands on a command line can be read by others.
"""

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from consumers.cli.opening import run
from service.errors import Invalid
from service.settings import KEY_VARIABLE

if TYPE_CHECKING:
    from service.client import Courant

T = TypeVar("T")
HELP = f"Ask the Courant at this address; the API key is in {KEY_VARIABLE}. The database is not opened."
Server = Annotated[str, typer.Option("--server", metavar="URL", help=HELP)]


def asked(server: str, what: "Callable[[Courant], Awaitable[T]]") -> T:
    """What the server answers. Raises `Refusal`; `Invalid` without a key."""
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise Invalid(f"put the API key into {KEY_VARIABLE}")
    return run(_asked(server, key, what))


async def _asked(server: str, key: str, what: "Callable[[Courant], Awaitable[T]]") -> T:
    from service.client import Courant  # it brings an HTTP client along, which other commands do without

    async with Courant(server, key) as courant:
        return await what(courant)
