"""The channels beside the webhook: what goes out, through which door, and what is made of the answer."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from consumers.deliver.channels import CHANNELS
from consumers.deliver.chat import worded
from consumers.deliver.kafka import Kafka
from consumers.deliver.retry import Outcome, Refused, Sent, Unreachable
from service.channels import channel_of, check_address
from service.egress import Egress, Reply
from service.endpoint_addresses import concealed
from service.errors import Invalid, UnsafeAddress
from service.model import Due
from service.settings import DeliverSettings, EgressSettings, Settings
from tests.builders import NOW, a_delivery, an_endpoint
from tests.servers import listening
from tests.services.kafka import KafkaServer

TOKENS = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
SLACK = f"slack://{TOKENS}"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
TEAMS = "workflows://prod-12.westus.logic.azure.com:443/643e69f83c8944/438fe5?sig=abc"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/12315544"
DATA = {
    "topic": {"name": "Ferries"},
    "story": {"title": "Ferries <b>resume</b> @everyone & on", "articles": 3, "sources": 2},
    "article": {"url": "https://harbour-gazette.test/ferries?a=1&b=2"},
}


def a_due(url: str, **given: Any) -> Due:
    endpoint = an_endpoint(url=url, account_id="main")
    told = {"type": "story.alerted", "timestamp": NOW, "data": DATA}
    return Due(delivery=a_delivery(), endpoint=endpoint, **(told | given))


async def deliver(door: Any, due: Due, **own: Any) -> Outcome:
    settings = DeliverSettings(**({"total_seconds": 10} | own))
    return await CHANNELS[channel_of(due.endpoint.url)](door, settings).deliver(due, NOW)


@dataclass
class Door:
    """Where an egress would be; keeps what it is given, and answers what it is told to."""

    status: int = 200
    body: bytes = b"ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], total_seconds: float) -> Reply:
        self.sent.append((url, body))
        return Reply(url, self.status, dict(self.headers), self.body)


@pytest.mark.parametrize(
    ("address", "to"),
    [
        (SLACK, f"https://hooks.slack.com/services/{TOKENS}"),
        (DISCORD, "https://discord.com/api/webhooks/4174216298/"),
        (TEAMS, "https://prod-12.westus.logic.azure.com:443/workflows/643e69f83c8944/"),
        (TELEGRAM, "https://api.telegram.org/bot123456789:abcdefg_hijklmnop/sendMessage"),
        ("ntfys://ntfy.example.org/ferries", "https://ntfy.example.org/"),
    ],
)
async def test_a_chat_gets_a_few_words_for_people(address: str, to: str) -> None:
    door = Door(body=b'{"ok": true}' if address == TELEGRAM else b"ok")
    assert isinstance(await deliver(door, a_due(address)), Sent)
    ((url, body),) = door.sent
    assert url.startswith(to)
    told = json.dumps(json.loads(body), ensure_ascii=False).replace("\\", "")  # Teams reads Markdown
    assert "Ferries" in told
    assert "harbour-gazette.test/ferries?a=1" in told
    assert "@everyone" not in told  # a headline must not call everybody in the room
    assert "github.com" not in told  # nor does anybody else learn who reads


async def test_markup_of_strangers_is_none_where_markup_is_read() -> None:
    for address in (SLACK, TELEGRAM):
        door = Door(body=b'{"ok": true}')
        await deliver(door, a_due(address))
        assert b"<b>resume" not in door.sent[0][1]


async def test_what_a_chat_answers_is_judged_as_a_webhooks_answer_is() -> None:
    busy = await deliver(Door(429, headers={"retry-after": "120"}), a_due(DISCORD))
    assert isinstance(busy, Refused)
    assert (busy.status, busy.retry_after) == (429, 120)
    gone = await deliver(Door(410), a_due("ntfys://ntfy.example.org/ferries"))
    assert isinstance(gone, Refused)
    assert (gone.final, gone.disable) == (True, "the endpoint answered 410 Gone")
    no = await deliver(Door(200, b"invalid_token"), a_due(SLACK))
    assert isinstance(no, Refused), "a no with the status of a yes"


@pytest.fixture
async def inbox() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A port of loopback where every request is answered with 200, and what came there."""
    came: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read(65536))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        writer.close()

    async with listening(serve) as port:
        yield port, came


async def test_a_chat_is_reached_through_the_door(inbox: tuple[int, list[bytes]]) -> None:
    port, came = inbox
    async with Egress.open(EgressSettings(allow_loopback=True)) as egress:
        assert isinstance(await deliver(egress, a_due(f"ntfy://127.0.0.1:{port}/ferries")), Sent)
    assert b'"topic": "ferries"' in came[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:7f00:1]", "0.0.0.0"])
