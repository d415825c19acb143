"""How many cores a process takes for its own."""

import os
from pathlib import Path

import pytest

from shared.runtime.cores import cores

HERE = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("quota", "ours"),
    [
        ("max 100000", HERE),
        ("100000 100000", 1),
        ("20000 100000", 1),
        ("150000 100000", min(2, HERE)),
        ("6400000 100000", HERE),
        ("", HERE),
    ],
)
def test_a_containers_share_is_what_it_was_given(tmp_path: Path, quota: str, ours: int) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert cores(tmp_path / "cpu.max") == ours


def test_without_a_quota_they_are_the_machines(tmp_path: Path) -> None:
    assert cores(tmp_path / "cpu.max") == HERE
