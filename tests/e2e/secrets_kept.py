"""Secrets of a whole run: given to an installation through its API and its command line, and then looked for in all
that it keeps, logs and answers."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from service.signing import new_secret
from tests.e2e.installation import Installation


@dataclass
class Secrets:
    """`api` is the installation's address."""

    installation: Installation
    api: str
    hidden: dict[str, str] = field(default_factory=dict)
    """By what they are; nothing may show them."""
    answers: list[str] = field(default_factory=list)

    async def give(self, port: int) -> None:
        """A webhook, a chat and a mailbox; each is sent a test, which fails at this port or cannot be sent."""
        made = self.installation.run("keys", "add", "desk")[0]
        self.hidden |= {"signing": new_secret(), "token": secrets.token_hex(8), "mailbox": "reader-of-all"}
        self.hidden["key"] = made["key"].split("_")[3]
        chat = f"ntfy://desk:{self.hidden['token']}@127.0.0.1:{port}/ferries"
        async with httpx.AsyncClient(
            base_url=self.api, headers={"Authorization": f"Bearer {made['key']}"}, trust_env=False, timeout=60
        ) as client:
            webhook = {"url": f"http://127.0.0.1:{port}/inbox", "secret": self.hidden["signing"]}
            first = await self._add(client, webhook)
            rotated = await client.post(f"/v1/endpoints/{first}/secret/rotate", json={})
            self.hidden["rotated"] = rotated.json()["secret"]
            for url in (chat, f"mailto:{self.hidden['mailbox']}@newsroom.example"):
                await self._add(client, {"url": url})
            for path in (
                "/v1/endpoints",
                "/v1/deliveries",
                "/v1/notices",
                f"/v1/endpoints/{first}/attempts",
                "/v1/audit",
            ):
                self.answers.append((await client.get(path)).text)

    async def _add(self, client: httpx.AsyncClient, given: dict[str, str]) -> str:
        made = await client.post("/v1/endpoints", json=given)
        assert made.status_code == 201, made.text
        id: str = made.json()["id"]
        assert (await client.post(f"/v1/endpoints/{id}/test")).status_code == 202
        return id

    def found(self) -> list[str]:
        """Which of them can be read, and where."""
        files = [path for path in self.installation.folder.rglob("*") if path.is_file()]
        shown = [("an answer", text.encode()) for text in self.answers] + [_read(path) for path in files]
        return [
            f"{what} in {where}" for where, text in shown for what, each in self.hidden.items() if each.encode() in text
        ]


def _read(path: Path) -> tuple[str, bytes]:
    return str(path), path.read_bytes()
