"""Which language model is asked, where, and how fast."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from jsonargparse.typing import NonNegativeFloat, PositiveFloat, PositiveInt

from gspmc.errors import GspmcError

KEY, ADDRESS = "OPENAI_API_KEY", "OPENAI_BASE_URL"
"""Environment variables of the key, which is read from nowhere else and written nowhere, and of the
address where no option names one."""


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks the chat-completions protocol, and a model of it."""

    model: str | None = None
    """Name of the model, as the endpoint knows it."""
    base_url: str | None = None
    """Address of the endpoint up to and with /v1; without it OPENAI_BASE_URL, or OpenAI's own."""
    concurrency: PositiveInt = 8
    """Requests in flight at most."""
    requests_per_minute: PositiveFloat | None = None
    """Limit of the endpoint, repeated requests included."""
    tokens_per_minute: PositiveInt | None = None
    """Limit of the endpoint on tokens in and out, as estimated before each request."""
    timeout: PositiveFloat = 120.0
    """Seconds until a request, its whole answer included, is given up and made again."""
    temperature: NonNegativeFloat | None = None
    """Sent where given; some models take none."""
    input_price: NonNegativeFloat | None = None
    """Price of a million tokens in, for the report of costs."""
    output_price: NonNegativeFloat | None = None
    """Price of a million tokens out."""

    def named_model(self) -> str:
        """The model.

        Raises:
            GspmcError: none was named.
        """
        if not self.model:
            raise GspmcError("no language model named; give --model as the endpoint knows it")
        return self.model

    def address(self) -> str | None:
        """Where to ask, by option or environment; None: OpenAI's own.

        Raises:
            GspmcError: it is no web address, or holds a secret, which would be written down.
        """
        address = self.base_url or os.environ.get(ADDRESS) or None
        if address is None:
            return None
        if "@" in address or "?" in address:  # before anything of it is printed
            raise GspmcError(
                "the address of the language model holds a name, password or query: give it "
                f"without them, and the key in {KEY}"
            )
        try:
            parts = urlsplit(address)
            named = (parts.hostname or "").encode("idna") and parts.port != 0
        except ValueError as error:  # brackets, a port or a name that cannot be
            raise no_address(address) from error
        if parts.scheme not in ("http", "https") or not named or not address.isprintable():
            raise no_address(address)
        return address

    def key(self) -> str | None:
        """The key from the environment; None for an endpoint of one's own, which asks for none.

        Raises:
            GspmcError: OpenAI's own endpoint and no key, or one that cannot be sent.
        """
        key = os.environ.get(KEY, "").strip()
        if not key and self.address() is None:
            raise GspmcError(
                f"no key for the language model: set {KEY} in the environment, name a local "
                "--base_url, or take --generator offline, which needs none"
            )
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise GspmcError(f"{KEY} holds characters that no key has; set it again")
        return key or None


def no_address(given: str | None) -> GspmcError:
    """What is said of an address that is none."""
    shown = str(given) if str(given).isprintable() else ascii(given)
    return GspmcError(
        f"--base_url {shown} is no web address; give one such as http://localhost:8000/v1"
    )
