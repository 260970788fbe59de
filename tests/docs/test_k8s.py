"""The Kubernetes files, as kubectl renders them: valid, of one piece, and in step with the settings.

kubectl is in no Debian package, so where it is missing these tests are skipped, in CI too.
"""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
KUSTOMIZATIONS = [
    "k8s/base",
    *sorted(str(p.parent.relative_to(ROOT)) for p in ROOT.glob("k8s/overlays/*/*.yaml")),
]
ROLES = ("serve", "poll", "work", "deliver")
WORKLOADS = ("Deployment", "Job")
VERSIONS = ("1.31", "1.34")

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")


@cache
def rendered(folder: str) -> list[dict[str, Any]]:
    done = subprocess.run(["kubectl", "kustomize", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(params=KUSTOMIZATIONS)
def objects(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return rendered(request.param)


def of_kind(objects: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    found = [thing for thing in objects if thing["kind"] in kinds]
    assert found, f"no {' or '.join(kinds)}"
    return found


def pods(objects: list[dict[str, Any]], *kinds: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, pod template and its only container of each workload."""
    for workload in of_kind(objects, *(kinds or WORKLOADS)):
        template = workload["spec"]["template"]
        (container,) = template["spec"]["containers"]
        yield workload["metadata"]["name"], template, container


def environment(objects: list[dict[str, Any]]) -> dict[str, str]:
    """The variables every pod gets."""
    (settings,), (secrets,) = of_kind(objects, "ConfigMap"), of_kind(objects, "Secret")
    given: dict[str, str] = settings["data"] | secrets["stringData"]
    return given


def test_there_is_an_overlay_to_start_from() -> None:
    assert len(KUSTOMIZATIONS) > 1


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid(objects: list[dict[str, Any]], version: str) -> None:
    for thing in objects:
        kubernetes_validate.validate(thing, version, strict=True)


def test_every_role_has_a_deployment_and_there_is_one_migration(objects: list[dict[str, Any]]) -> None:
    assert {tuple(c["args"]) for _, _, c in pods(objects, "Deployment")} == {(role,) for role in ROLES}
    assert [c["args"] for _, _, c in pods(objects, "Job")] == [["migrate"]]


def test_one_image_runs_everything(objects: list[dict[str, Any]]) -> None:
    images = {container["image"] for _, _, container in pods(objects)}
    assert len(images) == 1
    assert ":" in images.pop(), "an image needs a tag"


def test_every_variable_is_a_setting_with_a_value_that_holds(objects: list[dict[str, Any]]) -> None:
    nested: dict[str, Any] = {}
    for name, value in environment(objects).items():
        assert name.startswith(PREFIX)
        *sections, last = name.removeprefix(PREFIX).lower().split("__")
        place = nested
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
    settings = Settings.model_validate(nested)  # refuses what it does not know
    assert not settings.embedded


def test_pods_take_settings_and_secrets_that_exist(objects: list[dict[str, Any]]) -> None:
    known = {(thing["kind"], thing["metadata"]["name"]) for thing in of_kind(objects, "ConfigMap", "Secret")}
    for name, _, container in pods(objects):
        taken = {
            ("ConfigMap", source["configMapRef"]["name"]) for source in container["envFrom"] if "configMapRef" in source
        }
        taken |= {("Secret", source["secretRef"]["name"]) for source in container["envFrom"] if "secretRef" in source}
        assert taken == known, name


def test_every_selector_finds_its_pods(objects: list[dict[str, Any]]) -> None:
    labels = [template["metadata"]["labels"] for _, template, _ in pods(objects)]
    for thing in of_kind(objects, "Deployment", "PodDisruptionBudget", "Service", "NetworkPolicy"):
        spec = thing["spec"]
        selector = (
            spec["selector"]
            if thing["kind"] == "Service"
            else spec.get("selector", spec.get("podSelector"))["matchLabels"]
        )
        chosen = [own for own in labels if selector.items() <= own.items()]
        alone = thing["kind"] != "NetworkPolicy"
        assert len(chosen) == 1 if alone else chosen, f"{thing['kind']} {thing['metadata']['name']} selects {chosen}"


def test_every_deployment_has_a_disruption_budget(objects: list[dict[str, Any]]) -> None:
    names = {
        kind: {thing["metadata"]["name"] for thing in of_kind(objects, kind)}
        for kind in ("Deployment", "PodDisruptionBudget")
    }
    assert names["Deployment"] == names["PodDisruptionBudget"]


def test_probes_ask_the_port_that_the_settings_open(objects: list[dict[str, Any]]) -> None:
    given = environment(objects)
    for name, _, container in pods(objects, "Deployment"):
        (port,) = container["ports"]
        setting = "COURANT_API__PORT" if container["args"] == ["serve"] else "COURANT_METRICS_PORT"
        assert str(port["containerPort"]) == given[setting], name
        for probe, path in {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}.items():
            assert container[f"{probe}Probe"]["httpGet"] == {"path": path, "port": port["name"]}, f"{probe} of {name}"


def test_services_and_policies_name_ports_that_exist(objects: list[dict[str, Any]]) -> None:
    named = {port["name"] for _, _, container in pods(objects, "Deployment") for port in container["ports"]}
    for service in of_kind(objects, "Service"):
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= named
    for policy in of_kind(objects, "NetworkPolicy"):
        for rule in policy["spec"].get("ingress", []):
            assert {port["port"] for port in rule["ports"]} <= named


def test_pods_have_no_rights_they_do_not_need(objects: list[dict[str, Any]]) -> None:
    """What the `restricted` Pod Security Standard asks, and a read-only root."""
    for name, template, container in pods(objects):
        pod, own = template["spec"]["securityContext"], container["securityContext"]
        assert pod["runAsNonRoot"], name
        assert pod["runAsUser"] == 10001, name
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert own["capabilities"] == {"drop": ["ALL"]}, name
        assert own["readOnlyRootFilesystem"], name
        assert not own["allowPrivilegeEscalation"], name
        assert not template["spec"]["automountServiceAccountToken"], name
        assert container["resources"]["limits"].keys() == {"memory"}, name


def test_there_is_time_to_finish_the_work_in_hand(objects: list[dict[str, Any]]) -> None:
    for name, template, _ in pods(objects, "Deployment"):
        assert template["spec"]["terminationGracePeriodSeconds"] > Settings().work.drain_seconds, name


def most_replicas(objects: list[dict[str, Any]]) -> dict[str, int]:
    """Pods of each Deployment at most; either it says how many, or an autoscaler does, never both."""
    found = {}
    for thing in of_kind(objects, "Deployment"):
        if "replicas" in thing["spec"]:
            found[thing["metadata"]["name"]] = thing["spec"]["replicas"]
    for thing in [thing for thing in objects if thing["kind"] == "HorizontalPodAutoscaler"]:
        assert found.setdefault(thing["spec"]["scaleTargetRef"]["name"], 0) == 0, "two say how many"
        found[thing["spec"]["scaleTargetRef"]["name"]] = thing["spec"]["maxReplicas"]
    return found


def test_somebody_says_how_many_there_are_of_each_role(objects: list[dict[str, Any]]) -> None:
    assert most_replicas(objects).keys() == {thing["metadata"]["name"] for thing in of_kind(objects, "Deployment")}


def test_no_more_workers_than_partitions(objects: list[dict[str, Any]]) -> None:
    assert most_replicas(objects)["courant-work"] <= int(environment(objects)["COURANT_KAFKA__PARTITIONS"])


def test_the_internet_is_open_to_those_who_need_it_and_never_the_inside(
    objects: list[dict[str, Any]],
) -> None:
    marked = {name for name, template, _ in pods(objects) if template["metadata"]["labels"].get("courant/internet")}
    assert marked == {"courant-poll", "courant-work", "courant-deliver"}
    (internet,) = [p for p in of_kind(objects, "NetworkPolicy") if p["metadata"]["name"] == "courant-internet"]
    (rule,) = internet["spec"]["egress"]
    excepted = rule["to"][0]["ipBlock"]["except"]
    assert {"10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(excepted)
    assert {port["port"] for port in rule["ports"]} == set(Settings().egress.allow_ports)
