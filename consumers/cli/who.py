"""Who sits at the command line, and what they do: in go the words of the command line, out comes an entry of the audit
log. Of what was given it takes the first word that can be a name or an id; addresses, queries and secrets are neither.
"""

import getpass
import os
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from consumers.cli.commands import MODULES
from service.model import MAIN
from service.model.acts import Act

NAME = re.compile(r"[\w.\-]{1,40}")
COMMANDS = frozenset(command for module in MODULES.values() for command in module)


def act_of(words: Sequence[str], at: datetime) -> Act:
    command = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else " ".join(words[:1])
    rest = words[len(command.split()) :]
    named = rest[0] if rest and NAME.fullmatch(rest[0]) and not rest[0].startswith("-") else ""
    return Act(
        id=secrets.token_hex(12),
        at=at,
        account_id=_account(rest),
        key_id=f"cli:{_user()}"[:64],
        method="CLI",
        route=f"courant {command}",
        resource=named,
        result="done",
    )


def _account(words: Sequence[str]) -> str:
    for word, following in pairwise([*words, ""]):
        if word == "--account":
            return following
        if word.startswith("--account="):
            return word.partition("=")[2]
    return MAIN


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
