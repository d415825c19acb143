"""``python -m gateway``: settings from the environment, then serve until SIGTERM."""

from gateway.config import Settings
from gateway.wiring import run
from shared.runtime.settings import load_settings
from shared.wiring.process import run_service

if __name__ == "__main__":
    settings = load_settings(Settings)
    run_service("gateway", settings, lambda stop: run(settings, stop))
