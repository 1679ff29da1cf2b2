"""Chat completions from an endpoint: requests, their limits, and what comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from gspmc.describe.llm.endpoint import Endpoint, no_address
from gspmc.describe.llm.ledger import Ledger, estimate_tokens
from gspmc.errors import GspmcError

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_LOG = logging.getLogger(__name__)

REPEATS = 8
"""Times that a request is repeated after 429, 5xx, a lost connection or a timeout."""
NOT_TO_BE_HELPED = (401, 403, 404)
"""Status codes that every other request would get too."""
ALL_STRANGE = 10
"""Answers that are no completions, with none before them that is one, after which a run ends."""
EXPECTED_OUTPUT = 300
"""Tokens of an answer, for the limit per minute."""
BURST = 8_000
"""Tokens that may be asked for at once under a limit per minute."""
TOLD = 200
"""Characters that are told of what an endpoint or a model says."""

Message = Mapping[str, str]


class AskError(Exception):
    """No usable answer for one sign; others may do better."""


class _Spoken(BaseModel):
    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Spoken
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What is read of a completion; endpoints add to it and leave out what they like."""

    choices: list[_Choice]
    usage: Any = None


class Client:
    """Requests to one endpoint.

    They are repeated by the OpenAI client, which waits as `Retry-After` says (up to two minutes) or
    twice as long each time. An endpoint that knows no JSON schemas is asked for JSON.

    Attributes:
        address: where is asked.

    Raises:
        GspmcError: no model, key or possible address, or the `llm` extra is not installed.
    """

    def __init__(self, endpoint: Endpoint, ledger: Ledger) -> None:
        try:
            import openai
            from aiolimiter import AsyncLimiter
        except ImportError as error:
            raise GspmcError(
                "the language model needs further packages: pip install 'gspmc[llm]'"
            ) from error
        # httpx, or what has taken its place under the client: whose timeouts it repeats.
        http = import_module(openai.DefaultAsyncHttpxClient.__base__.__module__.partition(".")[0])
        self._openai, self._ledger = openai, ledger
        self._model, self._temperature = endpoint.named_model(), endpoint.temperature
        self._key = endpoint.key()
        requests = tokens = None
        if endpoint.requests_per_minute is not None:
            requests = AsyncLimiter(1, 60 / endpoint.requests_per_minute)
        if endpoint.tokens_per_minute is not None:
            burst = min(endpoint.tokens_per_minute, BURST)
            tokens = AsyncLimiter(burst, 60 * burst / endpoint.tokens_per_minute)

        class LimitedClient(openai.DefaultAsyncHttpxClient):
            """Below the repeating of requests, so that limits hold for each one that is sent.

            The library's timeouts are for every single read: an answer that trickles would never
            end.
            """

            async def send(self, request: Any, **options: Any) -> Any:
                await _keep_limits(request.content.decode(), requests, tokens)
                try:
                    sending = super().send(request, **options)
                    return await asyncio.wait_for(sending, endpoint.timeout)
                except (asyncio.TimeoutError, http.TimeoutException) as error:
                    told = f"no whole answer within {endpoint.timeout:g} s"
                    raise http.ReadTimeout(told, request=request) from error

        address = endpoint.address()
        try:
            self._client = openai.AsyncOpenAI(
                api_key=self._key or "none",
                base_url=address,
                timeout=endpoint.timeout,
                max_retries=REPEATS,
                http_client=LimitedClient(),
            )
        except http.InvalidURL as error:  # a name that has no form in ASCII, say
            raise no_address(address) from error
        self.address = str(self._client.base_url).rstrip("/")
        self._strange = 0
        self._forms = ["json_schema", "json_object", "text"]

    async def close(self) -> None:
        await self._client.close()

    async def complete(
        self, messages: list[Message], name: str, schema: Mapping[str, Any]
    ) -> tuple[str, str | None]:
        """Text of an answer, and what is wrong with it as far as the protocol tells.

        Raises:
            AskError: the endpoint gives none.
            GspmcError: the endpoint cannot be used at all.
        """
        completion = self._read(await self._request(messages, name, schema))
        self._count(completion.usage)
        if not completion.choices:
            return "", "there was no answer"
        choice = completion.choices[0]
        text = choice.message.content or ""
        if isinstance(text, list):
            text = "".join(str(piece.get("text", "")) for piece in text)
        if choice.message.refusal or choice.finish_reason == "content_filter":
            told = choice.message.refusal or text or "no reason given"
            return text, f"it was refused: {in_one_line(told)}"
        if choice.finish_reason == "length":
            return text, "it was cut off for its length"
        return text, None if text.strip() else "it was empty"

    async def _request(
        self, messages: list[Message], name: str, schema: Mapping[str, Any]
    ) -> bytes:
        openai = self._openai
        while True:
            form = self._forms[0]
            extras: dict[str, Any] = {}
            if form == "json_schema":
                named = {"name": name, "schema": schema, "strict": True}
                extras["response_format"] = {"type": form, "json_schema": named}
            elif form == "json_object":
                extras["response_format"] = {"type": form}
            if self._temperature is not None:
                extras["temperature"] = self._temperature
            try:
                response = await self._client.chat.completions.with_raw_response.create(
                    model=self._model,
                    messages=messages,  # type: ignore[arg-type]
                    **extras,
                )
            except openai.APIStatusError as error:
                if self._takes_simpler_form(error, form):
                    continue
                reason = self._told(f"{error.status_code}: {_message(error)}")
                if error.status_code in NOT_TO_BE_HELPED:
                    raise GspmcError(
                        f"the endpoint refuses: {reason}; look at --base_url, --model and the key "
                        "in the environment"
                    ) from error
                raise AskError(f"the endpoint failed with {reason}") from error
            except openai.APIConnectionError as error:
                cause = error.__cause__ or error
                reason = self._told(str(cause) or type(cause).__name__)
                if not self._ledger.requests:
                    raise GspmcError(
                        f"cannot reach {self.address}: {reason}; look at --base_url, and whether "
                        "the server runs"
                    ) from error
                raise AskError(f"the endpoint failed: {reason}") from error
            self._ledger.repeated += response.retries_taken
            return response.content

    def _read(self, body: bytes) -> _Completion:
        try:
            completion = _Completion.model_validate_json(body)
        except ValidationError as error:
            told = self._told(body.decode(errors="replace"))
            problem = f"the endpoint sent no chat completion: {told}"
            self._strange += 1
            if not self._ledger.requests and self._strange >= ALL_STRANGE:
                raise GspmcError(f"{problem}; look at --base_url {self.address}") from error
            raise AskError(problem) from error
        self._ledger.requests += 1
        return completion

    def _count(self, usage: Any) -> None:
        """Tokens, where the endpoint tells them."""
        told = usage if isinstance(usage, dict) else {}
        for kind, name in (("input", "prompt_tokens"), ("output", "completion_tokens")):
            if isinstance(tokens := told.get(name), int):
                total = getattr(self._ledger, f"{kind}_tokens")
                setattr(self._ledger, f"{kind}_tokens", total + tokens)

    def _takes_simpler_form(self, error: Any, form: str) -> bool:
        """Whether the endpoint does not know this response format and another one is left."""
        words = _message(error)
        complains = error.status_code in (400, 422) and (
            "response_format" in words or "json_schema" in words or "json_object" in words
        )
        if complains and self._forms[0] == form and len(self._forms) > 1:
            self._forms.pop(0)
            _LOG.info("the endpoint takes no %s, going on with %s", form, self._forms[0])
        return complains and self._forms[0] != form

    def _told(self, words: str) -> str:
        return in_one_line(words.replace(self._key, "…") if self._key else words)


def in_one_line(words: str) -> str:
    """Words of others as they may stand in a message: printable, and not too many."""
    bare = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(bare.split())[:TOLD]


async def _keep_limits(
    body: str, requests: AsyncLimiter | None, tokens: AsyncLimiter | None
) -> None:
    if requests is not None:
        await requests.acquire()
    if tokens is not None:  # more than may be asked for at once are waited for piece by piece
        amount = float(estimate_tokens(body) + EXPECTED_OUTPUT)
        while amount > 0:
            await tokens.acquire(min(amount, tokens.max_rate))
            amount -= tokens.max_rate


def _message(error: Any) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    inner = body.get("error", body)
    told = inner.get("message") if isinstance(inner, dict) else inner
    return str(told or error.message)
