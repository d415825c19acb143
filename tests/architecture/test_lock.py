"""The locks: every package pinned with its hashes, nowhere an address, and all that the packages ask for in them."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.source_tree import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "tools.lock", ROOT / "clients/js/node.lock"]
PACKAGES = [ROOT / "pyproject.toml", ROOT / "shared/pyproject.toml", *sorted(ROOT.glob("services/*/pyproject.toml"))]

REGISTRIES = tuple(
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
    ]
)
"""Where packages and images come from is the machine's business: no file of ours says it."""

TEXT = {
    ".cfg",
    ".conf",
    ".css",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".lock",
    ".md",
    ".py",
    ".sh",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}
PLAIN = {"Dockerfile", "Makefile", "Procfile", "run", ".dockerignore", ".env.example", ".gitignore"}
NOT_OURS = {
    ".git",
    ".venv",
    ".tools",
    ".data",
    "data",
    "__pycache__",
    "node_modules",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}


def entries(lock: Path) -> dict[Requirement, list[str]]:
    """Return each locked requirement with the hashes it may have."""
    lines = re.sub(r"\s*#.*", "", lock.read_text()).replace("\\\n", " ")
    rows = [row.split("--hash=") for row in lines.splitlines() if row.strip()]
    return {Requirement(row[0].strip()): [digest.strip() for digest in row[1:]] for row in rows}


def asked_for(pyproject: Path) -> Iterator[Requirement]:
    """Yield everything a package asks for: to run, for an extra, to develop, to be built."""
    content: dict[str, Any] = tomllib.loads(pyproject.read_text())
    project = content["project"]
    lists = [
        project["dependencies"],
        *project.get("optional-dependencies", {}).values(),
        *content.get("dependency-groups", {}).values(),
        content.get("build-system", {}).get("requires", []),
    ]
    yield from (Requirement(text) for texts in lists for text in texts)


def our_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        yield from (Path(folder, name) for name in files if Path(name).suffix in TEXT or name in PLAIN)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_every_entry_is_one_version_with_its_hashes(lock: Path) -> None:
    found = entries(lock)
    assert found
    assert not [str(one) for one in found if not re.fullmatch(r"==[^=*,]+", str(one.specifier))]
    assert not [str(one) for one, digests in found.items() if not digests]
    assert not [one for digests in found.values() for one in digests if not re.fullmatch(r"sha256:[0-9a-f]{64}", one)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_no_entry_names_an_address(lock: Path) -> None:
    assert not [str(one) for one in entries(lock) if one.url]
    assert "://" not in lock.read_text()


def test_the_clients_tools_are_pinned_by_their_contents_and_no_address() -> None:
    packages = json.loads((ROOT / "clients/js/package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    assert not [name for name, package in installed.items() if "integrity" not in package or "resolved" in package]


@pytest.mark.parametrize("pyproject", PACKAGES, ids=lambda path: str(path.parent.name))
def test_the_lock_has_what_the_packages_ask_for(pyproject: Path) -> None:
    ours = {tomllib.loads(path.read_text())["project"]["name"] for path in PACKAGES}
    locked = entries(LOCKS[0])
    missing = [
        str(wanted)
        for wanted in asked_for(pyproject)
        if wanted.name not in ours and not any(meets(one, wanted) for one in locked)
    ]
    assert not missing, f"run `make lock`: {missing}"


def meets(locked: Requirement, wanted: Requirement) -> bool:
    version = str(locked.specifier).removeprefix("==")
    return canonicalize_name(locked.name) == canonicalize_name(wanted.name) and wanted.specifier.contains(
        version, prereleases=True
    )


def test_no_file_names_a_registry() -> None:
    naming = [
        f"{path.relative_to(ROOT)} names {host}"
        for path in our_files()
        if path.name != "uv.lock"
        for host in REGISTRIES
        if host in path.read_text(errors="replace")
    ]
    assert not naming
