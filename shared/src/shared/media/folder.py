"""What a folder needs beyond what object stores promise by themselves: to be there, to be flushed, to be tidy."""

import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_UNFINISHED = re.compile(r".+#[0-9]+")
_ABANDONED_AFTER = 3600.0


class Folder:
    """A folder that outputs are kept in. Everything here blocks."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the folder, write to it, and clear what crashes left; raises ``OSError`` when it cannot be used."""
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.path):
            pass
        self._clear()

    def flush(self, name: str) -> None:
        """Have a file and its name outlive a power cut: an output is announced as durably as any event."""
        for path in (self.path / name, self.path):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _clear(self) -> None:
        """Remove files that a process died writing (obstore writes ``name#1``, then renames), not one being written."""
        for path in self.path.glob("*#*"):
            with suppress(FileNotFoundError):  # its writer has just renamed it
                if _UNFINISHED.fullmatch(path.name) and time.time() - path.stat().st_mtime > _ABANDONED_AFTER:
                    path.unlink()
