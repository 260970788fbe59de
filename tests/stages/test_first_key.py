"""The key that an installation makes for itself when it first comes up."""

from consumers.cli.opening import first_key
from service.model import MAIN
from service.sealing import UNSEALED
from service.store import Store
from service.store.audit import Sought
from tests.clock import SetClock


async def test_the_first_key_is_made_once_and_noted_down(store: Store) -> None:
    clock = SetClock()
    assert await first_key(store, clock, UNSEALED)
    assert await first_key(store, clock, UNSEALED) == ""
    (act,) = await store.read(lambda tx: tx.audit.list(Sought(MAIN), None, 10))
    assert (act.method, act.route, act.result) == ("CLI", "courant up", "done")