async def test_no_address_of_ours_is_reached(inbox: tuple[int, list[bytes]], host: str) -> None:
    port, came = inbox
    async with Egress.open(EgressSettings(allow_ports=(port,))) as egress:
        for scheme in ("ntfy", "ntfys", "workflows"):
            rest = "643e69f83c8944/438fe5?sig=abc" if scheme == "workflows" else "ferries"
            outcome = await deliver(egress, a_due(f"{scheme}://{host}:{port}/{rest}"))
            assert isinstance(outcome, Unreachable)
            assert outcome.kind in ("address", "channel")
    assert came == []


async def test_a_chat_that_never_answers_frees_its_slot() -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with listening(never) as port, Egress.open(EgressSettings(allow_loopback=True)) as egress:
        outcome = await deliver(egress, a_due(f"ntfy://127.0.0.1:{port}/ferries"), total_seconds=0.5)
    assert isinstance(outcome, Unreachable)
    assert outcome.kind == "timeout"


# Addresses

OWN = Settings(
    deliver={"mail_server": "smtp://localhost", "files": "out", "kafka_servers": ["kafka.example:9092"]},
)


@pytest.mark.parametrize(
    "address",
    [
        "https://reader.example/inbox",
        *(SLACK, DISCORD, TEAMS, TELEGRAM),
        "ntfy://ntfy.example.org/ferries?priority=high",
        "mailto:desk@harbour-gazette.example",
        "kafka://kafka.example:9092/alerts",
        "file:alerts/ferries.ndjson",
    ],
)
def test_what_can_be_delivered_to_is_taken(address: str) -> None:
    check_address(address, OWN)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("slack://too/few", "slack address"),
        ("discord://", "discord address"),
        (f"{SLACK}?retry=50&wait=100", "parameter retry"),
        (f"{TEAMS}&template=/etc/passwd", "parameter template"),
        ("ntfy://ntfy.example.org/a?attach=http://127.0.0.1/", "parameter attach"),
        ("ntfy://ntfy.example.org/a?verify=no", "parameter verify"),
        ("json://127.0.0.1/", "no channel for json"),
        ("syslog://", "no channel for syslog"),
        ("mailto:a@b.example,c@d.example", "one address"),
        ("mailto:a@b.example?bcc=c@d.example", "one address"),
        ("kafka://other.example:9092/alerts", "deliver.kafka_servers"),
        ("kafka://kafka.example:9092/", "host:port/topic"),
        ("file:///etc/passwd", "ndjson"),
        ("file:../ferries.ndjson", "ndjson"),
        ("file:a/../../ferries.ndjson", "ndjson"),
        ("file:.hidden/ferries.ndjson", "ndjson"),
        ("ferries", "no channel"),
    ],
)
def test_what_cannot_is_refused_with_the_reason(address: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        check_address(address, OWN)


@pytest.mark.parametrize("address", ["mailto:a@b.example", "kafka://kafka.example:9092/a", "file:a.ndjson"])
def test_what_the_operator_has_not_allowed_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="deliver"):
        check_address(address, Settings())
    with pytest.raises(Invalid, match="no channel"):
        check_address(SLACK, Settings(deliver={"chats": ()}))
    with pytest.raises(UnsafeAddress):
        check_address("http://127.0.0.1/", Settings())


def test_no_secret_of_an_address_is_shown() -> None:
    shown = [concealed(each) for each in (SLACK, DISCORD, TEAMS, TELEGRAM, "ntfys://user:secret@ntfy.example/a")]
    assert not [secret for secret in ("TIiajkdn", "JHMHI8", "abc", "abcdefg", "secret") if secret in "".join(shown)]
    assert len(set(shown)) == len(shown)
    assert concealed("https://reader.example/inbox") == "https://reader.example/inbox"


# Mail


@dataclass
class Post:
    """A mail server on loopback: what it was told, and what it says to a recipient."""

    says: bytes = b"250 ok"
    got: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            self._say(stream, b"220 post")
            body = False
            while line := stream.readline():
                self.got.append(line.decode().rstrip("\r\n"))
                word = line.split()[0].upper() if line.strip() else b""
                if body:
                    body = line != b".\r\n"
                    if not body:
                        self._say(stream, b"250 taken")
                elif word == b"DATA":
                    body = True
                    self._say(stream, b"354 go on")
                elif word == b"QUIT":
                    return self._say(stream, b"221 bye")
                else:
                    self._say(stream, self.says if word == b"RCPT" else b"250 ok")

    def _say(self, stream: Any, line: bytes) -> None:
        stream.write(line + b"\r\n")
        stream.flush()


