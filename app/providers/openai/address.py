"""Where an upstream is and how long its streams may take: what is known of it before the SDK is imported."""

from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class UpstreamAddress:
    """Upstream's address and key, and the settings to fix when the key is refused or nobody answers at the address."""

    api_key: SecretStr | None
    base_url: str | None
    timeout_seconds: float = 120
    key_setting: str = "OPENAI_API_KEY"
    url_setting: str = "OPENAI_BASE_URL"

    @property
    def is_given(self) -> bool:
        """Whether a call can be tried: OpenAI itself wants a key, another base URL may not."""
        return self.api_key is not None or self.base_url is not None


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How long a stream's status line may take, and how long upstream may pause once it has begun to answer.

    Between the two a model may think: the deadline of the whole request holds there.
    """

    first_byte_seconds: float = 30
    pause_seconds: float = 30
