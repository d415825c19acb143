"""Imports point inward: the rules as one table, held against every import of every module that ships.

A module's rule is the row with the longest name it stands below. It may import the standard library, its own row's
modules, and what the row names. No import is hidden: those under ``TYPE_CHECKING`` and inside functions count alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.source_tree import Module, environment_uses, is_standard, modules, undocumented, within

ANYTHING = ("*",)
SERVICES = ("gateway", "status", "portrait_worker", "video_worker")

CORE = ("shared.domain", "shared.events", "shared.ports", "shared.tasks")
PURE = ("shared.catalogue", "shared.documents", "shared.prompting")
ANSWERS = ("shared.views", "shared.webhook_views")
WEB = ("fastapi", "starlette", "pydantic")


@dataclass(frozen=True, slots=True)
class Rule:
    """What the modules at and below ``whose`` may import: of ours, and of others' libraries."""

    whose: str
    ours: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


RULES = (
    # the rules of a job, and data about models and documents: no library at all
    Rule("shared"),
    Rule("shared.domain"),
    Rule("shared.catalogue", ("shared.domain",)),
    Rule("shared.documents", ("shared.domain",)),
    Rule("shared.prompting", ("shared.domain", "shared.documents")),
    # how tasks are stopped, whoever runs them
    Rule("shared.tasks"),
    # what the core needs of the world; the events, and the stored row of a port's record
    Rule("shared.ports", ("shared.domain",)),
    Rule("shared.events", ("shared.domain", "shared.ports"), ("pydantic",)),
    # what clients see of a job, whichever process tells them
    Rule("shared.views", CORE, ("pydantic",)),
    Rule("shared.webhook_views", (*CORE, "shared.views"), ("pydantic",)),
    # the chassis
    Rule("shared.worker", (*CORE, "shared.catalogue"), ("structlog",)),
    # adapters: the core, and their own library
    Rule("shared.jetstream", CORE, ("nats", "nkeys", "structlog")),
    Rule("shared.media", CORE, ("obstore", "PIL", "av", "httpx", "structlog")),
    Rule("shared.outbound", CORE, ("httpx", "standardwebhooks", "structlog")),
    Rule("shared.predictions", (*CORE, *PURE), ("structlog",)),
    Rule("shared.predictions.replicate", (*CORE, *PURE, "shared.outbound"), ("replicate", "httpx", "structlog")),
    Rule("shared.predictions.local", (*CORE, *PURE), ("PIL", "av", "structlog")),
    Rule("shared.http", CORE, (*WEB, "uvicorn", "prometheus_client", "structlog")),
    Rule("shared.runtime", ("shared.ports", "shared.tasks"), ("pydantic", "pydantic_settings", "structlog", "uvloop")),
    # what every service's composition root has in common
    Rule("shared.wiring", ("shared",), ANYTHING),
    # a service's core knows shared's core, and that is all
    *(Rule(service, (*CORE, *PURE, *ANSWERS, "shared.worker"), ("structlog",)) for service in SERVICES),
    *(Rule(f"{service}.config", ("shared.runtime", "shared.wiring"), ("pydantic",)) for service in SERVICES[1:]),
    # the provider's signature is the gateway's alone to check: a secret that cannot sign is refused at the start
    Rule(
        "gateway.config",
        ("shared.runtime", "shared.wiring", "gateway.keys"),
        ("pydantic", "pydantic_settings", "standardwebhooks"),
    ),
    # the keys file is an operator's writing, checked like a body
    Rule("gateway.keys", (*CORE, "gateway"), ("pydantic", "structlog")),
    Rule("gateway.routes.hooks", (*CORE, "shared.http", "gateway"), (*WEB, "standardwebhooks", "structlog")),
    *(Rule(f"{service}.wiring", ("shared", service), ANYTHING) for service in SERVICES),
    Rule("status.webhook_wiring", ("shared", "status"), ANYTHING),
    *(
        Rule(f"{service}.__main__", ("shared.runtime", "shared.wiring", f"{service}.config", f"{service}.wiring"))
        for service in SERVICES
    ),
    # the gateway's door: where requests become drafts, and jobs become answers
    *(
        Rule(f"gateway.{door}", (*CORE, *PURE, *ANSWERS, "shared.http", "gateway"), (*WEB, "structlog"))
        for door in ("app", "bodies", "door", "routes", "services")
    ),
)

OUTER = (
    *(f"{service}.{edge}" for service in SERVICES for edge in ("wiring", "__main__", "config")),
    "shared.wiring",
    "status.webhook_wiring",
)
"""The edges: they import everything, so nothing but an edge may import them."""

LONGEST = 300
"""Lines after which a module holds a second thing."""


def rule_of(name: str) -> Rule:
    return max((rule for rule in RULES if within(name, rule.whose)), key=lambda rule: len(rule.whose))


