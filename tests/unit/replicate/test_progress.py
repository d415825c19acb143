"""Reading a model's progress out of its logs."""

import pytest

from shared.predictions.replicate.progress import progress_in


@pytest.mark.parametrize(
    ("logs", "progress"),
    [
        ("", None),
        ("Using seed: 16010", None),
        ("Prompt: An astronaut riding a rainbow unicorn\ntxt2img mode", None),
        ("  0%|          | 0/16 [00:00<?, ?it/s]", 0),
        (" 45%|████▌     | 9/20 [00:03<00:04,  2.71it/s]", 45),
        ("  6%|▋| 1/16\n 12%|█▎| 2/16\r 19%|█▉| 3/16", 19),
        ("100%|██████████| 16/16 [00:02<00:00,  7.81it/s]", 99),
        ("progress: 0.45", 45),
        ("Progress = .5", 50),
        ("progress: 0", 0),
        ("progress: 1.0", 99),
        ("progress: 1", 1),
        ("progress: 45", 45),
        ("progress=45%", 45),
        ("Rendering 33.9 % done", 33),
        ("step 12/50", 24),
        ("12/50", 24),
        ("frame 3 / 4", 75),
        ("Generated in 14.1sec", None),
        ("Generating 2304x1728 image with aspect ratio 4:3 at 2K resolution", None),
        ("Saved to https://example.com/a/1/2/b.png on 2026/01/02", None),
        ("ratio 16/9", None),
        ("1/1", None),
        ("150% sure", None),
        ("Image size: 378.3KB", None),
        ("50%|█████| 5/10\nUploading outputs...", 50),
        ("x" * 100_000 + "\n70%|", 70),
        ("70%|\n" + "x" * 100_000, None),
    ],
)
def test_the_last_progress_told(logs: str, progress: int | None) -> None:
    assert progress_in(logs) == progress
