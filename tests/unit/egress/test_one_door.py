"""Nobody but the egress speaks to the outside world: no other module imports, or reaches for, what could."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOOR = ROOT / "service" / "egress"
CLIENT = ROOT / "service" / "client"
"""For those who call a Courant, on their side: it speaks to the server that they name, which may be at home."""
CLIENTS = frozenset(
    str.split("""
    aiohttp httpx httpx_aiohttp httpcore httpx2 h2 requests urllib3 niquests treq pycurl tornado.httpclient grequests
    urllib.request http.client urllib.robotparser xmlrpc.client ftplib smtplib poplib imaplib nntplib telnetlib
    websockets websocket aiohttp_retry scrapy playwright selenium anyio trafilatura.downloads feedparser.http
    """)
)
CALLS = frozenset(
    str.split("""
    urlopen urlretrieve fetch_url fetch_response open_connection open_unix_connection create_connection
    create_datagram_endpoint sock_connect connect_ex start_connection
    """)
)
MODULES = [path for top in ("service", "consumers", "migrations") for path in sorted((ROOT / top).rglob("*.py"))]


def breaches(source: str) -> Iterator[str]:
    """What of a module's text could open a connection of its own."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute) and node.attr in CALLS:
            yield node.attr
        elif isinstance(node, ast.Name) and node.id in CALLS:
            yield node.id
        yield from (name for name in names if _is_client(name))
        yield from (name for name in names if name.rpartition(".")[2] in CALLS)


def _is_client(name: str) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in CLIENTS for length in range(1, len(parts) + 1))


def test_no_other_module_reaches_out() -> None:
    """One test of them all: to run one each takes longer than to look."""
    others = [path for path in MODULES if DOOR not in path.parents and CLIENT not in path.parents]
    found = {str(path.relative_to(ROOT)): sorted(set(breaches(path.read_text()))) for path in others}
    assert {name: names for name, names in found.items() if names} == {}


def test_the_door_itself_would_be_noticed() -> None:
    assert {name for path in DOOR.glob("*.py") for name in breaches(path.read_text())} >= {"httpx", "aiohttp"}


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "import aiohttp.client as a",
        "from urllib import request",
        "from urllib.request import urlopen",
        "def f():\n    import http.client",
        "from asyncio import open_connection",
        "import socket\nsocket.create_connection(('a', 80))",
        "import trafilatura\ntrafilatura.fetch_url('http://a.test')",
        "async def f(loop):\n    await loop.create_connection(None, 'a', 80)",
    ],
)
def test_any_way_out_is_noticed(source: str) -> None:
    assert list(breaches(source))


@pytest.mark.parametrize("source", ["from urllib.parse import urljoin", "from http import HTTPStatus", "import http"])
def test_what_only_has_the_name_is_not(source: str) -> None:
    assert not list(breaches(source))
