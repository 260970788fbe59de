"""What the log says of an error: where it was, and nothing that a variable held."""

import subprocess
import sys

import pytest

PROGRAM = """
import structlog
from service import telemetry
from service.settings import LogSettings

telemetry.configure(LogSettings(json_lines={json_lines}))

def fail(secret):
    raise ValueError("a fault")

try:
    fail("hunter" + "2")
except ValueError:
    structlog.get_logger("tests").exception("failed")
"""


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_traceback_shows_no_values(json_lines: bool) -> None:
    command = [sys.executable, "-c", PROGRAM.format(json_lines=json_lines)]
    log = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "ValueError" in log
    assert "a fault" in log
    assert "hunter2" not in log
    assert "\x1b" not in log, "colours are for terminals"
