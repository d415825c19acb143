"""The kinds of job."""

from enum import StrEnum


class Kind(StrEnum):
    """What a job makes: one picture, or one clip."""

    PORTRAIT = "portrait"
    VIDEO = "video"
