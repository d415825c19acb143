"""The gateway's settings: the only place it reads the environment."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from gateway.keys.file import read_keys
from shared.runtime.settings import Port, default_media_url, listed
from shared.wiring.webhook_settings import WebhookSettings


def _secret(secret: str | None) -> str | None:
    if secret is not None:
        try:
            Webhook(secret)
        except (ValueError, EmptyWebhookSecretError):
            raise ValueError("must be the signing secret that Replicate shows, whsec_ and base64") from None
    return secret


def _keys(path: Path | None) -> Path | None:
    if path is not None:
        read_keys(path)
    return path


_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")


Origins = tuple[str, ...] | None


def _origins(given: Origins) -> Origins:
    if given and given != ("*",) and not all(_ORIGIN.fullmatch(origin) for origin in given):
        raise ValueError("must be origins as browsers send them, https://app.example.com, commas between; or * alone")
    return given


class Settings(WebhookSettings):
    """See the table in the operations guide; sizes in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: Port = 8000
    media_url: str = Field(default_factory=default_media_url)
    media_signed_urls: bool = True
    job_deadline_seconds: Annotated[float, Field(ge=10, le=43_200)] = 900
    replicate_webhook_secret: Annotated[str | None, AfterValidator(_secret)] = Field(default=None, repr=False)
    live_max_clients: Annotated[int, Field(ge=0)] = 5_000
    models_file: Path | None = None
    api_keys_file: Annotated[Path | None, AfterValidator(_keys)] = None
    cors_origins: Annotated[Origins, NoDecode, BeforeValidator(listed), AfterValidator(_origins)] = None
