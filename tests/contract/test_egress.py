"""The one door to the outside world, with real servers on the other side that mean no good."""

import asyncio
import gzip
import random
import ssl
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import brotli
import httpx
import pytest

from service.egress import Egress, Reply, Unreachable
from service.egress.dialling import open_transport, system_lookup
from service.errors import Misconfigured
from service.settings import EgressSettings
from tests.contract.misbehaving import (
    Certificate,
    Request,
    Script,
    answer,
    endless,
    raw,
    reset,
    serving,
    silent,
)

MIB = 2**20
HOME = EgressSettings(allow_loopback=True, total_seconds=10)
HURRIED = EgressSettings(allow_loopback=True, total_seconds=0.3)
FEED = "<rss><title>Fähre</title></rss>".encode() * 50
JSON = {"content-type": "application/json"}

measured = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by /proc")


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    async with Egress.open(HOME) as opened:
        yield opened


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("tls"))


def names(**addresses: Sequence[str]) -> Callable[[str], Awaitable[Sequence[str]]]:
    """A lookup that knows these hosts, written with underscores for dots."""

    async def lookup(host: str) -> Sequence[str]:
        return addresses.get(host.replace(".", "_"), [])

    return lookup


def by_path(**scripts: Script) -> Script:
    """A script for each path."""

    async def script(request: Request, writer: asyncio.StreamWriter) -> None:
        await scripts[request.line.split()[1].strip("/").partition("?")[0]](request, writer)

    return script


def moved(location: str, status: int = 302) -> Script:
    return answer(status, b"moved", location=location)


async def refused(egress: Egress, script: Script, kind: str, path: str = "/") -> str:
    """Why there is no reply to a GET; the connection must be over by then."""
    async with serving(script) as server:
        outcome = await egress.get(server.url(path))
        assert isinstance(outcome, Unreachable), outcome
        assert outcome.kind == kind, outcome
        await until(lambda: server.gone == server.connections)
        return outcome.why


async def from_a_new_process(script: Script) -> tuple[str, int]:
    """What becomes of a GET, in a word, and by how many bytes its process grew at its largest."""
    async with serving(script) as server:
        fetching = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.contract.fetch_once", server.url(), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await asyncio.wait_for(fetching.communicate(), 120)
    outcome, growth = said.decode().split()
    return outcome, int(growth)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():
            await asyncio.sleep(0.005)


# --- ordinary answers ---


async def test_an_answer_comes_back_whole(egress: Egress) -> None:
    async with serving(answer(200, FEED, ETag='"1"', X_Many="a", x_many="b")) as server:
        reply = await egress.get(server.url("/feed?a=1"), {"If-None-Match": '"é"', "Accept": "text/xml"})
    assert isinstance(reply, Reply)
    assert (reply.url, reply.status, reply.body, reply.permanent_url) == (
        server.url("/feed?a=1"),
        200,
        FEED,
        "",
    )
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["x-many"] == "a, b"
    (request,) = server.requests
    assert request.line == "GET /feed?a=1 HTTP/1.1"
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert request.headers["user-agent"] == HOME.user_agent
    assert request.headers["if-none-match"] == '"é"'
    assert request.headers["accept"] == "text/xml"


@pytest.mark.parametrize("status", [204, 206, 304, 400, 404, 410, 429, 500, 503, 599])
async def test_any_status_is_an_answer(egress: Egress, status: int) -> None:
    async with serving(answer(status, b"")) as server:
        reply = await egress.get(server.url())
    assert isinstance(reply, Reply)
    assert reply.status == status


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        ("gzip", gzip.compress(FEED)),
        ("deflate", zlib.compress(FEED)),
        ("br", brotli.compress(FEED)),
        ("identity", FEED),
    ],
)
async def test_compression_is_taken_off_once(egress: Egress, coding: str, wire: bytes) -> None:
    async with serving(answer(200, wire, content_encoding=coding)) as server:
        reply = await egress.get(server.url())
    assert isinstance(reply, Reply)
    assert reply.body == FEED
    assert server.requests[0].headers["accept-encoding"] == "gzip, deflate, br"


