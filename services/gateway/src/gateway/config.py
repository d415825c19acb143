"""The gateway's settings: the only place it reads the environment."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from shared.runtime.settings import Port, default_media_url
from shared.wiring.webhook_settings import WebhookSettings


def _secret(secret: str | None) -> str | None:
    if secret is not None:
        try:
            Webhook(secret)
        except (ValueError, EmptyWebhookSecretError):
            raise ValueError("must be the signing secret that Replicate shows, whsec_ and base64") from None
    return secret


class Settings(WebhookSettings):
    """See the table in the operations guide; sizes in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: Port = 8000
    media_url: str = Field(default_factory=default_media_url)
    media_max_bytes: Annotated[int, Field(gt=0)] = 200 * 1024 * 1024
    job_deadline_seconds: Annotated[float, Field(ge=10, le=43_200)] = 900
    replicate_webhook_secret: Annotated[str | None, AfterValidator(_secret)] = Field(default=None, repr=False)
    live_max_clients: Annotated[int, Field(ge=0)] = 5_000
    models_file: Path | None = None
