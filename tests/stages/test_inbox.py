"""The inbox itself: in this process, and as a program."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from consumers.demo.inbox import HOST, Answer, Inbox
from service.clock import now
from service.signing import sign
from tests.builders import NOW, an_endpoint
from tests.clock import SetClock

SECRET = an_endpoint().secret
BODY = b'{"type": "story.alerted"}'


def request(body: bytes = BODY, clock: SetClock | None = None, secret: str = SECRET) -> bytes:
    at = clock() if clock else now()
    lines = [
        "POST /here HTTP/1.1",
        "Host: inbox",
        f"Content-Length: {len(body)}",
        "Webhook-Id: msg_1",
        f"Webhook-Timestamp: {int(at.timestamp())}",
        f"Webhook-Signature: {sign(secret, 'msg_1', at, body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def ask(port: int, *requests: bytes) -> list[bytes]:
    """The first line of each answer, over one connection; b"" where it was closed instead."""
    reader, writer = await asyncio.open_connection(HOST, port)
    answers = []
    async with asyncio.timeout(60):
        for each in requests:
            writer.write(each)
            answers.append((await reader.readline()).rstrip())
            while (await reader.readline()).strip():
                pass
    writer.close()
    return answers


async def test_it_keeps_what_came_and_whether_the_signature_held() -> None:
    inbox = Inbox([SECRET], clock=SetClock())
    told: list[str] = []
    inbox.tell = lambda received: told.append(received.id)
    other = "whsec_" + "B" * 40
    async with inbox.open():
        sent = (request(clock=SetClock()), request(clock=SetClock(), secret=other))
        answers = await ask(inbox.port, *sent)
    assert answers == [b"HTTP/1.1 204 Answer", b"HTTP/1.1 401 Answer"]
    good, bad = inbox.received
    assert (good.id, good.body, good.path, good.at, good.fault) == ("msg_1", BODY, "/here", NOW, "")
    assert bad.fault == "no signature matches"
    assert told == ["msg_1", "msg_1"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"x" * 100_000,
    ],
)
async def test_garbage_closes_its_connection_and_nothing_else(garbage: bytes) -> None:
    inbox = Inbox([SECRET], clock=SetClock())
    async with inbox.open():
        assert await ask(inbox.port, garbage) == [b""]
        assert await ask(inbox.port, request(clock=SetClock())) == [b"HTTP/1.1 204 Answer"]
    assert len(inbox.received) == 1


async def test_it_closes_while_somebody_waits_for_an_answer() -> None:
    inbox = Inbox([SECRET], clock=SetClock())
    inbox.answer = lambda received: Answer(delay_seconds=1000)
    async with asyncio.timeout(60):
        async with inbox.open():
            asking = asyncio.create_task(ask(inbox.port, request(clock=SetClock())))
            while not inbox.received:
                await asyncio.sleep(0.01)
        assert await asking == [b""]


@pytest.mark.slow
async def test_as_a_program_it_writes_a_line_for_each_request(tmp_path: Path) -> None:
    out = tmp_path / "received.jsonl"
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "consumers.demo.inbox", "--secret", SECRET, "--out", str(out), "--status", "202"),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        port = await _port(program)
        assert await ask(port, request(), request(b"{}")) == [b"HTTP/1.1 202 Answer"] * 2
        lines = [json.loads(line) for line in out.read_text().splitlines()]
    finally:
        program.terminate()
        await program.wait()
    assert [(line["id"], line["verified"], line["body"]) for line in lines] == [
        ("msg_1", True, BODY.decode()),
        ("msg_1", True, "{}"),
    ]


async def _port(program: asyncio.subprocess.Process) -> int:
    assert program.stderr is not None
    async with asyncio.timeout(60):
        async for line in program.stderr:
            if line.startswith(b"listening on"):
                return int(line.strip().rstrip(b"/").rpartition(b":")[2])
    raise AssertionError("it never listened")
