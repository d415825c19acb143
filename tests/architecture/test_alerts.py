"""The alert rules against the metrics there are, and the guide against the rules."""

import re
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from shared.domain.kinds import Kind
from shared.domain.webhooks import Outcome
from shared.http.meters import PrometheusDeliveryMeters, PrometheusMeters, queue_metrics, show_number
from shared.ports.meters import Depth, Happening
from tests.support.markdown import page
from tests.support.source_tree import ROOT

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
NAMES = [rule["alert"] for rule in RULES]
# What Prometheus and its client library have of themselves
THEIRS = {"up", "process_open_fds", "process_max_fds"}
VALUES = {"happening": {one.value for one in Happening}, "outcome": {one.value for one in Outcome}}


def shown() -> set[str]:
    """Return the names of the metrics that our services show."""
    workers, status = CollectorRegistry(), CollectorRegistry()
    PrometheusMeters(workers, Kind.PORTRAIT).count(Kind.PORTRAIT, Happening.TAKEN)
    PrometheusDeliveryMeters(status)
    gateway = queue_metrics(lambda: {Kind.PORTRAIT: Depth(0, 0, 0, 0.0)})
    show_number(gateway, "greenroom_live_clients", "", lambda: 0.0)
    text = "\n".join(generate_latest(each).decode() for each in (workers, status, gateway))
    return set(re.findall(r"^(\w+)[{ ]", text, flags=re.MULTILINE))


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_asks_for_what_there_is(rule: dict[str, Any]) -> None:
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)", "", rule["expr"])
    called = set(re.findall(r"\b([a-z_]+)\b(?!\s*\()", bare)) - {"and", "or", "on", "by"}
    assert called
    assert called <= shown() | THEIRS
    for label, values in VALUES.items():
        asked = re.findall(rf'{label}=~?"([^"]+)"', rule["expr"])
        assert {value for text in asked for value in text.split("|")} <= values


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_says_how_urgent_it_is_and_what_is_the_matter(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
    assert rule["expr"].count("(") == rule["expr"].count(")")


def test_the_guide_has_every_alert_and_no_other() -> None:
    rows = page("docs/operations.md").rows("alert", "means", "do")
    assert [row[0].strip("`") for row in rows] == NAMES
