"""What thousands of quiet listeners cost: a server in a process of its own, and as many connections as are asked for.

python -m tests.benchmarks.listening [--listeners 5000] [--told 20]

Says the memory that the process has more with them than without, for each and in all; then notices are told, and it
says after how long the last listener has heard each. Needs twice as many open files as listeners.
"""

import argparse
import asyncio
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import migrations
from service.api_keys import new_key
from service.clock import now
from service.model import Notice
from service.store import Store
from tests.services import free_port

SERVER = """
import asyncio, sys
from service.api import Context, create_app, serve
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.settings import ApiSettings, Settings
from service.store import Store
quotas = {'requests': 10**9, 'account_requests': 10**9}
context = Context(Settings(quotas=quotas), Store(sys.argv[1]), EmbeddedBroker(sys.argv[2]), now)
asyncio.run(serve(create_app(context), ApiSettings(port=int(sys.argv[3])), context.until))
"""
AT_ONCE = 50


async def connect(port: int, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """One listener, once it has heard where it stands."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /v1/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    await reader.readuntil(b"event: cursor")
    return reader, writer


async def started(port: int, key: str) -> None:
    while True:
        try:
            (await connect(port, key))[1].close()
            return
        except OSError:
            await asyncio.sleep(0.1)


def megabytes(pid: int) -> float:
    """Of memory that is really there."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def measure(listeners: int, told: int, folder: Path) -> None:
    url, port = f"sqlite:///{folder / 'store.db'}", free_port()
    migrations.upgrade(url)
    store = Store(url)
    made, key = new_key("bench", now())
    await store.write(lambda tx: tx.keys.add(made, key))
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, url, str(folder / "log.db"), str(port))
    try:
        await started(port, key)
        before, began = megabytes(server.pid), perf_counter()
        open_now = [pair for _ in range(0, listeners, AT_ONCE) for pair in await some(port, key)]
        took, after = perf_counter() - began, megabytes(server.pid)
        each = 1024 * (after - before) / len(open_now)
        print(
            f"{len(open_now)} listeners: {after:.0f} MB, of which {after - before:.0f} MB theirs ({each:.1f} kB each)"
        )
        print(f"connected in {took:.1f} s")
        times = []
        for number in range(told):
            began = perf_counter()
            notice = Notice(f"nt_{number}", "feed.gap", "feed", now(), {"number": number})
            await store.write(lambda tx, notice=notice: tx.notices.tell([notice], now()))
            await asyncio.gather(*(reader.readuntil(b'"type":"feed.gap"') for reader, _ in open_now))
            times.append(perf_counter() - began)
        print(f"all have heard after {1000 * sum(times) / told:.0f} ms, {1000 * max(times):.0f} ms at most")
        print(f"then {megabytes(server.pid):.0f} MB")
    finally:
        server.kill()
        await server.wait()
        store.close()


async def some(port: int, key: str) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    return list(await asyncio.gather(*(connect(port, key) for _ in range(AT_ONCE))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=5000)
    parser.add_argument("--told", type=int, default=20)
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with TemporaryDirectory() as folder:
        asyncio.run(measure(given.listeners, given.told, Path(folder)))


if __name__ == "__main__":
    main()
