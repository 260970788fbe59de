"""Mail, by the operator's own server: in goes a message; out comes how the server answered.

The server is a setting and no stranger's word, so it may be anywhere, on a private network too.
"""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote

from yarl import URL

from service.egress.reply import Reply, Unreachable

PORTS = {"smtp": 587, "smtps": 465}


def send_mail(server: str, message: EmailMessage, seconds: float) -> Reply | Unreachable:
    """Takes a thread meanwhile. The status is SMTP's: 250 for taken, 4xx for later, 5xx for never."""
    at = URL(server)
    try:
        with _connected(at, seconds) as connection:
            connection.send_message(message)
            return Reply(server, 250, {}, b"")
    except smtplib.SMTPRecipientsRefused as error:
        code, told = next(iter(error.recipients.values()))
        return Reply(server, code, {}, told)
    except smtplib.SMTPResponseException as error:
        told = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        return Reply(server, error.smtp_code, {}, told)
    except TimeoutError:
        return Unreachable("timeout", f"the mail server does not answer within {seconds:g} seconds")
    except (smtplib.SMTPException, OSError, ValueError):
        return Unreachable("connect", "the mail server cannot be spoken to")


def _connected(at: URL, seconds: float) -> smtplib.SMTP:
    host, port = at.host or "", at.port or PORTS[at.scheme]
    trust = ssl.create_default_context()
    if at.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=trust)
    else:
        connection = smtplib.SMTP(host, port, timeout=seconds)
    try:
        connection.ehlo()
        if at.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls(context=trust)
            connection.ehlo()
        if at.raw_user:  # without TLS, too: who has set this knows the way to the server
            connection.login(unquote(at.raw_user), unquote(at.raw_password or ""))
    except BaseException:
        connection.close()
        raise
    return connection
