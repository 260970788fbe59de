"""A real Apache Kafka with one node: in goes nothing, out comes a bootstrap address that serves."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from tests.services import eventually, free_port

SCRIPT = Path(__file__).parent / "kafka" / "get-kafka.sh"
VERSION = os.environ.get("KAFKA_VERSION", "4.1.1")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
JARS = Path(os.environ.get("KAFKA_DIST", CACHE / "kafka-dist" / VERSION))
PROBE = "probe.ready"


class KafkaServer:
    """One broker. `address` stays the same over `kill9` and `restart`, and so does what it holds."""

    version = VERSION

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port(span=2)
        self.address = f"127.0.0.1:{self._port}"

    @staticmethod
    def why_not() -> str:
        """Why Kafka cannot run here; "" if it can."""
        if not (java := shutil.which("java")):
            return "no Kafka: there is no java"
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
        release = re.search(r'version "(\d+)', told)
        if not release or int(release[1]) < 17:
            return f"no Kafka: it needs java 17, here is {told.splitlines()[0] if told else 'none that runs'}"
        if not (JARS / ".ok").is_file() and not shutil.which("mvn"):
            return f"no Kafka: neither its jars in {JARS} nor mvn to fetch them"
        fetched = _script("fetch")
        return f"no Kafka: mvn could not fetch it: {fetched.stdout[:300]}" if fetched.returncode else ""

    @classmethod
    def start(cls) -> "KafkaServer":
        """A new, empty broker; returns once it serves."""
        server = cls(Path(tempfile.mkdtemp(prefix="courant-kafka-")))
        try:
            server.restart()
        except BaseException:
            server.stop()
            raise
        return server

    def restart(self) -> None:
        """Starts the broker again, with its data, after `kill9`."""
        self._run("start")
        eventually(self._serves, 60, f"an answer from Kafka at {self.address}")

    def kill9(self) -> None:
        """As a crash would."""
        self._run("kill9")

    def stop(self) -> None:
        """Ends the broker and removes what it held."""
        self._run("kill9")  # nobody will read its data again
        shutil.rmtree(self._directory, ignore_errors=True)

    def _run(self, command: str) -> None:
        done = _script(command, KAFKA_DATA=str(self._directory), KAFKA_BASE_PORT=str(self._port))
        if done.returncode:
            raise RuntimeError(f"get-kafka.sh {command} failed:\n{done.stdout}{done.stderr}")

    def _serves(self) -> bool:
        """An open port is not enough: a broker that starts refuses to make topics for a while."""
        with ThreadPoolExecutor(1) as apart:  # the caller may have an event loop of its own
            return apart.submit(asyncio.run, _makes_topic(self.address)).result()


def _script(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KAFKA_DIST": str(JARS), "KAFKA_VERSION": VERSION} | variables
    return subprocess.run([SCRIPT, command], env=environment, capture_output=True, text=True, check=False)


async def _makes_topic(address: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=2000)
    try:
        await admin.start()
        with suppress(TopicAlreadyExistsError):
            await admin.create_topics([NewTopic(PROBE, 1, 1)], timeout_ms=2000)
        return True
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
