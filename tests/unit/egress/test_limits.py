"""How much of a body is taken, and at which point a hostile one is let go."""

import asyncio
import gzip
import random
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.egress.decoding import STEP, decoder_for
from service.egress.limits import Body, Limits, read_body, read_start
from service.egress.reply import GivenUp

MIB = 2**20
LIMITS = Limits(5 * MIB, 15 * MIB)
TEXT = "Die Fähre liegt still. Паром стоит у причала. ".encode() * 400
NOISE = random.Random(1).randbytes(300_000)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "as it is": ("", bytes),
    "identity": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "two members": ("gzip", lambda body: gzip.compress(body[:100]) + gzip.compress(body[100:])),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": (" br ", brotli.compress),
}


def taken(coding: str, wire: bytes, size: int = 2**14, limits: Limits = LIMITS) -> bytes:
    """The body that arrives in chunks of this size."""
    body = Body(coding, limits)
    for start in range(0, len(wire), size):
        body.add(wire[start : start + size])
    return body.whole()


def gzip_bomb(mib: int) -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(mib)) + packer.flush()


def brotli_bomb(mib: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join([*(packer.process(bytes(MIB)) for _ in range(mib)), packer.finish()])


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("body", [b"", b"x", TEXT, NOISE], ids=["nothing", "one", "text", "noise"])
@pytest.mark.parametrize("size", [1, 7, 2**14, 2**20])
def test_a_body_comes_out_as_it_went_in(packer: str, body: bytes, size: int) -> None:
    coding, pack = PACKERS[packer]
    if size < 100 and len(body) > 100_000:
        body = body[:2_000]
    assert taken(coding, pack(body), size) == body


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.sampled_from(sorted(PACKERS)), st.integers(1, 300))
def test_any_body_survives_any_cut(body: bytes, packer: str, size: int) -> None:
    coding, pack = PACKERS[packer]
    assert taken(coding, pack(body), size) == body


@pytest.mark.parametrize("packer", ["gzip", "deflate", "raw deflate", "brotli"])
@pytest.mark.slow
def test_pieces_stay_small(packer: str) -> None:
    coding, pack = PACKERS[packer]
    decoder = decoder_for(coding)
    assert decoder is not None
    pieces = [len(piece) for piece in decoder.decode(pack(bytes(3 * MIB) + NOISE))]
    assert sum(pieces) == 3 * MIB + len(NOISE)
    assert max(pieces) <= STEP
    assert decoder.complete


def test_an_empty_body_needs_no_compression() -> None:
    assert taken("gzip", b"") == b""


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,br", "identity, gzip", "zstd", "compress", "utf-8", "*"])
def test_any_other_compression_is_refused(coding: str) -> None:
    with pytest.raises(GivenUp, match="a compression that we do not take") as caught:
        Body(coding, LIMITS)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize("packer", ["gzip", "deflate", "raw deflate", "brotli"])
def test_a_body_cut_short_is_not_taken_for_whole(packer: str) -> None:
    coding, pack = PACKERS[packer]
    with pytest.raises(GivenUp, match="breaks off"):
        taken(coding, pack(TEXT)[:-9])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("wire", [b"<rss>plain</rss>" * 9, b"\xff" * 99, b"\x1f\x8b" + b"\xff" * 99])
def test_a_body_that_is_not_what_it_says_is_refused(coding: str, wire: bytes) -> None:
    with pytest.raises(GivenUp) as caught:
        taken(coding, wire)
    assert caught.value.kind == "protocol"


def test_what_follows_a_gzip_body_is_not_looked_at() -> None:
    assert taken("gzip", gzip.compress(TEXT) + b"\x00" * 500, 64) == TEXT


def test_size_on_the_wire_is_limited() -> None:
    limits = Limits(wire_bytes=1_000, decoded_bytes=MIB)
    assert taken("", b"x" * 1_000, limits=limits) == b"x" * 1_000
    with pytest.raises(GivenUp, match="sends more than 1,000 bytes") as caught:
        taken("", b"x" * 1_001, limits=limits)
    assert caught.value.kind == "too_large"


