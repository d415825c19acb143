"""The documentation against the code: what a page names exists, and what exists is named."""

import ast
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic_core import PydanticUndefined

import gateway.config
import portrait_worker.config
import status.config
import video_worker.config
from gateway.routes.app_door import StatusView
from shared.catalogue.loading import load
from shared.catalogue.model import Setting
from shared.domain.failures import Failure, FailureCode
from shared.domain.job import Change, Fact
from shared.domain.kinds import Kind
from shared.domain.states import NEXT, STAGES, Stage, Status
from shared.events.codec import decode_event, encode_change
from shared.jetstream.topology import BUCKET, BUCKET_SUBJECTS, DELETIONS, STATUS, WEBHOOKS, Topology
from shared.ports.meters import Happening
from shared.runtime.settings import CommonSettings
from shared.views import JobView
from tests.support.markdown import Page, page, pages, words
from tests.support.source_tree import ROOT, modules

LIFECYCLE, EVENTS, HTTP = page("docs/job-lifecycle.md"), page("docs/events.md"), page("docs/http-api.md")
OPERATIONS = page("docs/operations.md")

SETTINGS: dict[str, type[CommonSettings]] = {
    "gateway": gateway.config.Settings,
    "status": status.config.Settings,
    "portrait-worker": portrait_worker.config.Settings,
    "video-worker": video_worker.config.Settings,
}
READERS = {"all": set(SETTINGS), "workers": {"portrait-worker", "video-worker"}} | {name: {name} for name in SETTINGS}
DAYS = {24 * 3600.0: "24 h", 26 * 3600.0: "26 h", 7 * 24 * 3600.0: "7 days"}


def variables(settings: type[CommonSettings]) -> dict[str, object]:
    """Return a service's variables and their defaults, None for those worked out at the start."""
    fields = settings.model_fields.items()
    return {name.upper(): None if f.default is PydanticUndefined else f.default for name, f in fields}


def described() -> dict[str, tuple[str, str]]:
    """Return the settings table: each variable's default and readers, as written."""
    return {words(row[0])[0]: (row[1], row[2]) for row in OPERATIONS.rows("variable", "default", "read by", "is")}


# links and names


def broken(one: Page) -> list[str]:
    return [f"{one.name}: {link}" for link in one.links() if "://" not in link and not leads_somewhere(one, link)]


def leads_somewhere(one: Page, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = (one.path.parent / path).resolve() if path else one.path
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or (target.suffix == ".md" and anchor in page(target).anchors())


def test_every_relative_link_leads_somewhere() -> None:
    assert not [link for one in pages() for link in broken(one)]


@pytest.mark.parametrize("link", ["nowhere.md", "events.md#nothing", "#nothing", "../../outside.md"])
def test_a_broken_link_is_found(link: str) -> None:
    assert broken(Page(ROOT / "docs" / "made-up.md", f"# Title\n[text]({link})\n"))


def test_every_path_that_is_named_exists() -> None:
    ours = re.compile(r"(?:shared|services|deploy|tests|docs|bench)/[\w./-]+")
    named = [(one.name, text) for one in pages() for text in one.ticked() if ours.fullmatch(text)]
    roots = (ROOT, ROOT / "shared" / "src")
    assert named
    assert not [f"{name}: {text}" for name, text in named if not any((root / text).exists() for root in roots)]


# variables


def test_the_settings_table_has_every_setting_and_no_other() -> None:
    assert described().keys() == {name for settings in SETTINGS.values() for name in variables(settings)}


@pytest.mark.parametrize("service", sorted(SETTINGS))
def test_the_settings_table_says_who_reads_what(service: str) -> None:
    told = {name for name, (_, who) in described().items() if any(service in READERS[w] for w in who.split(", "))}
    assert told == variables(SETTINGS[service]).keys()


@pytest.mark.parametrize("service", sorted(SETTINGS))
def test_the_settings_table_gives_the_true_defaults(service: str) -> None:
    for name, default in variables(SETTINGS[service]).items():
        told = described()[name][0]
        if default is None:
            assert "`" not in told or SETTINGS[service].model_fields[name.lower()].default_factory, name
        else:
            assert words(told) == [",".join(default) if isinstance(default, tuple) else str(default)], name


def test_variables_beside_the_settings_are_known_to_what_runs_the_services() -> None:
    others = {name for row in OPERATIONS.rows("variable", "default", "read by") for name in words(row[0])}
    known = re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert others - described().keys() <= set(known)


@pytest.mark.parametrize("service", ["gateway", "status", "portrait-worker"])
def test_a_services_page_names_its_own_variables(service: str) -> None:
    told = {text for text in page(f"services/{service}/README.md").ticked() if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text)}
    own = variables(SETTINGS[service]).keys() - variables(CommonSettings).keys()
    streams = {stream.name for stream in Topology().streams()}
    assert told - streams == own


