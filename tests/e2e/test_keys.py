"""courant keys, as a process: is a key that it makes one that the service takes, until it is revoked?"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.model import ApiKey
from service.sealing import ring_in
from service.store import Store

pytestmark = pytest.mark.slow


def courant(data: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    given = os.environ | {"COURANT_DATA": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "consumers.cli", *command], env=given, capture_output=True, text=True, check=False
    )


def found(data: Path, text: str) -> ApiKey | None:
    store = Store(f"sqlite:///{data}/store.db")
    try:
        return asyncio.run(store.read(lambda tx: tx.keys.find(text, ring_in(data))))
    finally:
        store.close()


def test_a_key_is_taken_until_it_is_revoked(tmp_path: Path) -> None:
    made = json.loads(courant(tmp_path, "keys", "add", "reader", "--json").stdout)
    assert (key := found(tmp_path, made["key"])) is not None
    assert key.name == "reader"
    listed = courant(tmp_path, "keys", "list", "--json").stdout
    assert json.loads(listed)["id"] == made["id"]
    assert made["key"] not in listed
    assert courant(tmp_path, "keys", "revoke", made["id"]).returncode == 0
    assert found(tmp_path, made["key"]) is None


def test_revoking_what_is_not_there_is_refused(tmp_path: Path) -> None:
    done = courant(tmp_path, "keys", "revoke", "nobody")
    assert done.returncode == 2
    assert done.stderr == "courant: there is no key nobody that could be revoked\n"