@pytest.fixture
def post() -> Iterator[Post]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        post = Post(port=listener.getsockname()[1])
        thread = threading.Thread(target=post.serve, args=(listener,), daemon=True)
        thread.start()
        yield post
        thread.join(10)


def by(post: Post) -> dict[str, Any]:
    return {"mail_server": f"smtp://127.0.0.1:{post.port}", "mail_from": "Courant <desk@news.example>"}


async def test_a_mail_says_it_in_a_few_words(post: Post) -> None:
    due = a_due("mailto:desk@harbour-gazette.example")
    assert isinstance(await deliver(None, due, **by(post)), Sent)
    assert "rcpt TO:<desk@harbour-gazette.example>" in post.got
    assert f"Message-ID: <{due.delivery.id}@news.example>" in post.got
    assert [line for line in post.got if line.startswith("Subject: Ferries")]
    assert "https://harbour-gazette.test/ferries?a=1&b=2" in "".join(post.got).replace("=3D", "=")


@pytest.mark.parametrize(("says", "final"), [(b"550 no such user", True), (b"451 later", False)])
async def test_a_mail_that_is_never_taken_is_not_tried_again(post: Post, says: bytes, final: bool) -> None:
    post.says = says
    outcome = await deliver(None, a_due("mailto:nobody@harbour-gazette.example"), **by(post))
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.final) == (int(says[:3]), final)


async def test_a_mail_server_that_is_away_is_told_of_without_our_insides() -> None:
    outcome = await deliver(None, a_due("mailto:a@b.example"), mail_server="smtp://user:secret@127.0.0.1:1")
    assert outcome == Unreachable("connect", "the mail server cannot be spoken to")


# Files


async def test_a_file_gets_a_line_for_each_delivery(tmp_path: Path) -> None:
    for number in range(3):
        outcome = await deliver(None, a_due("file:a/b.ndjson", data={"text": f"line\n{number}"}), files=str(tmp_path))
        assert isinstance(outcome, Sent)
    lines = (tmp_path / "main" / "a" / "b.ndjson").read_text().splitlines()
    assert [json.loads(each)["data"]["text"] for each in lines] == ["line\n0", "line\n1", "line\n2"]


async def test_of_several_at_once_none_is_left_out(tmp_path: Path) -> None:
    rest = tuple(a_due("file:b.ndjson", data={"feed": {"title": f"Feed {n}"}}) for n in (2, 3))
    due = replace(a_due("file:b.ndjson", data={"feed": {"title": "Feed 1"}}), more=rest)
    assert isinstance(await deliver(None, due, files=str(tmp_path)), Sent)
    lines = (tmp_path / "main" / "b.ndjson").read_text().splitlines()
    assert [json.loads(each)["data"]["feed"]["title"] for each in lines] == ["Feed 1", "Feed 2", "Feed 3"]
    title, text = worded(replace(due, type="feed.silent", more=tuple(replace(e, type="feed.silent") for e in rest)))
    assert (title, text.count("\n"), text.count("Feed is silent: Feed ")) == ("3 notices", 2, 3)


async def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "main").mkdir()
    (tmp_path / "main" / "out").symlink_to("/tmp")
    (tmp_path / "main" / "link.ndjson").symlink_to(tmp_path / "target")
    for name in ("out/x.ndjson", "link.ndjson"):
        outcome = await deliver(None, a_due(f"file:{name}"), files=str(tmp_path))
        assert isinstance(outcome, Unreachable)
    assert not (tmp_path / "target").exists()


# Kafka


@pytest.mark.kafka
async def test_a_record_on_anothers_kafka(kafka_server: KafkaServer) -> None:
    settings = DeliverSettings(kafka_servers=(kafka_server.address,), total_seconds=60)
    channel = Kafka(None, settings)  # type: ignore[arg-type]  # it goes through another door
    due = a_due(f"kafka://{kafka_server.address}/alerts-out")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_server.address)
    await admin.start()
    await admin.create_topics([NewTopic("alerts-out", 1, 1)])
    await admin.close()
    assert isinstance(await channel.deliver(due, NOW), Sent)
    consumer = AIOKafkaConsumer("alerts-out", bootstrap_servers=kafka_server.address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        record = await asyncio.wait_for(consumer.getone(), 60)
    finally:
        await consumer.stop()
        await channel.close()
    assert json.loads(record.value)["data"] == DATA
    assert dict(record.headers) == {"webhook-id": due.delivery.id.encode(), "type": b"story.alerted"}


async def test_a_kafka_that_is_away_is_tried_again_later() -> None:
    due = a_due("kafka://127.0.0.1:1/alerts")
    outcome = await deliver(None, due, kafka_servers=("127.0.0.1:1",))
    assert isinstance(outcome, Unreachable)
    assert outcome.kind in ("connect", "timeout")
