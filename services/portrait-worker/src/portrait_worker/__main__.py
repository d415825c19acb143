"""``python -m portrait_worker``: settings from the environment, then work until SIGTERM."""

from portrait_worker.config import Settings
from portrait_worker.wiring import run
from shared.runtime.settings import load_settings
from shared.wiring.process import run_service

if __name__ == "__main__":
    settings = load_settings(Settings)
    run_service("portrait-worker", settings, lambda stop: run(settings, stop))
