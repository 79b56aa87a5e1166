"""What a server takes on, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from stance.errors import ConfigError


@dataclass(frozen=True)
class ServeSettings:
    """Limits of a server. ``docs/serving.md`` says what happens beyond each.

    Raises:
        ConfigError: when two of them contradict each other.
    """

    token: str | None = field(default=None, repr=False)
    """Bearer token that requests must carry; None asks for none."""
    max_body_bytes: int = 1_000_000
    max_articles: int = 16
    """Articles in a request."""
    max_characters: int = 100_000
    """Characters in an article."""
    max_claims: int = 8
    """Claims in a request."""
    max_requests: int = 64
    """Requests in hand at a time, those that wait in the queue among them."""
    timeout_seconds: float = 60.0
    """From the end of a request's headers to its response."""
    batch_articles: int = 16
    """Articles that the models read together."""
    batch_wait_ms: float = 5.0
    """How long an idle worker waits for others to join the first article of a batch."""
    queue_articles: int = 32
    """Articles that may wait; a request that does not fit is refused at once."""

    def __post_init__(self) -> None:
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            raise ConfigError(
                "the token is empty or not plain ASCII; make one: python -m secrets, or openssl rand -hex 32"
            )
        if self.queue_articles < self.max_articles:
            raise ConfigError(
                f"--queue-articles {self.queue_articles} is less than --max-articles {self.max_articles}: "
                "a full request would never be taken; raise the first or lower the second"
            )
