"""Running a service as a process."""

import sys

from shared.catalogue.loading import CatalogueError
from shared.http.server import PortBusy
from shared.jetstream.server import LoginUnusable
from shared.media.place import StoreUnusable
from shared.runtime.logs import configure_logs
from shared.runtime.process import Main, run_process
from shared.runtime.settings import WRONG_SETTINGS, CommonSettings


def run_service(name: str, settings: CommonSettings, main: Main) -> None:
    """Run ``main`` until it is told to stop; what an operator must change is one sentence and exit code 2."""
    configure_logs(settings.log_level, settings.log_format, name)
    try:
        run_process(main)
    except (PortBusy, StoreUnusable, CatalogueError, LoginUnusable) as error:
        sys.stderr.write(f"{name}: {error}\n")
        raise SystemExit(WRONG_SETTINGS) from None
