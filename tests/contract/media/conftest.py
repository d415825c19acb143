"""Every media store there is: the fake, a folder, obstore's memory, and moto's S3."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from shared.media.place import Place
from shared.media.store import ObjectMediaStore, open_store
from tests.contract.media.bench import LIMIT, Bench, Store, in_folder, in_memory
from tests.support.moto_server import Moto, moto_server


@pytest.fixture(scope="package")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    """An S3 server for all of these tests."""
    with moto_server(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture(params=["fake", "folder", "obstore-memory", "s3"])
async def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    match request.param:
        case "fake":
            yield in_memory()
        case "folder":
            yield in_folder(tmp_path / "media")
        case "obstore-memory":
            yield Bench(ObjectMediaStore(Place(MemoryStore(), "memory"), LIMIT), None)
        case "s3":
            moto: Moto = request.getfixturevalue("moto")
            for name, value in moto.environment().items():
                monkeypatch.setenv(name, value)
            yield Bench(open_store(f"s3://{await moto.bucket()}/outputs", LIMIT), None)


@pytest.fixture
def store(bench: Bench) -> Store:
    return bench.store