def test_size_once_decompressed_is_limited() -> None:
    limits = Limits(wire_bytes=MIB, decoded_bytes=10_000)
    assert len(taken("gzip", gzip.compress(b"x" * 10_000), limits=limits)) == 10_000
    with pytest.raises(GivenUp, match="more than 10,000 bytes, decompressed"):
        taken("gzip", gzip.compress(b"x" * 10_001), limits=limits)


def test_a_short_body_may_be_compressed_very_well() -> None:
    assert len(taken("gzip", gzip_bomb(1))) == MIB


@pytest.mark.parametrize(("coding", "bomb"), [("gzip", gzip_bomb), ("br", brotli_bomb)])
def test_a_bomb_is_let_go_before_it_has_grown(coding: str, bomb: Callable[[int], bytes]) -> None:
    wire = bomb(64)
    tracemalloc.start()
    try:
        with pytest.raises(GivenUp, match="better than text can be"):
            taken(coding, wire)
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


def test_a_bomb_that_keeps_its_ratio_low_meets_the_limit() -> None:
    wire = b"".join(gzip.compress(bytes(100_000) + NOISE[:1_000]) for _ in range(400))
    tracemalloc.start()
    try:
        with pytest.raises(GivenUp, match="more than 15,728,640 bytes, decompressed"):
            taken("gzip", wire)
        assert tracemalloc.get_traced_memory()[1] < 25 * MIB
    finally:
        tracemalloc.stop()


async def arriving(chunks: Iterable[bytes], pause: float) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(pause)
        yield chunk


async def test_a_body_that_drips_is_given_up() -> None:
    dripping = arriving([b"x"] * 1_000, 0.005)
    with pytest.raises(GivenUp, match="too slowly") as caught:
        await asyncio.wait_for(read_body(dripping, "", Limits(MIB, MIB, 100, 0.05)), 60)
    assert caught.value.kind == "timeout"


async def test_a_body_that_stops_is_given_up() -> None:
    stopping = arriving([b"x" * 500, b"x"], 0.02)
    assert len(await read_body(stopping, "", Limits(MIB, MIB, pace_bytes=100, pace_seconds=30))) == 501
    never = arriving([b"x"], 600)
    with pytest.raises(GivenUp, match="too slowly"):
        await asyncio.wait_for(read_body(never, "", Limits(MIB, MIB, pace_bytes=100, pace_seconds=0.05)), 60)


async def test_a_long_body_at_a_fair_pace_is_taken() -> None:
    fair = arriving([b"x" * 200] * 20, 0.06)
    assert len(await read_body(fair, "", Limits(MIB, MIB, 100, 1))) == 4_000


@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_a_body_that_is_no_small_one_waits_for_room_and_loses_no_time(coding: str) -> None:
    text = b"x" * 1_001
    wire, asked = gzip.compress(text) if coding else text, list[float]()

    async def enlarge() -> None:
        asked.append(asyncio.get_running_loop().time())
        await asyncio.sleep(1.2)

    limits = Limits(MIB, MIB, pace_bytes=1, pace_seconds=1, small_bytes=1_000)
    chunks = [wire[at : at + 500] for at in range(0, len(wire), 500)]
    assert await read_body(arriving(chunks, 0.01), coding, limits, enlarge) == text
    assert len(asked) == 1
    await read_body(arriving([text[:1_000]], 0), "", limits, enlarge)
    assert len(asked) == 1


async def test_the_start_of_a_body_is_cut_to_length() -> None:
    assert await read_start(arriving([b"ab", b"cd", b"ef"], 0), 3) == b"abc"
    assert await read_start(arriving([b"ab"], 0), 3) == b"ab"
    assert await read_start(arriving([], 0), 3) == b""
