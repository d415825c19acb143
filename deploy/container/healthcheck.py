"""Exit 0 when the service in this container is ready, 1 when it is not.

The gateway answers ``/readyz`` on ``PORT``, the others on ``HEALTH_PORT``; in a container both are the same. It runs
every few seconds in every container, so it speaks HTTP itself: importing a client would cost more than all the rest.
"""

import os
import socket
import sys


def main() -> int:
    """Ask once, within three seconds."""
    try:
        with socket.create_connection(("127.0.0.1", int(os.environ["HEALTH_PORT"])), timeout=3) as connection:
            connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            return int(b" 200 " not in connection.recv(64))
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
