"""Signature Version 4 as S3 checks it, from Amazon's description alone: a second opinion on what our library signs."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

ALGORITHM = "AWS4-HMAC-SHA256"


def is_signed(method: str, path: str, query: str, headers: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
    """Whether a request carries the signature of one of the keys, in its query or its ``Authorization``.

    ``path`` and ``query`` are as they were sent; ``headers`` by lower-case names; ``secrets`` by their access keys.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    if "X-Amz-Signature" in given:
        signature, names, scope = (given[f"X-Amz-{name}"] for name in ("Signature", "SignedHeaders", "Credential"))
        moment, payload = given["X-Amz-Date"], "UNSIGNED-PAYLOAD"
        pairs = [pair for pair in pairs if pair[0] != "X-Amz-Signature"]
    else:
        algorithm, _, rest = headers.get("authorization", "").partition(" ")
        said = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if algorithm != ALGORITHM or said.keys() != {"Credential", "SignedHeaders", "Signature"}:
            return False
        signature, names, scope = said["Signature"], said["SignedHeaders"], said["Credential"]
        moment, payload = headers["x-amz-date"], headers["x-amz-content-sha256"]
    access, _, scope = scope.partition("/")
    if access not in secrets:
        return False
    shown = [
        method,
        path,
        "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)),
        *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names.split(";")),
        "",
        names,
        payload,
    ]
    digest = hashlib.sha256("\n".join(shown).encode()).hexdigest()
    key = f"AWS4{secrets[access]}".encode()
    for part in (*scope.split("/"), "\n".join((ALGORITHM, moment, scope, digest))):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(key.hex(), signature)
