"""Whatever may be asked is answered as the document says; `python -m tests.api.fuzz 200` asks for longer."""

from pathlib import Path

import pytest

EXAMPLES = 2
"""An operation. Half a minute of processor time for all of them."""


@pytest.mark.slow
def test_every_operation_keeps_to_the_document_whatever_it_is_asked(tmp_path: Path) -> None:
    from tests.api.fuzz import check, running  # a second, which a run without this test need not take

    with running(tmp_path) as (app, key):
        told = dict(check(app, key, EXAMPLES))
    assert len(told) > 100
    assert not {operation: wrong for operation, wrong in told.items() if wrong}
