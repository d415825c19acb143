"""The video worker's settings: the only place it reads the environment."""

from shared.wiring.worker_settings import WorkerSettings


class Settings(WorkerSettings):
    """A worker's settings, with nothing of its own."""
