"""As much of S3 as a media store uses, over real HTTP on the loopback: objects, ranges, uploads in parts, listings.

It wants requests signed with the key it gave out, and signed addresses not to have expired.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.etree import ElementTree

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.http.ranges import Unsatisfiable, requested_span
from shared.http.server import listen, serving
from tests.support.s3_signatures import is_signed

SMALLEST_PART = 5 * 1024 * 1024


@dataclass(slots=True)
class Stored:
    """One object, with the headers it was stored with and the validator S3 would give it."""

    data: bytes
    headers: dict[str, str]
    etag: str
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(slots=True)
class Upload:
    """Parts that are not an object yet."""

    key: str
    headers: dict[str, str]
    parts: dict[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class S3:
    """One bucket's state. ``url`` is the endpoint; ``broken`` is a status that every request gets for an answer."""

    url: str = ""
    broken: int | None = None
    objects: dict[str, Stored] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=lambda: {"test": "only-for-tests"})

    def environment(self) -> dict[str, str]:
        """The variables that send S3's clients here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": self.secrets["test"],
        }


def _headers_of(request: Request) -> dict[str, str]:
    return {name: request.headers[name] for name in ("content-type", "cache-control") if name in request.headers}


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _error(status: int, code: str) -> Response:
    return Response(f"<Error><Code>{code}</Code></Error>", status, media_type="application/xml")


def _refusal(s3: S3, request: Request) -> Response | None:
    query = request.query_params
    s3.requests.append(f"{request.method} {request.url.path}?{','.join(sorted(query))}")
    if s3.broken:
        return _error(s3.broken, "InternalError")
    if "X-Amz-Signature" in query:
        signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if signed + timedelta(seconds=int(query["X-Amz-Expires"])) < datetime.now(UTC):
            return _error(403, "AccessDenied")
    path = bytes(request.scope["raw_path"]).decode()
    if not is_signed(request.method, path, request.url.query, request.headers, s3.secrets):
        return _error(403, "SignatureDoesNotMatch")
    return None


def _list(s3: S3, request: Request) -> Response:
    query = request.query_params
    size, after = int(query.get("max-keys", "1000")), query.get("continuation-token", "")
    keys = [key for key in sorted(s3.objects) if key.startswith(query.get("prefix", "")) and key > after]
    root = ElementTree.Element("ListBucketResult")
    ElementTree.SubElement(root, "IsTruncated").text = "true" if len(keys) > size else "false"
    if len(keys) > size:
        ElementTree.SubElement(root, "NextContinuationToken").text = keys[size - 1]
    for key in keys[:size]:
        entry, stored = ElementTree.SubElement(root, "Contents"), s3.objects[key]
        modified = stored.modified.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        values = (("Key", key), ("LastModified", modified), ("ETag", stored.etag), ("Size", str(len(stored.data))))
        for tag, text in values:
            ElementTree.SubElement(entry, tag).text = text
    return Response(ElementTree.tostring(root), media_type="application/xml")


def _get(s3: S3, request: Request, key: str) -> Response:
    stored = s3.objects.get(key)
    if stored is None:
        return _error(404, "NoSuchKey")
    headers = {"etag": stored.etag, "last-modified": format_datetime(stored.modified, usegmt=True), **stored.headers}
    try:
        span = requested_span(request.headers.get("range"), len(stored.data))
    except Unsatisfiable as error:
        return Response(status_code=416, headers={"content-range": error.content_range})
    if request.method == "HEAD":
        return Response(headers=headers | {"content-length": str(len(stored.data))})
    if span is None:
        return Response(stored.data, headers=headers)
    headers["content-range"] = span.content_range(len(stored.data))
    return Response(stored.data[span.start : span.end], 206, headers=headers)


async def _put(s3: S3, request: Request, key: str) -> Response:
    data = await request.body()
    if "uploadId" in request.query_params:
        s3.uploads[request.query_params["uploadId"]].parts[int(request.query_params["partNumber"])] = data
    else:
        s3.objects[key] = Stored(data, _headers_of(request), f'"{_md5(data)}"')
    return Response(headers={"etag": f'"{_md5(data)}"'})


def _begin(s3: S3, request: Request, key: str) -> Response:
    upload = f"upload-{len(s3.requests)}"
    s3.uploads[upload] = Upload(key, _headers_of(request))
    body = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
    return Response(body, media_type="application/xml")


async def _complete(s3: S3, request: Request, key: str) -> Response:
    listed = ElementTree.fromstring(await request.body())
    numbers = [int(part.text or "") for part in listed.iter() if part.tag.endswith("PartNumber")]
    upload = s3.uploads.pop(request.query_params["uploadId"])
    parts = [upload.parts[number] for number in numbers]
    if any(len(part) < SMALLEST_PART for part in parts[:-1]):
        return _error(400, "EntityTooSmall")
    etag = f'"{_md5(b"".join(bytes.fromhex(_md5(part)) for part in parts))}-{len(parts)}"'
    s3.objects[key] = Stored(b"".join(parts), upload.headers, etag)
    body = f"<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>"
    return Response(body, media_type="application/xml")


async def _delete_many(s3: S3, request: Request) -> Response:
    listed = ElementTree.fromstring(await request.body())
    root = ElementTree.Element("DeleteResult")
    for key in [entry.text or "" for entry in listed.iter() if entry.tag.endswith("Key")]:
        s3.objects.pop(key, None)
        ElementTree.SubElement(ElementTree.SubElement(root, "Deleted"), "Key").text = key
    return Response(ElementTree.tostring(root), media_type="application/xml")


def _app(s3: S3, bucket: str) -> Starlette:
    async def answer(request: Request) -> Response:
        key, query = request.path_params.get("key", ""), request.query_params
        refusal = _refusal(s3, request)
        if refusal:
            return refusal
        match request.method:
            case "GET" | "HEAD":
                return _get(s3, request, key) if key else _list(s3, request)
            case "PUT":
                return await _put(s3, request, key)
            case "POST" if "delete" in query:
                return await _delete_many(s3, request)
            case "POST":
                return _begin(s3, request, key) if "uploads" in query else await _complete(s3, request, key)
        removed = s3.uploads.pop(query["uploadId"], None) if "uploadId" in query else s3.objects.pop(key, None)
        return Response(status_code=204 if removed or "uploadId" not in query else 404)

    methods = ["GET", "HEAD", "PUT", "POST", "DELETE"]
    paths = (f"/{bucket}", f"/{bucket}/", f"/{bucket}/{{key:path}}")
    return Starlette(routes=[Route(path, answer, methods=methods) for path in paths])


@asynccontextmanager
async def s3_server(bucket: str) -> AsyncIterator[S3]:
    """Run a server that has one empty bucket; yields its state."""
    s3 = S3()
    async with serving(_app(s3, bucket), listen("127.0.0.1", 0, "PORT")) as port:
        s3.url = f"http://127.0.0.1:{port}"
        yield s3