async def test_a_callers_headers_do_not_shape_the_conversation(egress: Egress) -> None:
    async with serving(answer()) as server:
        await egress.get(server.url(), {"Host": "quay.example", "Content-Length": "9", "Accept-Encoding": "zstd"})
    assert server.requests[0].headers["host"] == f"127.0.0.1:{server.port}"
    assert "content-length" not in server.requests[0].headers
    assert server.requests[0].headers["accept-encoding"] == "gzip, deflate, br"


@pytest.mark.parametrize("value", ["a\r\nX-Smuggled: 1", "a\nb", "a\x00b"])
async def test_headers_cannot_be_smuggled(egress: Egress, value: str) -> None:
    async with serving(answer()) as server:
        outcome = await egress.get(server.url(), {"If-None-Match": value})
    assert isinstance(outcome, Unreachable)
    assert server.requests == []


async def test_nothing_is_remembered_or_taken_from_the_environment(
    egress: Egress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(answer(200, b"", Set_Cookie="a=b; Path=/")) as server, serving(answer()) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        async with Egress.open(HOME) as fresh:
            for _ in range(2):
                assert isinstance(await fresh.get(server.url()), Reply)
    assert proxy.connections == 0
    assert all("cookie" not in request.headers for request in server.requests)


async def test_cancellation_is_not_an_answer(egress: Egress) -> None:
    async with serving(silent) as server:
        waiting = asyncio.create_task(egress.get(server.url()))
        await until(lambda: bool(server.requests))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(Misconfigured, match="allow_networks"):
        async with Egress.open(EgressSettings(allow_networks=("harbour",))):
            pytest.fail("opened")


# --- redirects ---


async def test_redirects_are_followed_and_the_permanent_ones_reported(egress: Egress) -> None:
    script = by_path(a=moved("/b", 301), b=moved("c", 308), c=moved("/d", 302), d=answer(200, FEED))
    async with serving(script) as server:
        reply = await egress.get(server.url("/a"))
    assert isinstance(reply, Reply)
    assert (reply.url, reply.permanent_url, reply.body) == (server.url("/d"), server.url("/c"), FEED)


async def test_credentials_stay_at_home(egress: Egress) -> None:
    headers = {"Authorization": "Bearer x", "Cookie": "a=b", "If-None-Match": '"1"'}
    async with serving(answer()) as quay, serving(by_path(a=moved("/b"), b=moved(quay.url()))) as harbour:
        await egress.get(harbour.url("/a"), headers)
    assert [request.headers.get("authorization") for request in harbour.requests] == ["Bearer x", "Bearer x"]
    assert not {"authorization", "cookie"} & set(quay.requests[0].headers)
    assert quay.requests[0].headers["if-none-match"] == '"1"'


async def test_redirects_are_not_followed_for_ever(egress: Egress) -> None:
    async def onward(request: Request, writer: asyncio.StreamWriter) -> None:
        await moved(request.line.split()[1] + "x")(request, writer)

    async with serving(onward) as server:
        outcome = await egress.get(server.url("/"))
    assert outcome == Unreachable("redirect", "127.0.0.1 redirects more than 5 times")
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("location", "kind", "why"),
    [
        ("/a", "redirect", "in a circle"),
        ("", "redirect", "to nowhere"),
        ("http://[::1", "redirect", "to what is no address"),
        ("http://10.0.0.1/", "address", "a private network"),
        ("http://169.254.169.254/latest/meta-data/", "address", "the local link"),
        ("http://[::ffff:7f00:1]/", "address", "in disguise"),
        ("http://0x0a.1/", "address", "a private network"),
        ("http://metadata.google.internal/", "address", "secrets"),
        ("http://harbour.example:22/", "address", "port 22"),
        ("http://desk:pass@harbour.example/", "address", "user name"),
        ("file:///etc/passwd", "address", "only http and https"),
        ("gopher://127.0.0.1/", "address", "only http and https"),
    ],
)
async def test_redirects_to_bad_places_end_there(egress: Egress, location: str, kind: str, why: str) -> None:
    said = await refused(egress, by_path(a=moved(location)), kind, "/a")
    assert why in said
    assert said.startswith("127.0.0.1 redirects ")


