"""The Kubernetes manifests against the published schemas, against the code they run, and against their own promises."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

import gateway.config
import portrait_worker.config
import status.config
import video_worker.config
from deploy.nats.credentials import make_certificates, make_users
from gateway.door.batches import MAX_BATCH_BYTES
from gateway.live import MOST_WAIT
from shared.domain.kinds import Kind
from shared.jetstream.topology import JOBS, worker_consumer
from shared.runtime.settings import CommonSettings
from tests.support.manifest_schemas import check
from tests.support.manifests import (
    KUBERNETES,
    Manifest,
    kubectl,
    kustomization,
    patched,
    pods,
    referred,
    rendered,
    written,
)
from tests.support.nats_server import nats_server_program
from tests.support.source_tree import ROOT

OVERLAYS = sorted((KUBERNETES / "overlays").iterdir())
SERVICES: dict[str, type[CommonSettings]] = {
    "gateway": gateway.config.Settings,
    "status": status.config.Settings,
    "portrait-worker": portrait_worker.config.Settings,
    "video-worker": video_worker.config.Settings,
}


def named(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


WRITTEN = written()
RUNNING = [(manifest, spec) for manifest in WRITTEN if (spec := pods(manifest)) is not None]
RUNNING_IDS = [named(manifest) for manifest, _ in RUNNING]


def of_kind(kind: str) -> list[Manifest]:
    return [manifest for manifest in WRITTEN if manifest["kind"] == kind]


@pytest.mark.parametrize("manifest", WRITTEN, ids=named)
def test_a_resource_is_what_the_published_schema_says(manifest: Manifest) -> None:
    check(manifest)


def test_a_misspelt_field_is_found() -> None:
    wrong = yaml.safe_load((KUBERNETES / "base" / "namespace.yaml").read_text()) | {"specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        check(wrong)


def test_each_worker_is_scaled_by_the_backlog_of_its_own_consumer() -> None:
    triggers = {one["spec"]["scaleTargetRef"]["name"]: one["spec"]["triggers"] for one in of_kind("ScaledObject")}
    assert set(triggers) == {f"{kind}-worker" for kind in Kind}
    for kind in Kind:
        (trigger,) = triggers[f"{kind}-worker"]
        assert (trigger["metadata"]["stream"], trigger["metadata"]["consumer"]) == (JOBS, worker_consumer(kind))
        # the account of users who belong to no other
        assert trigger["metadata"]["account"] == "$G"
        # below what one worker holds, or it would be full before a second is asked for
        assert int(trigger["metadata"]["lagThreshold"]) < 500


def test_the_backlog_is_read_where_the_servers_show_it() -> None:
    (service,) = [one for one in of_kind("Service") if one["metadata"]["name"] == "nats"]
    (monitor,) = [port["port"] for port in service["spec"]["ports"] if port["name"] == "monitor"]
    namespace = kustomization(KUBERNETES / "base")["namespace"]
    for one in of_kind("ScaledObject"):
        endpoint = one["spec"]["triggers"][0]["metadata"]["natsServerMonitoringEndpoint"]
        assert endpoint == f"nats.{namespace}.svc.cluster.local:{monitor}"


@pytest.mark.parametrize(("manifest", "spec"), RUNNING, ids=RUNNING_IDS)
def test_what_runs_may_do_little_and_says_how_it_is(manifest: Manifest, spec: Manifest) -> None:
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    (container,) = spec["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]
    assert re.search(r":[\w.-]+$", container["image"])
    assert not container["image"].endswith(":latest")


@pytest.mark.parametrize(("manifest", "spec"), RUNNING, ids=RUNNING_IDS)
def test_a_drained_machine_takes_no_more_than_one_of_each_at_a_time(manifest: Manifest, spec: Manifest) -> None:
    labels = manifest["spec"]["selector"]["matchLabels"]
    budgets = [one for one in of_kind("PodDisruptionBudget") if one["spec"]["selector"]["matchLabels"] == labels]
    assert [one["spec"]["maxUnavailable"] for one in budgets] == [1]
    # a pod that is stopped has ten seconds' work left
    assert spec["terminationGracePeriodSeconds"] >= 20


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_asked_where_it_answers(service: str) -> None:
    spec = next(spec for manifest, spec in RUNNING if manifest["metadata"]["name"] == service)
    (container,) = spec["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    # a service that waits for NATS is well: restarting it brings NATS no nearer
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"


def test_whatever_the_gateway_takes_comes_through_the_ingress() -> None:
    (ingress,) = of_kind("Ingress")
    annotations = {name.rpartition("/")[2]: text for name, text in ingress["metadata"]["annotations"].items()}
    assert int(annotations["proxy-body-size"].removesuffix("m")) * 1024 * 1024 > MAX_BATCH_BYTES
    assert int(annotations["proxy-read-timeout"]) > MOST_WAIT


def test_the_ingress_keeps_to_itself_how_a_gateway_is() -> None:
    (ingress,) = of_kind("Ingress")
    [rule] = ingress["spec"]["rules"]
    to = {(one["path"], one["pathType"]): one["backend"]["service"]["name"] for one in rule["http"]["paths"]}
    services = {one["metadata"]["name"]: one["spec"] for one in of_kind("Service")}

    assert to.pop(("/", "Prefix")) == "gateway"
    assert to == {("/metrics", "Exact"): "nobody", ("/readyz", "Exact"): "nobody"}
    assert "selector" not in services["nobody"]


def settings() -> Iterator[str]:
    for folder in (KUBERNETES / "base", *OVERLAYS):
        for generator in kustomization(folder).get("configMapGenerator", []):
            yield from (literal.partition("=")[0] for literal in generator.get("literals", []))
    for _, spec in RUNNING:
        for container in spec["containers"]:
            yield from (entry["name"] for entry in container.get("env", []) if container["name"] in SERVICES)


def test_only_settings_that_there_are_are_set() -> None:
    known = {name.upper() for each in SERVICES.values() for name in each.model_fields} | {"AWS_REGION", "AWS_ENDPOINT"}
    assert set(settings()) <= known


def test_secrets_are_named_and_nowhere_included() -> None:
    assert not of_kind("Secret")
    assert not [path for path in KUBERNETES.rglob("*.yaml") if "secretGenerator" in path.read_text()]
    made = re.findall(r"kubectl create secret generic (\S+)", (ROOT / "docs" / "operations.md").read_text())
    guide = " ".join(made).replace("nats-$user", " ".join(f"nats-{service}" for service in SERVICES)).split()
    wanted = {name for _, spec in RUNNING for name in referred(spec, "secret")}
    assert wanted
    assert wanted <= {*guide, "webhooks", "replicate-webhook"}


def test_configurations_that_are_mounted_are_made() -> None:
    folders = (KUBERNETES / "base", ROOT / "deploy" / "nats")
    made = {one["name"] for folder in folders for one in kustomization(folder)["configMapGenerator"]}
    assert {name for _, spec in RUNNING for name in referred(spec, "configMap")} == made


def test_nats_takes_its_configuration(tmp_path: Path) -> None:
    make_users(tmp_path)
    make_certificates(tmp_path, ["nats-0.nats"])
    users = (tmp_path / "server" / "users.env").read_text().split()
    variables = dict(line.split("=", 1) for line in users) | {"POD_NAME": "nats-0", "PATH": os.environ["PATH"]}
    text = (KUBERNETES / "base" / "nats-server.conf").read_text()
    for inside, here in {"/run/greenroom": tmp_path / "server", "/data": tmp_path, "/run/nats": tmp_path}.items():
        text = text.replace(f" {inside}", f" {here}")
    (tmp_path / "nats-server.conf").write_text(text)
    (tmp_path / "users.conf").write_text((ROOT / "deploy" / "nats" / "users.conf").read_text())

    program = [nats_server_program(), "-t", "--config", str(tmp_path / "nats-server.conf")]
    done = subprocess.run(program, env=variables, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 0, done.stderr
    assert "sync_interval: always" in text


def assert_applicable(manifests: list[Manifest]) -> None:
    """Hold all to their schemas, and pods to what none says: no name and no place twice, and no mount of nothing."""
    for manifest in manifests:
        check(manifest)
        spec = pods(manifest) or {}
        claimed = (
            [claim["metadata"]["name"] for claim in manifest["spec"].get("volumeClaimTemplates", [])] if spec else []
        )
        volumes = [volume["name"] for volume in spec.get("volumes", [])] + claimed
        assert len(set(volumes)) == len(volumes), (named(manifest), volumes)
        for container in spec.get("containers", []):
            mounts = container.get("volumeMounts", [])
            places, names = [mount["mountPath"] for mount in mounts], {mount["name"] for mount in mounts}
            assert len(set(places)) == len(places), (named(manifest), places)
            assert names == set(volumes), (named(manifest), names, volumes)
            variables = [entry["name"] for entry in container.get("env", [])]
            assert len(set(variables)) == len(variables), (named(manifest), variables)


def inside(manifests: list[Manifest]) -> dict[str, Any]:
    """Return, by what runs it, which volumes there are, and where which container has them and what variables."""
    return {
        named(one): [
            [volume["name"] for volume in spec["volumes"]],
            *((each["name"], each["volumeMounts"], each.get("env")) for each in spec["containers"]),
        ]
        for one in manifests
        if (spec := pods(one)) is not None
    }


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: str(path.name))
def test_an_overlay_asks_for_nothing_twice(overlay: Path) -> None:
    manifests = patched(overlay)
    assert_applicable(manifests)


def test_the_keys_file_has_one_name_wherever_it_is_said() -> None:
    (gateway,) = [one for one in patched(KUBERNETES / "overlays" / "production") if named(one) == "Deployment/gateway"]
    spec = gateway["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    [volume] = [one["name"] for one in spec["volumes"] if one.get("secret", {}).get("secretName") == "api-keys"]
    [place] = [one["mountPath"] for one in container["volumeMounts"] if one["name"] == volume]
    [path] = [one["value"] for one in container["env"] if one["name"] == "API_KEYS_FILE"]
    guide = (ROOT / "docs" / "operations.md").read_text()
    [made] = re.findall(r"create secret generic api-keys --from-file=(\S+)", guide)

    # in the base without the component, in compose, and in the guide
    assert path == f"{place}/{made}" == "/run/keys/keys.json"
    assert f"API_KEYS_FILE={path}" in guide


@pytest.mark.skipif(kubectl() is None, reason="rendering needs kubectl")
@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: str(path.name))
def test_an_overlay_renders_to_what_the_schemas_allow(overlay: Path) -> None:
    manifests = rendered(overlay)
    assert_applicable(manifests)
    # read without kubectl the patches come to the same
    assert inside(manifests) == inside(patched(overlay))
    assert {named(one) for one in WRITTEN} <= {named(one) for one in manifests}
    made = {one["metadata"]["name"] for one in manifests if one["kind"] == "ConfigMap"}
    specs = [spec for one in manifests if (spec := pods(one)) is not None]
    assert {name for spec in specs for name in referred(spec, "configMap")} == made
    assert {one["metadata"].get("namespace", "greenroom") for one in manifests} == {"greenroom"}
