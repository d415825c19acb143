"""Room for connections: each is a file descriptor, and many systems give a process 256 or 1,024 until it asks."""

import resource
from contextlib import suppress

MOST = 65_536
"""As many as any process here has use for; some systems refuse what they call unlimited."""


def make_room() -> int:
    """Raise this process's limit of descriptors as far as it may, up to :data:`MOST`; return what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
