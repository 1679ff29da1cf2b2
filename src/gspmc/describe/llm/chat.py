"""Asking a chat-completions endpoint for answers of a given form."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar

from pydantic import ValidationError

from gspmc.describe.llm.answers import Answer, Asked, json_schema
from gspmc.describe.llm.cache import AnswerCache
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.describe.llm.ledger import Ledger, estimate_tokens
from gspmc.errors import GspmcError

_LOG = logging.getLogger(__name__)

ASKED_AGAIN = 2
"""Times that a wrong answer is asked for again, its mistake quoted."""
REPEATS = 8
"""Times that a request is repeated after 429, 5xx, a lost connection or a timeout."""
NOT_TO_BE_HELPED = (401, 403, 404)
"""Status codes that every other request would get too."""
EXPECTED_OUTPUT = 300
"""Tokens of an answer, for the limit per minute."""
BURST = 8_000
"""Tokens that may be asked for at once under a limit per minute."""

Message = Any  # a dict of role and content; the client's types are a union of six
SomeAnswer = TypeVar("SomeAnswer", bound=Answer)


class AskError(Exception):
    """No usable answer for one sign; others may do better."""


class Chat:
    """A client of one endpoint, to be used as an asynchronous context.

    Requests are repeated by the OpenAI client, which waits as `Retry-After` says (up to two
    minutes) or twice as long each time. An endpoint that knows no JSON schemas is asked for JSON.

    Args:
        cache: of answers; only valid ones are kept.
        ledger: in which requests and tokens are counted.
        fresh: ask, even where the cache has an answer.

    Raises:
        GspmcError: no model or key, or the `llm` extra is not installed.
    """

    def __init__(
        self, endpoint: Endpoint, cache: AnswerCache, ledger: Ledger, fresh: bool = False
    ) -> None:
        import asyncio

        try:
            import openai
            from aiolimiter import AsyncLimiter
        except ImportError as error:
            raise GspmcError(
                "the language model needs further packages: pip install 'gspmc[llm]'"
            ) from error
        self.endpoint, self.cache, self.ledger = endpoint, cache, ledger
        self.fresh = fresh
        self._openai = openai
        self._model = endpoint.named_model()
        self._slots = asyncio.Semaphore(endpoint.concurrency)
        self._limits: list[tuple[AsyncLimiter, bool]] = []
        if endpoint.requests_per_minute is not None:
            spacing = 60 / endpoint.requests_per_minute
            self._limits.append((AsyncLimiter(1, spacing), False))
        if endpoint.tokens_per_minute is not None:
            burst = min(endpoint.tokens_per_minute, BURST)
            seconds = 60 * burst / endpoint.tokens_per_minute
            self._limits.append((AsyncLimiter(burst, seconds), True))
        # The limits hold for repeated requests too, so they are kept below the client.
        self._http = openai.DefaultAsyncHttpxClient(event_hooks={"request": [self._keep_limits]})
        self._key = endpoint.key()
        self._client = openai.AsyncOpenAI(
            api_key=self._key,
            base_url=endpoint.base_url,
            timeout=endpoint.timeout,
            max_retries=REPEATS,
            http_client=self._http,
        )
        self._forms = ["json_schema", "json_object", "text"]

    async def __aenter__(self) -> Chat:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def ask(
        self, messages: list[Message], answer: type[SomeAnswer], asked: Asked
    ) -> SomeAnswer:
        """A valid answer, from the cache or the endpoint; a wrong one is asked for again.

        Raises:
            AskError: the endpoint gives none, even after its mistakes were quoted to it.
            GspmcError: the endpoint cannot be used at all.
        """
        schema = json_schema(answer)
        request = {
            "base_url": self.endpoint.base_url,
            "model": self._model,
            "temperature": self.endpoint.temperature,
            "messages": messages,
            "schema": schema,
        }
        kept = None if self.fresh else self.cache.get(request)
        if kept is not None:
            try:
                found = answer.model_validate_json(kept, context=asked)
            except ValidationError:
                pass  # was right for another text encoder
            else:
                self.ledger.from_cache += 1
                return found
        talk = list(messages)
        for turn in range(1 + ASKED_AGAIN):
            self.ledger.asked_again += turn > 0
            text, complaint = await self._complete(talk, answer.__name__, schema)
            if complaint is None:
                try:
                    found = answer.model_validate_json(_object_in(text), context=asked)
                except ValidationError as error:
                    complaint = _first_problem(error)
                else:
                    self.cache.put(request, found.model_dump_json())
                    return found
            talk += [{"role": "assistant", "content": text}] if text.strip() else []
            talk += [{"role": "user", "content": f"{_again(complaint)} Answer again, in full."}]
        raise AskError(f"{_again(complaint)} (asked {1 + ASKED_AGAIN} times)")

    async def _complete(
        self, messages: list[Message], name: str, schema: Mapping[str, Any]
    ) -> tuple[str, str | None]:
        """Text of an answer, and what is wrong with it as far as the protocol tells."""
        async with self._slots:
            completion = await self._request(messages, name, schema)
        if completion.usage is not None:
            self.ledger.input_tokens += completion.usage.prompt_tokens
            self.ledger.output_tokens += completion.usage.completion_tokens
        if not completion.choices:
            return "", "there was no answer"
        choice = completion.choices[0]
        text = choice.message.content or ""
        if choice.message.refusal or choice.finish_reason == "content_filter":
            return text, f"it was refused: {choice.message.refusal or text or 'no reason given'}"
        if choice.finish_reason == "length":
            return text, "it was cut off for its length"
        return text, None if text.strip() else "it was empty"

    async def _request(self, messages: list[Message], name: str, schema: Mapping[str, Any]) -> Any:
        openai = self._openai
        while True:
            form = self._forms[0]
            extras: dict[str, Any] = {}
            if form == "json_schema":
                named = {"name": name, "schema": schema, "strict": True}
                extras["response_format"] = {"type": form, "json_schema": named}
            elif form == "json_object":
                extras["response_format"] = {"type": form}
            if self.endpoint.temperature is not None:
                extras["temperature"] = self.endpoint.temperature
            try:
                response = await self._client.chat.completions.with_raw_response.create(
                    model=self._model, messages=messages, **extras
                )
                self.ledger.repeated += response.retries_taken
                completion = response.parse()
            except openai.APIStatusError as error:
                if self._takes_simpler_form(error, form):
                    continue
                reason = self._without_key(f"{error.status_code}: {_message(error)}")
                if error.status_code in NOT_TO_BE_HELPED:
                    raise GspmcError(
                        f"the endpoint refuses: {reason}; look at --base_url, --model and the key "
                        "in the environment"
                    ) from error
                raise AskError(f"the endpoint failed with {reason}") from error
            except (openai.APIConnectionError, openai.OpenAIError, ValueError) as error:
                reason = self._without_key(str(error.__cause__ or error))
                if not self.ledger.requests and isinstance(error, openai.APIConnectionError):
                    place = self.endpoint.base_url or "OpenAI"
                    raise GspmcError(
                        f"cannot reach {place}: {reason}; look at --base_url, and whether the "
                        "server runs"
                    ) from error
                raise AskError(f"the endpoint failed: {reason}") from error
            self.ledger.requests += 1
            return completion

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

    async def _keep_limits(self, request: Any) -> None:
        for limiter, counts_tokens in self._limits:
            amount = 1.0
            if counts_tokens:
                tokens = estimate_tokens(request.content.decode()) + EXPECTED_OUTPUT
                amount = min(float(tokens), limiter.max_rate)
            await limiter.acquire(amount)

    def _without_key(self, words: str) -> str:
        return " ".join(words.replace(self._key, "…").split())[:300]


def _message(error: Any) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    inner = body.get("error", body)
    told = inner.get("message") if isinstance(inner, dict) else inner
    return str(told or error.message)


def _object_in(text: str) -> str:
    """The JSON object of an answer that has words or a code fence around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(step) for step in problem["loc"]) or "the answer"
    return f"{field}: {problem['msg'].removeprefix('Value error, ')}"


def _again(complaint: str | None) -> str:
    return f"The answer is wrong: {complaint}."
