"""Replicate as a provider: the official package's client, and what it leaves to its users.

:class:`ReplicateProvider` is all that is meant to be used from outside.
"""

from shared.predictions.replicate.api import Limits
from shared.predictions.replicate.pace import Spacing
from shared.predictions.replicate.provider import ReplicateProvider

__all__ = ["Limits", "ReplicateProvider", "Spacing"]
