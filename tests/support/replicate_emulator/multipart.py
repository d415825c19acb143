"""Reading a multipart form: just what an upload needs."""

import re

Part = tuple[str, str, bytes]
"""A file's name, its content type, its bytes."""


def parts(content_type: str, body: bytes) -> dict[str, Part]:
    """Return the form's parts by field name."""
    found = re.search(r'boundary="?([^";]+)', content_type)
    if found is None:
        return {}
    pieces = body.split(b"--" + found[1].encode())[1:-1]
    return dict(_part(piece.removeprefix(b"\r\n").removesuffix(b"\r\n")) for piece in pieces)


def _part(piece: bytes) -> tuple[str, Part]:
    head, _, data = piece.partition(b"\r\n\r\n")
    headers = head.decode("utf-8", "replace")
    name = re.search(r'[; ]name="([^"]*)"', headers)
    filename = re.search(r'filename="([^"]*)"', headers)
    content_type = re.search(r"content-type:\s*(\S+)", headers, re.IGNORECASE)
    return (
        name[1] if name else "",
        (filename[1] if filename else "file", content_type[1] if content_type else "application/octet-stream", data),
    )
