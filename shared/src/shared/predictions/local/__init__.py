"""The built-in renderer: portraits and clips drawn from a character's own description.

No model, no token, no network.
"""

from shared.predictions.local.provider import LocalProvider

__all__ = ["LocalProvider"]
