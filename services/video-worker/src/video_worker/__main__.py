"""``python -m video_worker``: settings from the environment, then work until SIGTERM."""

from shared.runtime.settings import load_settings
from shared.wiring.process import run_service
from video_worker.config import Settings
from video_worker.wiring import run

if __name__ == "__main__":
    settings = load_settings(Settings)
    run_service("video-worker", settings, lambda stop: run(settings, stop))