def test_an_operators_models_are_as_the_page_shows_them(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_text(OPERATIONS.blocks("toml")[0])
    catalogue = load(own)
    model, settings = catalogue.resolve(Kind.VIDEO, "kling", {"seconds": 10, "resolution": "1080p"})
    assert catalogue.default(Kind.PORTRAIT).key == "imagen"
    assert model.inputs("P", settings, "U") == {
        "prompt": "P",
        "duration": 10,
        "mode": "pro",
        "start_image": "U",
        "negative_prompt": "text, captions, watermark",
    }
    assert "openai_api_key" in catalogue.get(Kind.PORTRAIT, "gpt-image").fixed


def choices(setting: Setting) -> str:
    return ", ".join(f"**{value}**" if value == setting.default else str(value) for value in setting.values)


def test_models_and_their_settings_are_those_on_offer() -> None:
    catalogue = load()
    told = {words(row[0])[0]: row[1:] for row in HTTP.rows("model", "`seconds`", "`aspectRatio`", "`resolution`")}
    names = ("seconds", "aspectRatio", "resolution")
    offered = {model.key: [choices(model.settings[name]) for name in names] for model in catalogue.models(Kind.VIDEO)}
    assert told == offered
    assert {model.key for model in catalogue.models(Kind.PORTRAIT)} <= HTTP.ticked()


# the life of a job


def test_statuses_and_their_moves() -> None:
    told = {words(row[0])[0]: set(words(row[2])) for row in LIFECYCLE.rows("status", "means", "next")}
    assert told == {status.value: {one.value for one in after} for status, after in NEXT.items()}


def test_the_picture_of_the_moves() -> None:
    drawn = re.findall(r"^ +(\w+) --> (\w+)", LIFECYCLE.blocks("mermaid", "Statuses")[0], re.MULTILINE)
    assert set(drawn) == {(status.value, one.value) for status, after in NEXT.items() for one in after}


def test_stages_and_their_status() -> None:
    told = {(words(row[0])[0], row[1]) for row in LIFECYCLE.rows("stage", "status", "means")}
    assert told == {(stage.value, status.value) for status, stages in STAGES.items() for stage in stages}
    assert {stage for stage, _ in told} == {stage.value for stage in Stage}


def test_facts_and_where_they_lead() -> None:
    told = {words(row[0])[0]: set(words(row[2])) for row in LIFECYCLE.rows("fact", "written by", "leads to")}
    assert told.keys() == {fact.value for fact in Fact}
    assert all(leads <= {status.value for status in Status} for leads in told.values())
    assert {fact.value for fact in Fact} <= EVENTS.ticked()


def test_failures_and_whether_to_ask_again() -> None:
    told = {words(row[0])[0]: row[2] == "yes" for row in LIFECYCLE.rows("`error.code`", "means", "`retryable`")}
    assert told == {code.value: Failure(code, "why").retryable for code in FailureCode}


# the bus


def test_streams_are_those_declared() -> None:
    told = {words(row[0])[0]: (words(row[1])[0], row[3]) for row in EVENTS.rows("stream", "subjects")}
    declared = {
        stream.name: ((stream.subjects or [""])[0], DAYS[stream.max_age or 0.0]) for stream in Topology().streams()
    }
    assert told == declared
    assert {BUCKET, BUCKET_SUBJECTS} <= EVENTS.ticked()


def test_consumers_are_those_declared() -> None:
    topology = Topology()
    rows = {words(row[0])[0]: row[1:] for row in EVENTS.rows("consumer", "stream", "filter")}
    for kind in Kind:
        consumer = topology.worker(kind)
        row = rows.pop(str(consumer.durable_name))
        assert words(row[1]) == [consumer.filter_subject]
        assert row[2].startswith(f"{consumer.ack_wait:.0f} s")
        assert (row[3], row[4]) == (str(consumer.max_deliver), f"{consumer.max_ack_pending:,}")
    of_the_status_service = {
        STATUS: (topology.folder(), topology.announcer()),
        WEBHOOKS: (topology.deliverer(),),
        DELETIONS: (topology.remover(),),
    }
    for stream, consumers in of_the_status_service.items():
        for consumer in consumers:
            row = rows.pop(str(consumer.durable_name))
            pending = "no limit" if consumer.max_ack_pending == -1 else f"{consumer.max_ack_pending:,}"
            assert words(row[0]) == [stream]
            assert (row[2], row[4]) == (f"{consumer.ack_wait:.0f} s", pending)
    assert not rows


def test_the_example_event_is_one() -> None:
    example = json.loads(EVENTS.blocks("json")[0])
    entry = decode_event(json.dumps(example).encode(), 6).entry
    written = encode_change(Change(entry.fact, entry.job), example["id"], example["source"])
    assert json.loads(written.body) == example


# HTTP


def test_the_examples_have_every_field() -> None:
    whole, polled = HTTP.blocks("json", "A job, whole")[0], HTTP.blocks("json", "Poll")[0]
    assert JobView.model_validate_json(whole).model_dump(mode="json", by_alias=True) == json.loads(whole)
    assert StatusView.model_validate_json(polled).model_dump(mode="json", by_alias=True) == json.loads(polled)


def test_error_codes_are_those_answered() -> None:
    told = {(int(row[0]), code) for row in HTTP.rows("status", "`code`", "means") for code in words(row[1])}
    answered = {pair for one in modules() for pair in problems_of(one.tree)}
    assert answered
    assert answered <= told


def problems_of(tree: ast.Module) -> list[tuple[int, str]]:
    """Return the status and code of every ``Problem`` that is made with both spelled out."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("Problem"), [ast.Constant(int(status)), ast.Constant(str(code)), *_]):
                found.append((status, code))
    return found


# what operators see


def test_log_actions_and_happenings_exist() -> None:
    written = {action for one in modules() for action in re.findall(r'action="(\w+)"', one.source)}
    told = {action for row in OPERATIONS.rows("action", "level", "means") for action in words(row[0])}
    assert told <= written
    counted = {word for row in OPERATIONS.rows("`happening`", "counts") for word in words(row[0])}
    assert counted == {happening.value for happening in Happening}
