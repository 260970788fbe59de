"""Stores that tests name in place of `store`, which runs them once for each kind: `store = sqlite_only` in a module."""

import pytest

from service.store import Store


@pytest.fixture
def sqlite_only(sqlite_store: Store) -> Store:
    """One kind is enough: what is tested there never differs between databases, or is asked of both elsewhere."""
    return sqlite_store
