"""``python -m status``: settings from the environment, then fold until SIGTERM."""

from shared.runtime.settings import load_settings
from shared.wiring.process import run_service
from status.config import Settings
from status.wiring import run

if __name__ == "__main__":
    settings = load_settings(Settings)
    run_service("status", settings, lambda stop: run(settings, stop))
