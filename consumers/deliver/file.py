"""The channel `file`: a delivery goes in, a line of JSON is added to a file of the operator's."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

from consumers.deliver.retry import Outcome, Sent, Unreachable
from consumers.deliver.webhook import written
from service.channels import file_name
from service.egress import Egress
from service.errors import Invalid
from service.model import Due
from service.settings import DeliverSettings

FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
TAKEN = 200
"""As HTTP says it."""


class File:
    """Lines are whole and on the disk when a delivery counts as sent. One that was tried twice may be there twice."""

    def __init__(self, egress: Egress, settings: DeliverSettings) -> None:
        self._settings = settings

    async def deliver(self, due: Due, at: datetime) -> Outcome:
        try:
            name = file_name(due.endpoint.url, self._settings)
            path = below(Path(self._settings.files), due.endpoint.account_id, name)
            await asyncio.to_thread(_add, path, b"".join(written(each) + b"\n" for each in due.all))
        except Invalid as error:
            return Unreachable("channel", str(error))
        except OSError as error:
            return Unreachable("file", f"the file cannot be written: {error.strerror or 'it is not as it should be'}")
        return Sent(TAKEN)


def below(folder: Path, account_id: str, name: str) -> Path:
    """Raises `Invalid` if the way there leads out of the account's folder, by a link say."""
    own = folder.resolve() / account_id
    path = own / name
    if not path.parent.resolve().is_relative_to(own):
        raise Invalid("The file is not below its account's folder.", "/url")
    return path


def _add(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, FLAGS, 0o640)
    try:
        before = os.fstat(file).st_size
        if os.write(file, line) != len(line):  # the disk is full
            os.ftruncate(file, before)
            raise OSError(0, "there is no room")
        os.fsync(file)
    finally:
        os.close(file)
