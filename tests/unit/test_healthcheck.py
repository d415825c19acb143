"""What the containers' health check makes of an answer, and of none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.container.healthcheck import main
from tests.support.nats_server import free_port


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A server that answers ``/readyz`` with this status, and nothing else with 200; yields its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_only_an_answer_of_200_is_ready(monkeypatch: pytest.MonkeyPatch, status: int, code: int) -> None:
    with answering(status) as port:
        monkeypatch.setenv("HEALTH_PORT", str(port))
        assert main() == code


def test_nobody_there_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_PORT", str(free_port()))
    assert main() == 1
