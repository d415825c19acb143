"""Exit 0 when the service in this container is ready, 1 when it is not.

The gateway answers ``/readyz`` on ``PORT``, the others on ``HEALTH_PORT``; in a container both are the same.
"""

import http.client
import os
import sys


def main() -> int:
    """Ask once, within three seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["HEALTH_PORT"]), timeout=3)
    try:
        connection.request("GET", "/readyz")
        return int(connection.getresponse().status != http.client.OK)
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
