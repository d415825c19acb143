"""The OpenAPI document as people and generators read it: whole, consistent, and with examples that are true."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from gateway.door.operation_ids import OPERATION_IDS

PROBLEM = "application/problem+json"
NOT_PROBLEMS = {"/readyz", "/healthz", "/metrics"}


@pytest.fixture
async def document(signing: httpx.AsyncClient) -> dict[str, Any]:
    """The document, of an app that sends webhooks."""
    found: dict[str, Any] = (await signing.get("/openapi.json")).json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items())


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every body and every answer, with where it is."""
    for where, operation in operations(document):
        yield from ((where, c) for c in operation.get("requestBody", {}).get("content", {}).values())
        for status, answer in operation["responses"].items():
            yield from ((f"{where} {status}", content) for content in answer.get("content", {}).values())


def examples(content: dict[str, Any]) -> list[Any]:
    given = [content["example"]] if "example" in content else []
    return given + [example["value"] for example in content.get("examples", {}).values()]


async def test_every_example_fits_what_it_is_an_example_of(document: dict[str, Any]) -> None:
    tried = 0
    for where, content in contents(document):
        for example in examples(content):
            schema = {"components": document["components"], **content["schema"]}
            errors = [
                f"{where}: {error.message}" for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(example)
            ]
            assert not errors
            tried += 1
    assert tried > 50


async def test_every_submit_and_every_job_has_an_example(document: dict[str, Any]) -> None:
    shown = {where for where, content in contents(document) if examples(content)}

    bodies = {where for where, operation in operations(document) if operation.get("requestBody", {}).get("required")}
    jobs = {
        where for where, content in contents(document) if content.get("schema", {}).get("$ref", "").endswith("/JobView")
    }
    assert bodies <= shown
    assert jobs <= shown
    assert len(jobs) > 5


async def test_the_examples_are_answered_as_the_document_says(
    document: dict[str, Any], signing: httpx.AsyncClient
) -> None:
    for where, operation in operations(document):
        method, path = where.split()
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for example in examples(content):
                answer = await signing.request(method, path, json=example)
                assert answer.status_code in (200, 202), (where, answer.text)


async def test_every_operation_has_a_name_of_its_own_that_no_renaming_changes(document: dict[str, Any]) -> None:
    assert {where: operation["operationId"] for where, operation in operations(document)} == dict(OPERATION_IDS)
    assert len(set(OPERATION_IDS.values())) == len(OPERATION_IDS)


async def test_every_error_is_a_problem_and_says_when_to_come_back(document: dict[str, Any]) -> None:
    for where, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert "X-Request-ID" in answer["headers"], where
            if int(status) < 400 or where.split()[1] in NOT_PROBLEMS or where.startswith("HEAD"):
                continue
            assert list(answer["content"]) == [PROBLEM], (where, status)
            assert answer["content"][PROBLEM]["schema"] == {"$ref": "#/components/schemas/ProblemBody"}
            assert examples(answer["content"][PROBLEM]), (where, status)
            assert ("Retry-After" in answer["headers"]) == (status in ("429", "503")), (where, status)


async def test_nothing_of_the_frameworks_own_is_left_and_nothing_refers_to_nothing(document: dict[str, Any]) -> None:
    names = set(document["components"]["schemas"])

    referred = set(references(document))
    assert not names & {"HTTPValidationError", "ValidationError"}
    assert {f"#/components/schemas/{name}" for name in names} >= referred
    assert not [name for name in names if "__" in name], "two models of one name"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


async def test_the_reference_needs_nobody_else(signing: httpx.AsyncClient) -> None:
    page = await signing.get("/docs")

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "//" not in page.text.replace("<!", "")
    for file in ("docs/start.js", "docs/swagger/swagger-ui-bundle.js", "docs/swagger/swagger-ui.css"):
        assert file in page.text
        found = await signing.get(f"/{file}")
        assert (found.status_code, found.headers["x-content-type-options"]) == (200, "nosniff")
