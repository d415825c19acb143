"""A bug of ours is answered like any other trouble: a problem, with the id that the log knows the request by."""

import httpx
from fastapi import FastAPI

from shared.http.problem import install_problem_handlers
from shared.http.request_ids import RequestIds


async def test_a_request_that_broke_keeps_its_id() -> None:
    app = FastAPI()
    app.add_middleware(RequestIds)
    install_problem_handlers(app)

    @app.get("/breaks")
    async def breaks() -> None:
        raise RuntimeError("a bug")

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.test") as http:
        answer = await http.get("/breaks", headers={"X-Request-ID": "mine"})

    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "mine")
    assert (answer.json()["code"], answer.json()["requestId"]) == ("internal", "mine")
