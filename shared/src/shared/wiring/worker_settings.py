"""The settings of a worker, whichever kind it serves."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.runtime.settings import CommonSettings, Port, WebAddress, default_media_url

Concurrency = Annotated[int, Field(ge=1, le=10_000)]


class WorkerSettings(CommonSettings):
    """See the table in the operations guide; sizes in bytes, times in seconds."""

    health_port: Port | None = None
    public_url: WebAddress = None
    provider: Literal["auto", "replicate", "local", "blank"] = "auto"
    replicate_api_token: str | None = Field(default=None, repr=False)
    replicate_base_url: WebAddress = None
    provider_creates_per_minute: Annotated[int, Field(ge=1)] = 600
    provider_reads_per_minute: Annotated[int, Field(ge=1)] = 3000
    local_render_seconds: Annotated[float, Field(ge=0, le=600)] = 6
    media_url: str = Field(default_factory=default_media_url)
    media_max_bytes: Annotated[int, Field(gt=0)] = 200 * 1024 * 1024
    models_file: Path | None = None
    concurrency: Concurrency | None = None

    @model_validator(mode="after")
    def _token_for_replicate(self) -> Self:
        if self.provider == "replicate" and not self.replicate_api_token:
            raise ValueError("PROVIDER=replicate needs REPLICATE_API_TOKEN; set it, or PROVIDER=local")
        return self

    @property
    def chosen_provider(self) -> Literal["replicate", "local", "blank"]:
        """``auto`` settled: Replicate when there is a token, else the built-in renderer."""
        if self.provider == "auto":
            return "replicate" if self.replicate_api_token else "local"
        return self.provider
