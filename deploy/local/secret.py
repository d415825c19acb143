"""The secret that signs webhooks to clients, made once for each data folder and kept where only its owner reads it."""

import base64
import os
from pathlib import Path

FILE = "webhook_secret"
_BYTES = 32


def kept_secret(folder: Path) -> tuple[str, bool]:
    """Return the secret of a data folder, and whether it has just been made; the folder must be this run's alone."""
    file = folder / FILE
    if file.exists():
        return file.read_text().strip(), False
    secret = "whsec_" + base64.b64encode(os.urandom(_BYTES)).decode()
    unfinished = file.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"{secret}\n")
    unfinished.rename(file)
    return secret, True
