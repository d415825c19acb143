"""``.env.example`` is the list of settings people read: it has every one, with its true default, and no other."""

import re

import pytest
from pydantic_core import PydanticUndefined

import gateway.config
import portrait_worker.config
import status.config
import video_worker.config
from deploy.local.up import read_dotenv
from shared.runtime.settings import CommonSettings
from tests.support.source_tree import ROOT

SETTINGS: tuple[type[CommonSettings], ...] = (
    gateway.config.Settings,
    status.config.Settings,
    portrait_worker.config.Settings,
    video_worker.config.Settings,
)
RUNNERS_OWN = {"NATS_PORT", "DATA_DIR", "NATS_CPUS", "WORKER_CPUS", "WORKER_MEMORY"}
STORE_OWN = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT"}
EXAMPLE = ROOT / ".env.example"


def documented() -> dict[str, str]:
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE))


def defaults() -> dict[str, object]:
    return {
        name.upper(): None if field.default is PydanticUndefined else field.default
        for settings in SETTINGS
        for name, field in settings.model_fields.items()
    }


def written(default: object) -> str:
    return "" if default is None else ",".join(default) if isinstance(default, tuple) else str(default)


def test_every_setting_is_there_and_no_other() -> None:
    assert documented().keys() == defaults().keys() | RUNNERS_OWN | STORE_OWN


@pytest.mark.parametrize("variable", sorted(defaults()))
def test_the_value_shown_is_the_default(variable: str) -> None:
    assert documented()[variable] == written(defaults()[variable])


def test_copied_as_it_is_it_changes_nothing() -> None:
    assert read_dotenv(EXAMPLE) == {}
