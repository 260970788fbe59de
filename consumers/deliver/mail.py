"""The channel `mailto`: a delivery goes in, a short mail goes out by the operator's server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from consumers.deliver.chat import worded
from consumers.deliver.retry import Outcome, Refused, Sent, Unreachable
from service.channels import mail_address
from service.egress import Egress, Reply
from service.egress.mail import send_mail
from service.errors import Invalid
from service.model import Due
from service.settings import DeliverSettings


class Mail:
    """Every attempt has the same `Message-ID`, so that mailboxes may know a repeat."""

    def __init__(self, egress: Egress, settings: DeliverSettings) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.per_endpoint, "mail")

    async def deliver(self, due: Due, at: datetime) -> Outcome:
        """One attempt. What the server never takes is not tried again."""
        own = self._settings
        try:
            message = written(due, mail_address(due.endpoint.url, own), own.mail_from, at)
        except Invalid as error:
            return Unreachable("channel", str(error))
        given = (own.mail_server, message, own.total_seconds)
        answer = await asyncio.get_running_loop().run_in_executor(self._threads, send_mail, *given)
        if not isinstance(answer, Reply):
            return Unreachable(answer.kind, answer.why)
        told = answer.body.decode("utf-8", "replace")[:500]
        return Sent(answer.status) if answer.status < 300 else Refused(answer.status, told, final=answer.status >= 500)


def written(due: Due, to: str, sender: str, at: datetime) -> EmailMessage:
    title, text = worded(due)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, title
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{due.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
