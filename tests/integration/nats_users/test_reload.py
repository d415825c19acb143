"""A right that a newer release needs reaches the server that runs by a signal: an upgrade sends it first."""

import shutil
import signal
from pathlib import Path

from tests.integration.nats_users.conftest import GATEWAY, DeployedServer, user
from tests.support.eventually import eventually
from tests.support.nats_barrier import read_by_server
from tests.support.nats_server import USERS_CONF, Users

RIGHT = '"answers.*", '


async def test_a_new_right_comes_with_a_signal_and_nobody_is_cut_off(tmp_path: Path) -> None:
    newer = USERS_CONF.read_text()
    assert newer.index(RIGHT) < newer.index("$NATS_STATUS_KEY"), "it is the gateway's"
    conf = Path(shutil.copytree(USERS_CONF.parent, tmp_path / "conf"))
    (conf / USERS_CONF.name).write_text(newer.replace(RIGHT, "", 1))
    (folder := tmp_path / "nats").mkdir()
    server = DeployedServer(folder, users=Users(tmp_path / "users"))
    server.conf = conf
    await server.start()
    refused: list[str] = []
    try:
        async with user(server, GATEWAY, refused) as client:

            async def is_let() -> bool:
                refused.clear()
                await client.publish("answers.a")
                await read_by_server(client)
                return not refused

            assert not await is_let()
            shutil.copy(USERS_CONF, conf)
            assert server.process
            server.process.send_signal(signal.SIGHUP)
            assert await eventually(is_let, within=20)
    finally:
        server.kill()
