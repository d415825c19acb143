"""Settings: read once at the start from the environment, checked, frozen. A wrong value names its variable, exit 2."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.runtime.logs import LogFormat, LogLevel

WRONG_SETTINGS = 2
"""The exit code of a process whose settings are wrong: trying again without changing them is no use."""


def listed(value: object) -> object:
    """Return what a variable lists, commas between; what is no text is returned as it is."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _nats_addresses(urls: tuple[str, ...]) -> tuple[str, ...]:
    if not urls or not all(url.startswith(("nats://", "tls://", "ws://", "wss://")) for url in urls):
        raise ValueError("must be nats://host:port, several with commas between")
    return urls


def _replicas(count: int) -> int:
    if count not in (1, 3):
        raise ValueError("must be 1 or 3")
    return count


def _web_address(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return url.rstrip("/") if url else None


WebAddress = Annotated[str | None, AfterValidator(_web_address)]
"""An http or https address, kept without a trailing slash."""


class CommonSettings(BaseSettings):
    """What every service reads. Variables are the fields' names in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False, env_ignore_empty=True)

    # Not shown, since a password may stand in it
    nats_url: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(_nats_addresses)] = Field(
        default=("nats://127.0.0.1:4222",), repr=False
    )
    nats_creds: str | None = None
    nats_user: str | None = None
    nats_password: str | None = Field(default=None, repr=False)
    nats_nkey_file: FilePath | None = None
    nats_ca_file: FilePath | None = None
    nats_replicas: Annotated[int, AfterValidator(_replicas)] = 1
    log_level: LogLevel = "info"
    log_format: LogFormat | None = None

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        logins = {"NATS_CREDS": self.nats_creds, "NATS_USER": self.nats_user, "NATS_NKEY_FILE": self.nats_nkey_file}
        given = [name for name, value in logins.items() if value is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} each say who we are to NATS: set one of them")
        return self


def default_media_url() -> str:
    """The folder ``data/media`` below the one the process was started in."""
    return Path("data/media").resolve().as_uri()


Port = Annotated[int, Field(ge=0, le=65535)]
S = TypeVar("S", bound=CommonSettings)


def load_settings(settings: type[S], values: Mapping[str, Any] | None = None) -> S:
    """Read ``settings`` from the environment (and ``values``, for tests), or say what is wrong and exit with 2."""
    try:
        return settings(**(values or {}))
    except ValidationError as error:
        _refuse(settings, error)


def _refuse(settings: type[CommonSettings], error: ValidationError) -> NoReturn:
    for problem in error.errors(include_url=False):
        said = problem["msg"].removeprefix("Value error, ")
        # What is wrong between several variables names them itself, and must not show their values.
        named = f"{_named(settings, str(problem['loc'][0]), problem['input'])}: " if problem["loc"] else ""
        sys.stderr.write(f"{named}{said}\n")
    raise SystemExit(WRONG_SETTINGS)


def _named(settings: type[CommonSettings], name: str, given: object) -> str:
    field = settings.model_fields.get(name.lower())
    secret = field is not None and not field.repr
    return name.upper() if secret else f"{name.upper()}={given!s}"