async def test_a_redirect_to_a_name_that_leads_inside_ends_there() -> None:
    lookup = names(harbour_example=["127.0.0.2"], inner_example=["127.0.0.1"])
    async with (
        serving(answer()) as inner,
        serving(moved(inner.url(host="inner.example")), "127.0.0.2") as outer,
    ):
        settings = EgressSettings(allow_networks=("127.0.0.2/32",), allow_ports=(inner.port, outer.port))
        async with Egress.open(settings, lookup) as egress:
            outcome = await egress.get(outer.url(host="harbour.example"))
    assert outcome == Unreachable("address", "inner.example leads to an address that is not public")
    assert (len(outer.requests), inner.connections) == (1, 0)


# --- the address dialled ---


class Rebinding:
    """A name server whose answer changes from one question to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers, self.asked = answers, 0

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked += 1
        return self._answers[self.asked % len(self._answers)]


@pytest.mark.parametrize("answers", [(["127.0.0.2"], ["127.0.0.1"]), (["127.0.0.2"], ["127.0.0.2", "127.0.0.1"])])
async def test_a_name_that_changes_its_address_never_leads_inside(answers: tuple[Sequence[str], ...]) -> None:
    async with serving(answer()) as inner, serving(answer(), "127.0.0.2", inner.port) as outer:
        lookup = Rebinding(*answers)
        settings = EgressSettings(allow_networks=("127.0.0.2/32",), allow_ports=(inner.port,))
        async with Egress.open(settings, lookup) as egress:
            outcomes = [await egress.get(inner.url(host="harbour.example")) for _ in range(200)]
    assert inner.connections == 0
    assert lookup.asked == 200
    assert len(outer.requests) == 100
    whys = {outcome.why for outcome in outcomes if isinstance(outcome, Unreachable)}
    assert whys == {"harbour.example leads to an address that is not public"}


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"])
async def test_the_check_at_the_socket_holds_alone(host: str) -> None:
    tls = ssl.create_default_context()
    async with serving(answer()) as inner, system_lookup() as lookup:
        async with open_transport(EgressSettings(), lookup, tls) as transport:
            with pytest.raises(httpx.TransportError, match="Cannot connect"):
                await transport.handle_async_request(httpx.Request("GET", inner.url(host=host)))
        async with open_transport(HOME, lookup, tls) as transport:
            reply = await transport.handle_async_request(httpx.Request("GET", inner.url()))
            await reply.aclose()
    assert inner.connections == 1


async def test_a_name_that_cannot_be_found_is_said_so() -> None:
    async def missing(host: str) -> Sequence[str]:
        raise OSError(-2, "name server 10.9.8.7 says no")

    for lookup in (missing, names()):
        async with Egress.open(HOME, lookup) as egress:
            outcome = await egress.get("http://harbour.example/")
        assert outcome == Unreachable("dns", "harbour.example cannot be found")


async def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    async def never(host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with Egress.open(EgressSettings(connect_seconds=0.05), never) as egress:
        outcome = await asyncio.wait_for(egress.get("http://harbour.example/"), 60)
    assert outcome == Unreachable("dns", "harbour.example cannot be found")


async def test_the_systems_own_lookup_is_vetted() -> None:
    async with serving(answer()) as inner:
        async with Egress.open(HOME) as egress:
            assert isinstance(await egress.get(inner.url(host="localhost")), Reply)
        async with Egress.open(EgressSettings(allow_ports=(inner.port,))) as egress:
            outcome = await egress.get(inner.url(host="localhost"))
    assert outcome == Unreachable("address", "localhost is this machine")
    assert inner.connections == 1


@pytest.mark.parametrize(
    "url", ["", "harbour.example", "http://", "http://[::1", "http://a b/", "http://\udc80/", "\x00"]
)
async def test_what_is_no_address_is_unreachable(egress: Egress, url: str) -> None:
    for outcome in (await egress.get(url), await egress.post(url, b"{}", JSON, 1)):
        assert isinstance(outcome, Unreachable)
        assert outcome.kind == "address"


# --- TLS ---


async def test_tls_and_host_keep_the_name(certificate: Certificate) -> None:
    asked: list[str | None] = []
    context = certificate.serve()
    context.sni_callback = lambda _, name, __: asked.append(name)
    async with serving(answer(200, FEED), tls=context) as server:
        settings = HOME.model_copy(update={"allow_ports": (server.port,)})
        lookup = names(newsroom_example=["127.0.0.1"])
        async with Egress.open(settings, lookup, certificate.trust()) as egress:
            reply = await egress.get(server.url(host="newsroom.example"))
    assert isinstance(reply, Reply)
    assert asked == ["newsroom.example"]
    assert server.requests[0].headers["host"] == f"newsroom.example:{server.port}"


@pytest.mark.parametrize(("host", "trusted"), [("newsroom.example", False), ("quay.example", True)])
async def test_a_certificate_must_be_trusted_and_for_this_name(
    certificate: Certificate, host: str, trusted: bool
) -> None:
    async with serving(answer(), tls=certificate.serve()) as server:
        settings = HOME.model_copy(update={"allow_ports": (server.port,)})
        lookup = names(newsroom_example=["127.0.0.1"], quay_example=["127.0.0.1"])
        async with Egress.open(settings, lookup, certificate.trust() if trusted else None) as egress:
            outcome = await egress.get(server.url(host=host))
    assert outcome == Unreachable("connect", f"{host} shows a certificate that cannot be trusted")
    assert server.requests == []


async def test_encryption_is_not_given_up(certificate: Certificate) -> None:
    async with serving(answer()) as plain, serving(moved(plain.url()), tls=certificate.serve()) as server:
        settings = HOME.model_copy(update={"allow_ports": (server.port,)})
        lookup = names(newsroom_example=["127.0.0.1"])
        async with Egress.open(settings, lookup, certificate.trust()) as egress:
            outcome = await egress.get(server.url(host="newsroom.example"))
    assert outcome == Unreachable("redirect", "newsroom.example redirects from https to http")
    assert plain.connections == 0


async def test_a_server_that_speaks_no_tls_is_said_so(egress: Egress) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.quay.example\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        outcome = await egress.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert outcome == Unreachable("connect", "127.0.0.1 does not speak TLS as it should")


# --- bodies that are too much ---


def zeros(mib: int) -> bytes:
    """A gzip body of so many megabytes of nothing; made without them."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * mib + packer.flush()


