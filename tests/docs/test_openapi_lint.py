"""The committed OpenAPI document against the rules of Spectral and of OWASP, where there is npm."""

import shutil
import subprocess
from pathlib import Path

import pytest

LINT = Path(__file__).parents[1] / "spectral" / "lint.sh"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_there_is_nothing_to_warn_of() -> None:
    told = subprocess.run([LINT], capture_output=True, text=True, check=False)
    if told.returncode == 75:
        pytest.skip("the packages of tests/spectral could not be fetched")
    assert told.returncode == 0, told.stdout + told.stderr
