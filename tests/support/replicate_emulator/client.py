"""Driving an emulator, in this process or another, through its control API."""

from types import TracebackType
from typing import Any, Self

import httpx


class Emulator:
    """A running emulator. ``url`` is what to give as ``REPLICATE_BASE_URL``. The fields are those of the emulator's
    ``Settings``, ``Outcome`` and ``Fault``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self._post("settings", settings)

    def go(self, match: str = "", **outcome: Any) -> None:
        """Decide how predictions go whose prompt mentions ``match``."""
        self._post("outcomes", [{"match": match, **outcome}])

    def fail(self, on: str, do: str = "answer", **fault: Any) -> None:
        """Have something go wrong with a call."""
        self._post("faults", [{"on": on, "do": do, **fault}])

    def heal(self) -> None:
        """Take back the faults still to strike."""
        self._http.delete("/_emulator/faults").raise_for_status()

    def know(self, **models: Any) -> None:
        """Add models: ``owner/name`` = makes, output, inputs."""
        self._post("models", models)

    def crowd(self, count: int, model: str = "black-forest-labs/flux-1.1-pro") -> list[str]:
        """Have predictions made without a call for each; returns their ids, oldest first."""
        made: list[str] = self._post("crowd", {"count": count, "model": model}).json()
        return made

    def creations(self, prompt: str = "") -> list[dict[str, Any]]:
        """Return the ledger: every prediction ever created, oldest first."""
        return self._get("creations", {"prompt": prompt})

    def calls(self, on: str = "") -> list[dict[str, Any]]:
        """Return the calls that came in, oldest first."""
        return self._get("calls", {"on": on})

    def files(self) -> list[dict[str, Any]]:
        """Return the uploaded files."""
        return self._get("files", {})

    def finish(self) -> None:
        """End what runs, as it was to end."""
        self._post("finish", None)

    def reset(self) -> None:
        """Forget everything but the settings."""
        self._post("reset", None)

    def _post(self, what: str, body: Any) -> httpx.Response:
        answer = self._http.post(f"/_emulator/{what}", json=body)
        if answer.status_code >= 400:
            raise ValueError(answer.text)
        return answer

    def _get(self, what: str, query: dict[str, str]) -> list[dict[str, Any]]:
        answer = self._http.get(f"/_emulator/{what}", params=query)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found
