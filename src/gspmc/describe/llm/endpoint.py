"""Which language model is asked, where, and how fast."""

from __future__ import annotations

import os
from dataclasses import dataclass

from jsonargparse.typing import NonNegativeFloat, PositiveFloat, PositiveInt

from gspmc.errors import GspmcError

KEY = "OPENAI_API_KEY"
"""Environment variable of the key; it is read from nowhere else and written nowhere."""


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks the chat-completions protocol, and a model of it."""

    model: str | None = None
    """Name of the model, as the endpoint knows it."""
    base_url: str | None = None
    """Address of the endpoint up to and with /v1; without it OpenAI's own."""
    concurrency: PositiveInt = 8
    """Requests in flight at most."""
    requests_per_minute: PositiveFloat | None = None
    """Limit of the endpoint, repeated requests included."""
    tokens_per_minute: PositiveInt | None = None
    """Limit of the endpoint on tokens in and out, as estimated before each request."""
    timeout: PositiveFloat = 120.0
    """Seconds until a request is given up and made again."""
    temperature: NonNegativeFloat | None = None
    """Sent where given; some models take none."""
    input_price: NonNegativeFloat | None = None
    """Price of a million tokens in, for the report of costs."""
    output_price: NonNegativeFloat | None = None
    """Price of a million tokens out."""

    def __post_init__(self) -> None:
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise GspmcError(
                f"--base_url {self.base_url} is no web address; give one such as "
                "http://localhost:8000/v1"
            )

    def named_model(self) -> str:
        """The model.

        Raises:
            GspmcError: none was named.
        """
        if not self.model:
            raise GspmcError("no language model named; give --model as the endpoint knows it")
        return self.model

    def key(self) -> str:
        """The key from the environment; a local endpoint asks for none.

        Raises:
            GspmcError: OpenAI's own endpoint and no key.
        """
        key = os.environ.get(KEY, "")
        if not key and self.base_url is None:
            raise GspmcError(
                f"no key for the language model: set {KEY} in the environment, name a local "
                "--base_url, or take --generator offline, which needs none"
            )
        return key or "none"
