"""An operator's own catalogue file: models added and changed without code, and mistakes named where they are."""

from pathlib import Path

import pytest

from shared.catalogue import Catalogue, CatalogueError, Ref, load
from shared.domain.kinds import Kind


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own.toml"


def laid_over(own: Path, text: str) -> Catalogue:
    own.write_text(text, "utf-8")
    return load(own)


KLING = """
[video.kling]
label = "Kling"
ref = "kwaivgi/kling-v2.1:abc123"
usual_seconds = 200
prompt = { input = "text", max_characters = 2500 }
start_image = [{ input = "start_image" }]
fixed = { negative_prompt = "text" }

[video.kling.settings]
seconds = { input = "length", default = 5, values = { 5 = "five", 10 = "ten" } }
aspectRatio = { input = "ratio", default = "square", values = { square = "1:1" } }
"""


def test_a_new_model_can_be_asked_for(own: Path) -> None:
    catalogue = laid_over(own, KLING)
    model, settings = catalogue.resolve(Kind.VIDEO, "kling", {"seconds": 10, "aspectRatio": "square"})
    assert model.ref == Ref("kwaivgi/kling-v2.1", "abc123")
    assert settings == {"seconds": 10, "aspectRatio": "square"}
    assert model.inputs("P", settings, "U") == {
        "text": "P",
        "length": "ten",
        "ratio": "1:1",
        "start_image": "U",
        "negative_prompt": "text",
    }


def test_the_shipped_models_stay(own: Path) -> None:
    catalogue = laid_over(own, KLING)
    assert [model.key for model in catalogue.models(Kind.VIDEO)] == [
        "openai/sora-2",
        "openai/sora-2-pro",
        "google/veo-3.1",
        "kling",
    ]
    assert catalogue.models(Kind.PORTRAIT) == load().models(Kind.PORTRAIT)


def test_a_new_default(own: Path) -> None:
    catalogue = laid_over(own, KLING + '[defaults]\nvideo = "kling"\n')
    assert catalogue.default(Kind.VIDEO).key == "kling"
    assert catalogue.default(Kind.PORTRAIT).key == "nano-banana-pro"


def test_a_fixed_input_is_added_to_a_shipped_model(own: Path) -> None:
    model = laid_over(own, '[portrait.gpt-image.fixed]\nquality = "high"\n').get(Kind.PORTRAIT, "gpt-image")
    assert model.inputs("P", {}) == {"prompt": "P", "aspect_ratio": "2:3", "output_format": "png", "quality": "high"}


def test_one_field_of_a_shipped_setting_is_changed(own: Path) -> None:
    sora = laid_over(own, '[video."openai/sora-2".settings.seconds]\ndefault = 12\n').get(Kind.VIDEO, "openai/sora-2")
    assert sora.settle({}) == {"seconds": 12, "aspectRatio": "portrait", "resolution": "standard"}


def test_values_are_replaced_rather_than_added_to(own: Path) -> None:
    veo = laid_over(own, '[video."google/veo-3.1".settings.aspectRatio]\nvalues = { landscape = "16:9" }\n')
    assert not veo.get(Kind.VIDEO, "google/veo-3.1").settings["aspectRatio"].offers("portrait")


def test_a_version_alone_is_a_ref(own: Path) -> None:
    version = "0123456789abcdef" * 4
    assert laid_over(own, f'[portrait.flux]\nref = "{version}"\n').get(Kind.PORTRAIT, "flux").ref == Ref(None, version)


