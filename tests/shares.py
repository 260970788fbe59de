"""xdist hands out one share after the other to whoever has nothing to do, in the order in which they were collected."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.sharing import share


class Shares(LoadScopeScheduling):
    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the longest come first, and not the shares of most tests

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)
