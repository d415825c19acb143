"""The settings of those who promise webhooks, the gateway, and of those who send them, the status service."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.domain.webhook_url import WebhookRule
from shared.outbound.signing import check_secrets
from shared.runtime.settings import CommonSettings, WebAddress


def _secrets(text: str | None) -> str | None:
    if text is not None:
        check_secrets(text.split())
    return text


class WebhookSettings(CommonSettings):
    """See the table in the operations guide. Of several secrets, with spaces between, each signs."""

    public_url: WebAddress = None
    webhook_secret: Annotated[str | None, AfterValidator(_secrets)] = Field(default=None, repr=False)
    webhook_allow_private: bool = False

    @property
    def webhook_rule(self) -> WebhookRule:
        """What a client may ask for."""
        return WebhookRule(signed=bool(self.webhook_secret), allow_private=self.webhook_allow_private)