MODEL = '[video.kling]\nlabel = "Kling"\nref = "a/b"\nprompt = { input = "prompt" }\n'
OFFERS = MODEL + "settings = { "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[video.", "not TOML"),
        ("[audio.x]\n", "audio: unknown table"),
        ("video = 1\n", "video: must be a table"),
        ("[video]\nkling = 1\n", "video model 'kling': must be a table"),
        ('[defaults]\nvideo = "kling"\n', "defaults: video: must be one of openai/sora-2"),
        ("[defaults]\nvideo = 1\n", "defaults: video: must be one of"),
        ('[defaults]\naudio = "x"\n', "defaults: audio: unknown kind"),
        ('[video.kling]\nref = "a/b"\nprompt = { input = "p" }\n', "video model 'kling': label: must be text"),
        ('[video.kling]\nlabel = "K"\nprompt = { input = "p" }\n', "video model 'kling': ref: must be text"),
        ('[video.kling]\nlabel = "K"\nref = "a/b"\n', "video model 'kling': prompt.input: must be text"),
        ('[video.kling]\nlabel = "K"\nref = "no slash"\n', "video model 'kling': ref: must be owner/name"),
        (MODEL + "price = 3\n", "video model 'kling': the model: unknown field 'price'"),
        (MODEL + "usual_seconds = 0\n", "video model 'kling': usual_seconds: must be a number above 0"),
        (MODEL + "usual_seconds = true\n", "video model 'kling': usual_seconds"),
        (MODEL + "fixed = 1\n", "video model 'kling': fixed: must be a table"),
        (MODEL + "start_image = 1\n", "video model 'kling': start_image: must be a list"),
        (MODEL + "start_image = [{ list = true }]\n", "video model 'kling': start_image.input: must be text"),
        (MODEL + 'start_image = [{ input = "i", list = 1 }]\n', "video model 'kling': start_image.list"),
        (MODEL + 'start_image = [{ input = "i", when = { seconds = 8 } }]\n', "start_image.when: seconds = 8"),
        (OFFERS + "speed = {} }\n", "video model 'kling': settings: unknown field 'speed'"),
        (OFFERS + "seconds = {} }\n", "settings.seconds.values: must be a list"),
        (OFFERS + "seconds = { values = [] } }\n", "settings.seconds.values: must be a list"),
        (OFFERS + "seconds = { values = [[4]] } }\n", "settings.seconds.values: [4] must be a whole number"),
        (OFFERS + "seconds = { values = [true] } }\n", "settings.seconds.values: True must be a whole number"),
        (OFFERS + 'seconds = { values = { x = "4" } } }\n', "settings.seconds.values: 'x' must be a whole"),
        (OFFERS + "seconds = { values = { 4 = 4.5 } } }\n", "settings.seconds.values: 4.5 is neither"),
        (OFFERS + "aspectRatio = { values = [9] } }\n", "settings.aspectRatio.values: 9 must be text"),
        (OFFERS + "seconds = { values = [4] } }\n", "settings.seconds.default: must be one of 4, not None"),
        (OFFERS + "seconds = { values = [4], default = 5 } }\n", "settings.seconds.default: must be one of 4"),
        (OFFERS + 'seconds = { values = [4], default = 4, input = "" } }\n', "settings.seconds.input: must be"),
        ("[portrait.flux.settings.seconds]\ndefault = 4\n", "portrait model 'flux': settings: unknown field 'seconds'"),
        ("[portrait.flux]\nprompt = { max_characters = 0 }\n", "portrait model 'flux': prompt.max_characters"),
        ("[portrait.flux]\nprompt = { min = 0 }\n", "portrait model 'flux': prompt: unknown field 'min'"),
    ],
)
def test_a_mistake_names_the_file_the_model_and_the_field(own: Path, text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        laid_over(own, text)
    assert str(caught.value).startswith(f"{own}: ")
    assert said in str(caught.value)


def test_conditions_must_leave_a_way_for_every_setting(own: Path) -> None:
    with pytest.raises(CatalogueError, match="the last way must have no conditions"):
        laid_over(
            own, '[video."openai/sora-2"]\nstart_image = [{ input = "i", when = { aspectRatio = "portrait" } }]\n'
        )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nowhere\.toml: cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_text_is_named(own: Path) -> None:
    own.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"own\.toml: cannot be read"):
        load(own)
