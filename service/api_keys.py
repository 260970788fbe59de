"""API keys as texts: in goes whose key it is to be; out comes a key, and the text that is shown once.

A key reads `crnt_<environment>_<id>_<secret>_<check>`: the last three are 8, 43 and 6 characters of 0-9A-Za-z. The
secret holds 256 bits; the check is the CRC-32 of what stands before it, so that neither a mistyped key nor a scanner
for leaked ones needs the database.
"""

import re
import secrets
import string
from collections.abc import Sequence
from datetime import datetime
from zlib import crc32

from service.model import MAIN, OPERATOR, ApiKey

PATTERN = r"crnt_[a-z]{1,12}_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}"
"""What a key looks like, for secret scanners."""
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LETTERS, SECRET_LETTERS, CHECK_LETTERS = 8, 43, 6
LIVE = "live"


def new_key(
    name: str,
    now: datetime,
    account_id: str = MAIN,
    scopes: Sequence[str] = (OPERATOR,),
    expires_at: datetime | None = None,
    environment: str = LIVE,
) -> tuple[ApiKey, str]:
    """A key, and its text, which is shown once and never again. Unless told less, it may do everything."""
    key_id = random_text(ID_LETTERS)
    start = f"crnt_{environment}_{key_id}_{random_text(SECRET_LETTERS)}"
    key = ApiKey(key_id, name, now, account_id=account_id, scopes=tuple(scopes), expires_at=expires_at)
    return key, f"{start}_{check(start)}"


def well_formed(text: str) -> bool:
    """Could this be a key? Asks no database."""
    start, _, last = text.rpartition("_")
    return bool(re.fullmatch(PATTERN, text, re.ASCII)) and last == check(start)


def id_of(text: str) -> str:
    """The id of the key that a well-formed text names."""
    return text.split("_")[2]


def check(start: str) -> str:
    """CRC-32 in six characters."""
    rest, digits = crc32(start.encode()), ""
    for _ in range(CHECK_LETTERS):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def random_text(length: int) -> str:
    """Letters and digits that nobody can guess: six bits each, nearly."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
