"""Addresses of endpoints: in comes one, and what the operator allows; out comes its channel, or why it cannot be used.

https://...              a webhook
slack://..., ntfy://...  a chat or a push service (see `service.egress.chats`), where `deliver.chats` names it
mailto:...               e-mail, where `deliver.mail_server` is set
kafka://host:port/topic  a record on a stream of somebody else's, where `deliver.kafka_servers` names the server
file:name.ndjson         a line in a file below `deliver.files`

Addresses of chats hold secrets, and those of mailboxes are people's: see `service.endpoint_addresses`.
"""

import re

from service.addresses import check_url
from service.errors import Invalid, UnsafeAddress
from service.settings import DeliverSettings, Settings

WEBHOOK = "webhook"
_MAIL = re.compile(r"mailto:[^\s@?&%,;:<>\"'\\/]{1,64}@([0-9A-Za-z.\-]{1,253})", re.ASCII)
_KAFKA = re.compile(r"kafka://([0-9A-Za-z.\-]+:[0-9]{1,5})/([0-9A-Za-z._\-]{1,249})", re.ASCII)
_NAME = r"[0-9A-Za-z_\-][0-9A-Za-z._\-]{0,99}"
_FILE = re.compile(rf"file:((?:{_NAME}/){{0,8}}{_NAME}\.ndjson)", re.ASCII)


def channel_of(address: str) -> str:
    """`webhook` for http and https; any other channel is named by the scheme of its addresses."""
    scheme = address.partition(":")[0].lower()
    return WEBHOOK if scheme in ("http", "https") else scheme


def check_address(address: str, settings: Settings) -> None:
    """Raises `Invalid` (of which `UnsafeAddress` is one) if nothing can be delivered there."""
    own = settings.deliver
    match channel_of(address):
        case "webhook":
            check_url(address, settings.egress)
        case "mailto":
            mail_address(address, own)
        case "kafka":
            kafka_address(address, own)
        case "file":
            file_name(address, own)
        case scheme if scheme in own.chats:
            from service.egress.chats import opened  # only who needs it loads it

            opened(address)
        case scheme:
            raise UnsafeAddress(f"There is no channel for {scheme[:20]} addresses here.", "/url")


def mail_address(address: str, settings: DeliverSettings) -> str:
    """Whom to write to. Raises `Invalid`."""
    if not settings.mail_server:
        raise Invalid("No mail can be sent from here: deliver.mail_server is not set.", "/url")
    if not (found := _MAIL.fullmatch(address)):
        raise Invalid("Write mailto: and one address.", "/url")
    if settings.mail_domains and found[1].lower() not in settings.mail_domains:
        raise Invalid("No mail is sent to this domain from here: deliver.mail_domains does not name it.", "/url")
    return address.removeprefix("mailto:")


def kafka_address(address: str, settings: DeliverSettings) -> tuple[str, str]:
    """Server and topic (Kafka's word). Raises `Invalid`."""
    if not (found := _KAFKA.fullmatch(address)):
        raise Invalid("Write kafka://host:port/topic.", "/url")
    if found[1] not in settings.kafka_servers:
        raise Invalid("Nothing is sent to this server from here: deliver.kafka_servers does not name it.", "/url")
    return found[1], found[2]


def file_name(address: str, settings: DeliverSettings) -> str:
    """Below the operator's folder and the account's own in it. Raises `Invalid`."""
    if not settings.files:
        raise Invalid("No files are written here: deliver.files is not set.", "/url")
    if not (found := _FILE.fullmatch(address)):
        raise Invalid("Write file: and a name that ends in .ndjson, such as file:alerts/ferries.ndjson.", "/url")
    return found[1]
