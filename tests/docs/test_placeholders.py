"""The sealing keys that the files of an installation come with: one works for trying it out, the others for nobody."""

from pathlib import Path

import pytest
import yaml

from service.errors import Misconfigured
from service.sealing import read_ring

ROOT = Path(__file__).parents[2]
NAME = "COURANT_SEALING_KEYS"


def test_compose_comes_with_a_key_that_works() -> None:
    environment = yaml.safe_load((ROOT / "compose.yaml").read_text())["x-courant"]["environment"]
    ring = read_ring(environment[NAME])
    assert ring.open(ring.seal("a secret", "owner"), "owner") == "a secret"


def test_nobody_runs_with_the_key_of_the_example() -> None:
    patches = yaml.safe_load((ROOT / "k8s/overlays/example/kustomization.yaml").read_text())["patches"]
    (secret,) = [yaml.safe_load(each["patch"]) for each in patches if "stringData" in each["patch"]]
    with pytest.raises(Misconfigured):
        read_ring(secret["stringData"][NAME])


def test_the_base_has_no_key() -> None:
    assert yaml.safe_load((ROOT / "k8s/base/secret.yaml").read_text())["stringData"][NAME] == ""
