"""A small real WebSub hub on loopback, as a test wants it.

    async with Hub.open() as hub:
        hub.lease_seconds = 100            # what it grants; None says nothing about it
        hub.moved(status=307)              # hub.url now leads to another address of the same hub
        ...
        assert await hub.publish(topic, document) == [202]

It answers 202, then asks the callback whether the request was meant, with a challenge, before it believes it;
what it distributes is signed with the subscriber's secret.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx

from tests.servers import listening


@dataclass
class Hub:
    """Use `open`."""

    lease_seconds: int | None = 864_000
    method: str = "sha256"
    """By which distributions are signed; "" signs none."""
    refuses: str = ""
    """Says so at once, with 400."""
    denies: str = ""
    """Accepts the request, and then denies it with this reason."""
    silent: bool = False
    """Accepts requests and then forgets them."""
    extra: Mapping[str, str] = field(default_factory=lambda: {"hub.novelty": "x", "utm": "y"})
    """Parameters of its own in every verification."""
    requests: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    verified: list[tuple[int, bool]] = field(default_factory=list)
    """Status of each verification, and whether the challenge came back."""
    subscribers: dict[str, dict[str, str]] = field(default_factory=dict)
    """By callback: the request that was verified."""
    port: int = 0
    _redirect: int = 0
    _working: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Hub"]:
        hub = cls()
        async with listening(hub._serve) as hub.port:
            try:
                yield hub
            finally:
                for task in hub._working:
                    task.cancel()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    def moved(self, status: int) -> None:
        self._redirect = status

    async def settled(self) -> None:
        """Once every request has been verified or denied."""
        while self._working:
            await asyncio.gather(*self._working)

    async def publish(self, topic: str, body: bytes, content_type: str = "application/rss+xml") -> list[int]:
        """Distribute this document to all who subscribed to the topic; gives their answers' status."""
        wanted = {callback: asked for callback, asked in self.subscribers.items() if asked["hub.topic"] == topic}
        headers = {"content-type": content_type, "link": f'<{self.url}>; rel="hub", <{topic}>; rel="self"'}
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answers = [
                await client.post(callback, content=body, headers=headers | self.signature(asked, body))
                for callback, asked in wanted.items()
            ]
        return [answer.status_code for answer in answers]

    def signature(self, asked: Mapping[str, str], body: bytes) -> dict[str, str]:
        secret = asked.get("hub.secret", "")
        if not secret or not self.method:
            return {}
        made = hmac.new(secret.encode(), body, getattr(hashlib, self.method)).hexdigest()
        return {"x-hub-signature": f"{self.method}={made}"}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            path = head[0].split()[1]
            self.paths.append(path)
            status, more = self._answer(path, dict(parse_qsl(body.decode())))
            words = self.refuses.encode()
            writer.write(
                f"HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {len(words)}\r\n{more}\r\n".encode()
                + words
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str, asked: dict[str, str]) -> tuple[int, str]:
        if self._redirect and path == "/hub":
            return self._redirect, "location: /new-hub\r\n"
        self.requests.append(asked)
        if self.refuses:
            return 400, ""
        if not self.silent:
            task = asyncio.create_task(self._verify(asked))
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        return 202, ""

    async def _verify(self, asked: dict[str, str]) -> None:
        challenge, callback = secrets.token_urlsafe(16), asked["hub.callback"]
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            if self.denies:
                told = {"hub.mode": "denied", "hub.topic": asked["hub.topic"], "hub.reason": self.denies}
                await client.get(callback, params=told)
                return
            told = {"hub.mode": asked["hub.mode"], "hub.topic": asked["hub.topic"], "hub.challenge": challenge}
            if asked["hub.mode"] == "subscribe" and self.lease_seconds is not None:
                told["hub.lease_seconds"] = str(self.lease_seconds)
            answer = await client.get(callback, params={**told, **self.extra})
        meant = answer.status_code == 200 and answer.content == challenge.encode()
        self.verified.append((answer.status_code, meant))
        if meant and asked["hub.mode"] == "subscribe":
            self.subscribers[callback] = asked
        elif meant:
            self.subscribers.pop(callback, None)
