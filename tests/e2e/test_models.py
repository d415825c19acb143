"""Every model of the catalogue through the real ``replicate`` package, and each way a prediction can end."""

import asyncio
from typing import Any

import pytest

from tests.e2e.conftest import app_of
from tests.support.app import portrait_body, video_body
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack

PORTRAIT_MODELS = {
    "nano-banana-pro": "google/nano-banana-pro",
    "flux": "black-forest-labs/flux-1.1-pro",
    "gpt-image": "openai/gpt-image-1",
    "seedream": "bytedance/seedream-4",
}
CLIPS: dict[str, dict[str, Any]] = {
    "sora": {"modelId": "openai/sora-2", "seconds": 8, "aspectRatio": "landscape"},
    "sora-pro": {"modelId": "openai/sora-2-pro", "seconds": 12, "resolution": "high"},
    "veo-upright": {"modelId": "google/veo-3.1", "seconds": 4, "aspectRatio": "portrait", "resolution": "720p"},
    "veo-wide-8": {"modelId": "google/veo-3.1", "seconds": 8, "aspectRatio": "landscape"},
    "veo-wide-6": {"modelId": "google/veo-3.1", "seconds": 6, "aspectRatio": "landscape"},
}
PORTRAIT_URL = "https://example.com/p.png"


async def test_every_model_makes_its_output_with_its_own_inputs(replicate_stack: Stack, emulator: Emulator) -> None:
    async with app_of(replicate_stack) as app:
        jobs = {
            model: ("portrait", await app.portrait(model, imageModel=model, customPrompt=f"portrait by {model}"))
            for model in PORTRAIT_MODELS
        }
        jobs |= {name: ("video", await app.video(name, PORTRAIT_URL, **wish)) for name, wish in CLIPS.items()}
        ends = await asyncio.gather(*(app.end(kind, job_id) for kind, job_id in jobs.values()))
        records = {name: await app.job(job_id) for name, (_, job_id) in jobs.items()}
    made = {name: _creation(emulator, name) for name in CLIPS}

    assert [end["status"] for end in ends] == ["succeeded"] * len(jobs), ends
    for model, ref in PORTRAIT_MODELS.items():
        created = [c for c in emulator.creations() if c["input"]["prompt"] == f"portrait by {model}"]
        assert [c["model"] for c in created] == [ref]
        assert records[model]["output"]["contentType"].startswith("image/")
    assert made["sora"]["model"] == "openai/sora-2"
    assert made["sora"]["input"]["seconds"] == 8
    assert made["sora"]["input"]["aspect_ratio"] == "landscape"
    assert made["sora"]["input"]["input_reference"] == PORTRAIT_URL
    assert made["sora-pro"]["input"]["resolution"] == "high"
    assert made["veo-upright"]["input"]["image"] == PORTRAIT_URL
    assert made["veo-upright"]["input"]["aspect_ratio"] == "9:16"
    assert made["veo-upright"]["input"]["duration"] == 4
    assert made["veo-wide-8"]["input"]["reference_images"] == [PORTRAIT_URL]
    assert "image" not in made["veo-wide-8"]["input"]
    assert made["veo-wide-6"]["input"]["image"] == PORTRAIT_URL
    assert "reference_images" not in made["veo-wide-6"]["input"]
    assert records["sora"]["settings"] == {"seconds": 8, "aspectRatio": "landscape", "resolution": "standard"}
    assert all(records[name]["output"]["contentType"] == "video/mp4" for name in CLIPS)


def _creation(emulator: Emulator, name: str) -> dict[str, Any]:
    found = [c for c in emulator.creations() if f"{name} walks the pier" in c["input"]["prompt"]]
    assert len(found) == 1, f"{name} was created {len(found)} times"
    return found[0]


async def test_our_own_portrait_reaches_replicate_as_a_file(replicate_stack: Stack, emulator: Emulator) -> None:
    async with app_of(replicate_stack) as app:
        url, _ = await app.output("portrait", await app.portrait("Mira"))
        await app.output("video", await app.video("Mira", url))

    clip = emulator.creations()[-1]
    files = emulator.files()
    assert len(files) == 1
    assert files[0]["id"] in clip["input"]["input_reference"]


@pytest.mark.parametrize("shape", ["string", "list", "object"])
async def test_every_shape_of_output_is_understood(replicate_stack: Stack, emulator: Emulator, shape: str) -> None:
    emulator.go("", shape=shape)
    async with app_of(replicate_stack) as app:
        _, picture = await app.output("portrait", await app.portrait("Mira"))

    assert picture.startswith(b"\x89PNG")


ENDS: list[tuple[dict[str, Any], str, bool]] = [
    ({"status": "failed", "error": "CUDA out of memory"}, "provider_failed", True),
    ({"status": "canceled"}, "provider_failed", True),
    ({"status": "aborted"}, "provider_failed", True),
    ({"status": "failed", "error": "The input was flagged as sensitive (E005)"}, "content_flagged", False),
    ({"has_output": False}, "output_unreadable", True),
]


async def test_every_other_end_is_told_with_its_reason(replicate_stack: Stack, emulator: Emulator) -> None:
    async with app_of(replicate_stack) as app:
        ids = []
        for number, (outcome, _, _) in enumerate(ENDS):
            emulator.go(f"end-{number}!", **outcome)
            body = portrait_body("Mira", customPrompt=f"end-{number}!")
            ids.append((await app.submit("portrait", body | {"jobId": f"end-{number}"}))["jobId"])
        ends = [await app.end("portrait", job_id) for job_id in ids]
        jobs = [await app.job(job_id) for job_id in ids]

    for end, job, (_, code, retryable) in zip(ends, jobs, ENDS, strict=True):
        assert end["status"] == "failed"
        assert end["detail"]
        assert (job["error"]["code"], job["error"]["retryable"]) == (code, retryable), job
        assert job["error"]["message"] == end["detail"]
    assert len(emulator.creations()) == len(ENDS), "what failed is never run again unasked"


async def test_a_clip_from_a_portrait_that_is_gone_says_so(replicate_stack: Stack, emulator: Emulator) -> None:
    async with app_of(replicate_stack) as app:
        body = video_body("Mira", "/media/00000000000000000000000000000000.png")
        end = await app.end("video", (await app.submit("video", body))["jobId"])

    assert end["status"] == "failed"
    assert "no longer kept" in end["detail"]
    assert emulator.creations() == []
