"""robots.txt (RFC 9309): an answer in, what is kept of it out; what is kept in, whether a page may be read out.

No answer (4xx) allows everything; an error (5xx, 429, none at all) allows nothing until it is over, but rules
known from before go on holding, and after 30 days the host is taken to have none.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from service.model.robots import RobotsFile

PRODUCT = "courant"
"""The token by which robots.txt and pages speak to us."""
MOST_BYTES = 500 * 1024
"""What is read of a file: as much as RFC 9309 asks of everybody."""
RETRY = timedelta(minutes=10)
"""The least time until a file that could not be had is asked for again; it grows with the trouble."""
DAY = timedelta(days=1)
GIVEN_UP_AFTER = timedelta(days=30)
MOST_DELAY = 86_400.0
TOO_MANY = 429

_AGENT = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*([^\s#]*)", re.IGNORECASE)
_NAME = re.compile(r"[a-z_-]*")
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a robots.txt; the status is None if nothing came, and `why` says so."""

    status: int | None
    body: bytes = b""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt ready to be asked."""

    file: RobotsFile
    rules: Protego | None = None

    @classmethod
    def of(cls, file: RobotsFile) -> "Robots":
        return cls(file, Protego.parse(file.body) if file.verdict == "rules" else None)

    def allows(self, url: str) -> bool:
        if self.rules is None:
            return self.file.verdict == "open"
        return bool(self.rules.can_fetch(url, PRODUCT))

    @property
    def delay(self) -> float:
        """Seconds it asks for between two requests; 0 if it does not."""
        asked = self.rules.crawl_delay(PRODUCT) if self.rules else None
        return min(asked or 0.0, MOST_DELAY)


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for. Raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an http or https address")
    default = 443 if parts.scheme == "https" else 80
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, default) else "")


def judged(origin: str, answer: Answer, before: RobotsFile | None, now: datetime, keep: timedelta = DAY) -> RobotsFile:
    """What to go by until the file is asked for again."""
    status = answer.status
    if status is not None and 200 <= status < 300:
        return RobotsFile(origin, "rules", now + keep, body=ours(answer.body[:MOST_BYTES].decode("utf-8", "replace")))
    if status is not None and 300 <= status < 500 and status != TOO_MANY:
        return RobotsFile(origin, "open", now + keep)
    since = (before.failing_since if before else None) or now
    why = answer.why or f"status {status}"
    if now - since >= GIVEN_UP_AFTER:
        return RobotsFile(origin, "open", now + keep, why=why, failing_since=since)
    until = now + min(max(now - since, RETRY), DAY)
    if before and before.verdict == "rules":
        return RobotsFile(origin, "rules", until, before.body, why, since)
    return RobotsFile(origin, "closed", until, "", why, since)


def ours(text: str) -> str:
    """The file with what it says to us and to everybody left as it is, and all other robots made one.

    Names of robots times rules is what reading it costs, and a hostile file has many of both.
    """
    return "\n".join(_addressed(text_line) for text_line in text.lstrip("\ufeff").splitlines())


def _addressed(text_line: str) -> str:
    found = _AGENT.match(text_line)
    if not found:
        return text_line
    given = found[1].lower()
    name = _NAME.match(given)
    wanted = "*" if given == "*" else name[0] if name else ""
    return f"User-agent: {wanted if wanted in ('*', PRODUCT) else OTHERS}"
