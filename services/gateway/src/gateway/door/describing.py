"""Describing what routes take and answer, for the OpenAPI document: headers, examples, bodies read by hand."""

from typing import Any

Described = dict[str, Any]
"""A piece of an OpenAPI document."""

ETAG: Described = {"ETag": {"schema": {"type": "string"}, "description": "The validator of this representation"}}
RETRY_AFTER: Described = {
    "Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds until asking again pays"}
}


def header(description: str, *, required: bool = True, **schema: Any) -> Described:
    """Describe an answer's header; text unless ``schema`` says otherwise."""
    return {"description": description, "required": required, "schema": schema or {"type": "string"}}


def event_stream(description: str, event: Described) -> Described:
    """Describe an answer that is server-sent events, each of them as ``event`` says."""
    return {"description": description, "content": {"text/event-stream": {"itemSchema": event}}}


def job_event(*others: str) -> Described:
    """Describe an event named ``job``, the whole job as its data; ``others`` are names of events without a job."""
    job: Described = {
        "properties": {
            "event": {"const": "job"},
            "data": {
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": "#/components/schemas/JobView"},
            },
        }
    }
    kinds = [job, *({"properties": {"event": {"const": name}}} for name in others)]
    fields = {name: {"type": "string"} for name in ("id", "event", "data")}
    return {"type": "object", "properties": fields, "required": ["id", "event", "data"], "anyOf": kinds}


def in_header(name: str, description: str, **schema: Any) -> Described:
    """Describe a header that a client may send."""
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def json_body(reference: str, **examples: Any) -> Described:
    """Describe a JSON body by its component's name, with examples by their titles."""
    shown = {title: {"summary": title.replace("_", " "), "value": value} for title, value in examples.items()}
    content = {"schema": {"$ref": f"#/components/schemas/{reference}"}, "examples": shown}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def answer(description: str, *, headers: Described | None = None) -> Described:
    """Describe an answer of the route's own model; its example comes with the document."""
    return {"description": description, "headers": headers or {}}
