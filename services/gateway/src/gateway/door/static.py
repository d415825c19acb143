"""Files for browsers, each with what a browser should know about it."""

from typing import Any

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles


class GuardedFiles(StaticFiles):
    """A folder's files: nothing foreign runs in them, and a browser asks each time whether they changed."""

    def __init__(self, policy: str, *, directory: str, html: bool = False) -> None:
        # In a checkout the page links to its client, which is developed elsewhere; an installed page has the files.
        super().__init__(directory=directory, html=html, follow_symlink=True)
        self.headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Add the headers to every file."""
        response = super().file_response(*args, **kwargs)
        response.headers.update(self.headers)
        return response