def offences(module: Module, known: frozenset[str]) -> list[str]:
    """Return each import of the module that its rule does not allow, as a sentence."""
    rule = rule_of(module.name)
    return [
        f"{module.name} may not import {name} (rule of {rule.whose})"
        for name in sorted(set(module.imports(known)))
        if not allowed(name, rule)
    ]


def allowed(name: str, rule: Rule) -> bool:
    if any(within(name, service) for service in ("shared", *SERVICES)):
        return ours_allowed(name, rule)
    return is_standard(name) or rule.libraries == ANYTHING or any(within(name, one) for one in rule.libraries)


def ours_allowed(name: str, rule: Rule) -> bool:
    if rule_of(name) == rule:
        return True
    if any(within(name, edge) for edge in OUTER) and not any(within(rule.whose, edge) for edge in OUTER):
        return False
    return any(within(name, one) for one in rule.ours)


def graph(found: Iterable[Module], known: frozenset[str]) -> Mapping[str, set[str]]:
    return {module.name: {name for name in module.imports(known) if name in known} - {module.name} for module in found}


def names(found: Iterable[Module]) -> frozenset[str]:
    return frozenset(module.name for module in found)


def test_every_import_is_allowed() -> None:
    found = modules()
    known = names(found)
    assert not [offence for module in found for offence in offences(module, known)]


def test_no_modules_import_each_other_in_a_circle() -> None:
    found = modules()
    TopologicalSorter(graph(found, names(found))).prepare()


def test_only_settings_read_the_environment() -> None:
    readers = [module.name for module in modules() if environment_uses(module)]
    settings = ("shared.runtime", *(f"{service}.config" for service in SERVICES))
    assert not [name for name in readers if not any(within(name, one) for one in settings)]


def test_no_module_is_imported_by_a_name_made_at_run_time() -> None:
    assert not [module.name for module in modules() if "importlib.import_module" in module.source]


def test_no_module_is_too_long() -> None:
    assert not [module.name for module in modules() if module.source.count("\n") > LONGEST]


def test_everything_public_says_what_it_is() -> None:
    assert not [name for module in modules() for name in undocumented(module)]


def module(name: str, source: str) -> Module:
    return Module(name, Path(f"{name.rpartition('.')[2]}.py"), source)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("shared.domain.job", "import pydantic"),
        ("shared.domain.job", "from shared.ports import clock"),
        ("shared.events.codec", "def f():\n    import nats"),
        (
            "shared.worker.run",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shared.jetstream import pull",
        ),
        ("shared.jetstream.pull", "import httpx"),
        ("shared.jetstream.pull", "from shared.media import store"),
        ("shared.media.store", "import replicate"),
        ("shared.predictions.local.drawing", "import replicate"),
        ("shared.ports.clock", "from shared.wiring import bus"),
        ("gateway.submission", "from fastapi import Request"),
        ("gateway.submission", "from shared.jetstream.requests import Requests"),
        ("gateway.routes.jobs", "import gateway.wiring"),
        ("gateway.routes.jobs", "import uvicorn"),
        ("gateway.wiring", "from status import folding"),
        ("portrait_worker.prompt", "from video_worker.rewording import reword"),
        ("status.__main__", "from shared.jetstream.connection import connect"),
        ("status.folding", "from ..shared import media"),
    ],
)
def test_a_forbidden_import_is_found(name: str, source: str) -> None:
    assert offences(module(name, source), names(modules()))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("shared.domain.job", "import json, enum\nfrom shared.domain import ids"),
        ("shared.jetstream.pull", "import nats.aio.client\nfrom shared.ports import bus"),
        ("gateway.routes.jobs", "from fastapi import APIRouter\nfrom gateway.lookup import Lookup"),
        ("gateway.wiring", "import nats\nfrom shared.media import store\nfrom gateway import app"),
        ("status.__main__", "from status.wiring import run"),
    ],
)
def test_an_allowed_import_is_left_alone(name: str, source: str) -> None:
    assert not offences(module(name, source), names(modules()))


def test_a_circle_under_type_checking_is_found() -> None:
    one = module("shared.domain.one", "from shared.domain import two")
    two = module("shared.domain.two", "if TYPE_CHECKING:\n    import shared.domain.one")
    with pytest.raises(CycleError):
        TopologicalSorter(graph([one, two], names([one, two]))).prepare()


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A']", "import os\nos.getenv('A')", "from os import environ"]
)
def test_a_look_at_the_environment_is_found(source: str) -> None:
    assert environment_uses(module("shared.worker.run", source))


def test_silence_is_found() -> None:
    source = '"""Said."""\nclass Public:\n    """Said."""\n    def method(self): ...\ndef _private(): ...'
    assert undocumented(module("shared.domain.one", source)) == ["shared.domain.one.Public.method"]
