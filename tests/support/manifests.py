"""The Kubernetes manifests: as written, with an overlay's patches, and as ``kubectl kustomize`` renders them."""

import copy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.source_tree import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes"
Manifest = dict[str, Any]


def written() -> list[Manifest]:
    """Return every resource that is written whole: of the base and the components."""
    folders = (KUBERNETES / "base", *(KUBERNETES / "components").iterdir())
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml")) if file.stem != "kustomization"]
    return [document for file in files for document in yaml.safe_load_all(file.read_text())]


def kustomization(folder: Path) -> Manifest:
    """Return a folder's kustomization."""
    found: Manifest = yaml.safe_load((folder / "kustomization.yaml").read_text())
    return found


def kubectl() -> str | None:
    """Return the program that renders, None where there is none."""
    return shutil.which("kubectl")


def rendered(overlay: Path) -> list[Manifest]:
    """Return what an overlay comes to."""
    program = kubectl()
    assert program is not None
    done = subprocess.run([program, "kustomize", str(overlay)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def patched(overlay: Path) -> list[Manifest]:
    """Return what is written with an overlay's patches, and its components', in it: what needs no program.

    Of kustomize there is here what the manifests use: JSON patches that add, and files laid over a resource.
    """
    manifests = copy.deepcopy(written())
    components = [(overlay / path).resolve() for path in kustomization(overlay).get("components", [])]
    for folder in (*components, overlay):
        for patch in kustomization(folder).get("patches", []):
            if "path" in patch:
                laid = yaml.safe_load((folder / patch["path"]).read_text())
                _lay_over(_the(manifests, laid["kind"], laid["metadata"]["name"]), laid)
                continue
            target = _the(manifests, patch["target"]["kind"], patch["target"]["name"])
            for step in yaml.safe_load(patch["patch"]):
                assert step["op"] == "add", f"{folder}: teach this to {step['op']}"
                _add(target, step["path"].strip("/").split("/"), step["value"])
    return manifests


def _the(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    (found,) = [one for one in manifests if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


def _add(target: Any, path: list[str], value: Any) -> None:
    """Add a value as RFC 6902 does: to a list's end at ``-``, into a list at a number, else under a name."""
    for part in path[:-1]:
        target = target[int(part)] if isinstance(target, list) else target[part]
    if not isinstance(target, list):
        target[path[-1]] = value
    elif path[-1] == "-":
        target.append(value)
    else:
        target.insert(int(path[-1]), value)


def _lay_over(target: Manifest, laid: Manifest) -> None:
    for key, value in laid.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _lay_over(target[key], value)
        else:
            target[key] = value


def pods(manifest: Manifest) -> Manifest | None:
    """Return the pods' spec of what runs pods, else None."""
    if manifest["kind"] not in ("Deployment", "StatefulSet"):
        return None
    found: Manifest = manifest["spec"]["template"]["spec"]
    return found


def referred(spec: Manifest, kind: str) -> Iterator[str]:
    """Yield the names of the ``configMap`` or ``secret`` objects that a pod's spec refers to, wherever it does."""
    for key, value in walk(spec):
        if key in (kind, f"{kind}Ref", f"{kind}KeyRef") and isinstance(value, dict):
            yield value.get("name") or value.get("secretName") or ""


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key and value, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
