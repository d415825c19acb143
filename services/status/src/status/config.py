"""The status service's settings: the only place it reads the environment."""

from typing import Annotated

from pydantic import Field

from shared.runtime.settings import CommonSettings, Port, default_media_url


class Settings(CommonSettings):
    """Times in seconds. ``media_url`` matters only with ``media_ttl_seconds``: it is what is pruned."""

    health_port: Port | None = None
    status_ttl_seconds: Annotated[float, Field(gt=0)] = 1800
    media_ttl_seconds: Annotated[float, Field(gt=0)] | None = None
    media_url: str = Field(default_factory=default_media_url)