def brotli_zeros(mib: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join([*(packer.process(bytes(MIB)) for _ in range(mib)), packer.finish()])


def just_bearable(members: int) -> bytes:
    """A gzip body of 150 kB a member, which is just not compressed too well."""
    return gzip.compress(bytes(150_000) + random.Random(1).randbytes(1_000)) * members


BOMBS = {"gzip": zeros(300), "br": brotli_zeros(300), "x-gzip": just_bearable(400)}


@measured
async def test_growth_would_be_noticed() -> None:
    outcome, growth = await from_a_new_process(answer(200, bytes(4 * MIB)))
    assert outcome == "reply"
    assert growth > 4 * MIB


@measured
@pytest.mark.parametrize("coding", BOMBS)
async def test_a_bomb_costs_little_memory(coding: str) -> None:
    outcome, growth = await from_a_new_process(answer(200, BOMBS[coding], content_encoding=coding))
    assert outcome == "too_large"
    assert growth < 25 * MIB


async def test_a_bomb_within_a_bomb_is_not_opened(egress: Egress) -> None:
    script = answer(200, gzip.compress(zeros(100)), content_encoding="gzip, gzip")
    assert "more than one" in await refused(egress, script, "protocol")
    twice = b"HTTP/1.1 200 So\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"
    assert "more than one" in await refused(egress, raw(twice), "protocol")


async def test_an_endless_body_is_cut(egress: Egress) -> None:
    start = b"HTTP/1.1 200 So\r\n\r\n"
    assert (
        await refused(egress, endless(start, b"x" * 65_536), "too_large") == "127.0.0.1 sends more than 5,242,880 bytes"
    )
    chunked = b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert "sends more" in await refused(egress, endless(chunked, b"2000\r\n" + b"x" * 8192 + b"\r\n"), "too_large")


@pytest.mark.parametrize(
    "script",
    [
        endless(b"HTTP/1.1 200 So\r\n", b"X-Header: 1\r\n"),
        endless(b"HTTP/1.1 200 So\r\nX-Header: ", b"x" * 1024),
        endless(b"", b"x" * 1024),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless(b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\n", b"x" * 1024),
        endless(b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 1024),
        endless(b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: 1\r\n"),
    ],
    ids=["headers", "header", "status", "informational", "chunk size", "chunk extension", "trailers"],
)
@measured
@pytest.mark.slow
async def test_endless_framing_costs_neither_memory_nor_time(script: Script) -> None:
    outcome, growth = await from_a_new_process(script)
    assert outcome in ("protocol", "timeout")
    assert growth < 25 * MIB


# --- answers that come too late, or not at all ---


@pytest.mark.parametrize(
    "script",
    [
        silent,
        endless(b"HTTP/1.1 200 ", b"So", 0.02),
        endless(b"HTTP/1.1 200 So\r\n", b"X-Drip: 1\r\n", 0.02),
        endless(b"HTTP/1.1 200 So\r\nContent-Length: 9999\r\n\r\n", b"x", 0.02),
        endless(b"HTTP/1.1 302 So\r\nLocation: /\r\n", b"X-Drip: 1\r\n", 0.02),
    ],
    ids=["silence", "status", "headers", "body", "redirect"],
)
async def test_the_time_for_all_of_it_is_limited(script: Script) -> None:
    async with Egress.open(HURRIED) as egress, asyncio.timeout(60):
        why = await refused(egress, script, "timeout")
    assert why == "127.0.0.1 does not finish its answer within 0.3 seconds"


async def test_the_caller_may_set_the_time(egress: Egress) -> None:
    async with serving(silent) as server:
        outcome = await asyncio.wait_for(egress.get(server.url(), total_seconds=0.05), 60)
    assert outcome == Unreachable("timeout", "127.0.0.1 does not finish its answer within 0.05 seconds")


@pytest.mark.slow
async def test_waiting_for_room_is_no_fault_of_the_server() -> None:
    asked = list[int]()

    async def enlarge() -> None:
        asked.append(1)
        await asyncio.sleep(2.5)

    settings = EgressSettings(allow_loopback=True, total_seconds=2)
    async with Egress.open(settings) as egress, serving(answer(200, b"x" * 300_000)) as server:
        reply = await egress.within(enlarge).get(server.url())
    assert isinstance(reply, Reply), reply
    assert (len(reply.body), len(asked)) == (300_000, 1)


async def test_slow_servers_do_not_hold_up_the_others() -> None:
    async with Egress.open(HOME) as egress, serving(silent) as slow, serving(answer(200, FEED)) as quick:
        waiting = [asyncio.create_task(egress.get(slow.url(f"/{each}"), total_seconds=60)) for each in range(50)]
        await until(lambda: len(slow.requests) == 50)
        assert isinstance(await egress.get(quick.url()), Reply)
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize(
    ("script", "kind", "why"),
    [
        (reset, "connect", "closes the connection without an answer"),
        (raw(b""), "connect", "closes the connection without an answer"),
        (raw(b"HTTP/1.1 200"), "connect", "closes the connection without an answer"),
        (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), "protocol", "does not answer in HTTP as it should"),
        (raw(b"HTTP/1.1 2000 So\r\n\r\n"), "protocol", "does not answer in HTTP as it should"),
        (
            raw(b"HTTP/1.1 200 So\r\nContent-Length: x\r\n\r\n"),
            "protocol",
            "does not answer in HTTP as it should",
        ),
        (raw(b"HTTP/1.1 200 So\r\nContent-Length: 9\r\n\r\nx"), "protocol", "breaks off its answer"),
        (
            raw(b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
            "protocol",
            "breaks off its answer",
        ),
        (answer(200, gzip.compress(FEED)[:-4], content_encoding="gzip"), "protocol", "breaks off its answer"),
        (answer(200, FEED, content_encoding="br"), "protocol", "does not use the compression that it says"),
    ],
)
async def test_a_broken_answer_is_no_answer(egress: Egress, script: Script, kind: str, why: str) -> None:
    assert await refused(egress, script, kind) == f"127.0.0.1 {why}"


GOOD = (
    b"HTTP/1.1 200 So\r\nETag: 1\r\nContent-Length: 11\r\n\r\nhello world",
    b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    b"HTTP/1.1 301 So\r\nLocation: http://127.0.0.1/x\r\nSet-Cookie: a=b\r\n\r\n",
    b"HTTP/1.1 200 So\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(FEED),
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 So\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI *",
)
BAD = (
    *(b"\r\n", b"\r", b"\n", b"\x00", b":", b" ", b";", b"-1", b"\xff\xfe", b"9" * 20, b"chunked", b"HTTP/1.1"),
    *(b"Content-Length: 5\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"Set-Cookie: \xff=;;\r\n"),
    *(b"Location: //\x80\r\n", b"Location: http://[\r\n", b"Content-Encoding: br\r\n", b"Connection: close\r\n"),
)


def spoilt(dice: random.Random) -> bytes:
    """A good answer with one to five faults in it."""
    wire = bytearray(dice.choice(GOOD))
    for _ in range(dice.randint(1, 5)):
        place = dice.randrange(len(wire) + 1)
        end = place + dice.choice([0, 0, 1, 9, len(wire)])
        wire[place:end] = dice.choice([*BAD, dice.randbytes(1), b""])
    return bytes(wire)


async def test_no_answer_whatever_raises() -> None:
    dice = random.Random(7)

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(spoilt(dice))
        await writer.drain()

    async with serving(script) as server, Egress.open(HURRIED) as egress:
        for _ in range(300):
            assert isinstance(await egress.get(server.url()), Reply | Unreachable)
            assert isinstance(await egress.post(server.url(), b"{}", JSON, 0.3), Reply | Unreachable)
    assert server.connections >= 600


async def test_a_closed_port_is_said_so(egress: Egress) -> None:
    async with serving(answer()) as server:
        pass
    assert await egress.get(server.url()) == Unreachable("connect", "127.0.0.1 does not take up connections")


# --- POST ---


async def test_a_post_sends_exactly_these_bytes(egress: Egress) -> None:
    body = '{"a": "Fähre \\u0000"}'.encode() + b"\xff\x00"
    async with serving(answer(202, b"taken", Webhook_Delivery="disable")) as server:
        reply = await egress.post(server.url("/in"), body, JSON | {"webhook-id": "msg_1"}, 5)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body, reply.headers["webhook-delivery"]) == (202, b"taken", "disable")
    (request,) = server.requests
    assert (request.line, request.body) == ("POST /in HTTP/1.1", body)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_1"
    assert "transfer-encoding" not in request.headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_post_follows_nothing(egress: Egress, status: int) -> None:
    async with serving(answer()) as second, serving(moved(second.url(), status)) as first:
        reply = await egress.post(first.url(), b"{}", JSON, 5)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.url, reply.permanent_url) == (status, first.url(), "")
    assert second.connections == 0


async def test_the_answer_to_a_post_is_cut_to_length(egress: Egress) -> None:
    async with serving(endless(b"HTTP/1.1 200 So\r\n\r\n", b"x" * 65_536)) as server:
        reply = await egress.post(server.url(), b"{}", JSON, 5)
        assert isinstance(reply, Reply)
        assert reply.body == b"x" * 16_384
        short = await egress.post(server.url(), b"{}", JSON, 5, most_bytes=10)
        assert isinstance(short, Reply)
        assert short.body == b"x" * 10
        await until(lambda: server.gone == 2)


async def test_a_bomb_in_answer_to_a_post_stays_shut(egress: Egress) -> None:
    async with serving(answer(200, zeros(300), content_encoding="gzip")) as server:
        reply = await egress.post(server.url(), b"{}", JSON, 5)
    assert isinstance(reply, Reply)
    assert (reply.status, len(reply.body)) == (200, 16_384)
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "script",
    [silent, endless(b"HTTP/1.1 200 So\r\nContent-Length: 9999\r\n\r\n", b"x", 0.02)],
    ids=["silence", "drip"],
)
async def test_the_time_for_a_post_includes_its_answer(egress: Egress, script: Script) -> None:
    async with serving(script) as server:
        outcome = await asyncio.wait_for(egress.post(server.url(), b"{}", JSON, 0.2), 60)
        assert outcome == Unreachable("timeout", "127.0.0.1 does not finish its answer within 0.2 seconds")
        await until(lambda: server.gone == 1)


async def test_a_post_is_sent_once_even_if_the_connection_breaks(egress: Egress) -> None:
    async with serving(reset) as server:
        outcome = await egress.post(server.url(), b"{}", JSON, 5)
    assert isinstance(outcome, Unreachable)
    assert outcome.kind == "connect"
    assert len(server.requests) == 1


async def test_a_post_does_not_go_inside() -> None:
    async with serving(answer()) as inner, Egress.open(EgressSettings(allow_ports=(inner.port,))) as egress:
        outcome = await egress.post(inner.url(), b"{}", JSON, 5)
    assert outcome == Unreachable("address", "127.0.0.1 is not a public address: this machine")
    assert inner.connections == 0
