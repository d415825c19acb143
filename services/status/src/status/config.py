"""The status service's settings: the only place it reads the environment."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.runtime.settings import Port, default_media_url
from shared.wiring.webhook_settings import WebhookSettings


class Settings(WebhookSettings):
    """Times in seconds. ``media_url`` matters only with ``media_ttl_seconds``: it is what is pruned."""

    health_port: Port | None = None
    status_ttl_seconds: Annotated[float, Field(gt=0)] = 1800
    media_ttl_seconds: Annotated[float, Field(gt=0)] | None = None
    media_url: str = Field(default_factory=default_media_url)

    @model_validator(mode="after")
    def _address_for_webhooks(self) -> Self:
        if self.webhook_secret and not self.public_url:
            raise ValueError("WEBHOOK_SECRET needs PUBLIC_URL: what a webhook says of a job has addresses in it")
        return self
