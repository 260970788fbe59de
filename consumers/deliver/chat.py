"""The channels to chats and push services: a delivery goes in, a few words for people go out."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from consumers.deliver.retry import Outcome, Refused, Unreachable, judge
from service.egress import Egress, Reply
from service.egress import Unreachable as NotReached
from service.egress.chats import Line, say
from service.errors import Invalid
from service.model import Due
from service.saying import said
from service.settings import DeliverSettings

QUIET_AT = "@\u200b"
"""Followed by nothing that is seen: no headline is to call everybody in a room."""


class Chat:
    """Whatever `service.egress.chats` can speak to; each of these is a channel by the scheme of its addresses."""

    def __init__(self, egress: Egress, settings: DeliverSettings) -> None:
        self._egress, self._settings = egress, settings
        self._threads = ThreadPoolExecutor(settings.concurrency, "chat")

    async def deliver(self, due: Due, at: datetime) -> Outcome:
        """One attempt, within the time that the settings give it."""
        seconds = self._settings.total_seconds
        line = Line(self._egress, asyncio.get_running_loop(), seconds)
        title, text = (part.replace("@", QUIET_AT) for part in worded(due))
        try:
            async with asyncio.timeout(seconds):
                taken = await say(line, self._threads, due.endpoint.url, title, text)
        except Invalid as error:
            return Unreachable("channel", str(error))
        except TimeoutError:
            return Unreachable("timeout", f"nothing was answered within {seconds:g} seconds")
        return outcome(line.answers, taken, at)


def worded(due: Due) -> tuple[str, str]:
    """Title, and text with the link in a line of its own; of several, the title of each, and where it leads."""
    every = [said(each.type, each.data) for each in due.all]
    if len(every) > 1:
        return f"{len(every)} notices", "\n".join(f"{told.title} {told.link}".strip() for told in every)
    (told,) = every
    return told.title, "\n".join(filter(None, (told.text, told.link)))


def outcome(answers: Sequence[Reply | NotReached], taken: bool, at: datetime) -> Outcome:
    """What the last answer means; some services say no with the status of a yes."""
    if not answers:
        return Unreachable("channel", "the address cannot be used")
    last = answers[-1]
    if isinstance(last, NotReached):
        return Unreachable(last.kind, last.why)
    judged = judge(last.status, last.headers, last.body, at)
    return judged if taken or isinstance(judged, Refused) else Refused(last.status, judged.response)
