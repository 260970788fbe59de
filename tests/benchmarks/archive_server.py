"""python -m tests.benchmarks.archive_server URL PORT: the API alone over this database, until it is told to end."""

import asyncio
import gc
import signal
import sys
import tempfile
from pathlib import Path

import uvloop

from service.api import Context, create_app, serve
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.settings import ApiSettings, Settings
from service.store import Store


async def main(url: str, port: int) -> None:
    until = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, until.set)
    store = Store(url)
    with tempfile.TemporaryDirectory() as directory:
        async with EmbeddedBroker.open(Path(directory) / "log.db") as broker:
            quotas = {"requests": 10**9, "account_requests": 10**9}
            context = Context(Settings(quotas=quotas), store, broker, now)
            app = create_app(context)
            gc.collect()
            gc.freeze()  # as a process of `courant` does
            await serve(app, ApiSettings(port=port), until)
    store.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))  # as `courant` does
