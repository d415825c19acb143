"""The OpenAPI document: what FastAPI gathers from the routes, made exact where it cannot know better."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from gateway.door.access_document import require_keys
from gateway.door.examples import ANSWERS, PENDING, PROBLEMS
from gateway.door.operation_ids import OPERATION_IDS
from shared.http.problem import ProblemBody, problems

Described = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")
_REQUEST_ID: Described = {
    "schema": {"type": "string"},
    "description": "The caller's own, if it was sane, else a new one",
}


def install_document(app: FastAPI, schemas: Mapping[str, Described], *, with_keys: bool) -> None:
    """Make the app's document whole: ``schemas`` are the components that routes refer to without being their models.

    ``with_keys`` says that calls need one.
    """
    made = app.openapi

    def openapi() -> Described:
        if app.openapi_schema is None:
            document = made()
            if with_keys:
                require_keys(document)
            _complete(document, schemas)
        return made()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend its document


def _complete(document: Described, schemas: Mapping[str, Described]) -> None:
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components |= {**_components(ProblemBody), **schemas}
    for name in _FASTAPIS_OWN:
        components.pop(name, None)
    for where, operation in _operations(document):
        operation["operationId"] = OPERATION_IDS.get(where, operation["operationId"])
        components |= _named(operation.get("requestBody", {}))
        answers: Described = operation["responses"]
        if _is_fastapis(answers.get("422", {})):
            # It adds one wherever there is a parameter, were it any text; who can refuse one says so.
            del answers["422"]
        if "requestBody" in operation:
            answers["408"] = problems(408)[408]
        for parameter in operation.get("parameters", []):
            parameter["schema"] = _never_null(parameter["schema"])
        for status, answer in answers.items():
            _without_whole_stream(answer)
            for content in answer.get("content", {}).values():
                _exemplify(content, status)
            answer.setdefault("headers", {}).setdefault("X-Request-ID", _REQUEST_ID)


def _operations(document: Described) -> Iterator[tuple[str, Described]]:
    for path, methods in document["paths"].items():
        yield from ((f"{method.upper()} {path}", each) for method, each in methods.items() if "responses" in each)


def _is_fastapis(answer: Described) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2] in _FASTAPIS_OWN


def _named(body: Described) -> Described:
    """Take the definitions out of a body's own schema, let it refer to components instead, and return them."""
    parts: Described = {}
    for content in body.get("content", {}).values():
        parts |= content["schema"].pop("$defs", {})
        content["schema"] = _referring(content["schema"])
    return {name: _referring(part) for name, part in parts.items()}


def _referring(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_referring(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    named = {name: _referring(value) for name, value in schema.items()}
    if isinstance(named.get("$ref"), str):
        named["$ref"] = named["$ref"].replace("#/$defs/", "#/components/schemas/")
    return named


def _never_null(schema: Described) -> Described:
    """Return a parameter's schema without null, which no address and no header can say."""
    others: list[Described] = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(others) != 1:
        return schema
    return {name: value for name, value in schema.items() if name not in ("anyOf", "default")} | others[0]


def _exemplify(content: Described, status: str) -> None:
    name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    answers = PENDING | ANSWERS if status != "202" else ANSWERS | PENDING
    example = PROBLEMS.get(int(status)) if name == ProblemBody.__name__ else answers.get(name)
    if example is not None:
        content["example"] = example


def _without_whole_stream(answer: Described) -> None:
    """Let a stream be described by its events alone; FastAPI says of the whole that it is text."""
    for content in answer.get("content", {}).values():
        if "itemSchema" in content:
            content.pop("schema", None)


def _components(model: type[BaseModel]) -> Described:
    schema = model.model_json_schema(by_alias=True, ref_template=_REFERENCE)
    return {**schema.pop("$defs", {}), model.__name__: schema}
