"""Asking for answers of a given form, each at most once."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TypeVar

from pydantic import ValidationError

from gspmc.describe.llm.answers import Answer, Asked, json_schema
from gspmc.describe.llm.cache import AnswerCache
from gspmc.describe.llm.client import AskError, Client, Message, in_one_line
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.describe.llm.ledger import Ledger

ASKED_AGAIN = 2
"""Times that a wrong answer is asked for again, its mistake quoted."""
QUOTED = 4000
"""Characters of a wrong answer that are quoted to the model; right ones are shorter."""
AFTER_THINKING = "</think>"
"""What some models put between what they think and what they say."""

SomeAnswer = TypeVar("SomeAnswer", bound=Answer)


class Chat:
    """A talk with one endpoint about many signs, to be used as an asynchronous context.

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
        self.endpoint, self.cache, self.ledger = endpoint, cache, ledger
        self.fresh = fresh
        self._client = Client(endpoint, ledger)
        self._slots = asyncio.Semaphore(endpoint.concurrency)

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
        self, messages: list[dict[str, str]], answer: type[SomeAnswer], asked: Asked
    ) -> SomeAnswer:
        """A valid answer, from the cache or the endpoint; a wrong one is asked for again.

        Raises:
            AskError: the endpoint gives none, even after its mistakes were quoted to it.
            GspmcError: the endpoint cannot be used at all.
        """
        schema = json_schema(answer)
        request = {
            "base_url": self._client.address,
            "model": self.endpoint.model,
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
        talk: list[Message] = list(messages)
        for turn in range(1 + ASKED_AGAIN):
            self.ledger.asked_again += turn > 0
            async with self._slots:
                text, complaint = await self._client.complete(talk, answer.__name__, schema)
            if complaint is None:
                try:
                    found = answer.model_validate_json(_object_in(text), context=asked)
                except ValidationError as error:
                    complaint = _first_problem(error)
                else:
                    self.cache.put(request, found.model_dump_json())
                    return found
            if text.strip():
                talk.append({"role": "assistant", "content": text[:QUOTED]})
            talk.append({"role": "user", "content": f"{_wrong(complaint)} Answer again, in full."})
        raise AskError(f"{_wrong(complaint)} (asked {1 + ASKED_AGAIN} times)")


def _object_in(text: str) -> str:
    """The JSON object of an answer that has thoughts, words or a code fence around it."""
    text = text.rpartition(AFTER_THINKING)[2]
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(step) for step in problem["loc"]) or "the answer"
    return in_one_line(f"{field}: {problem['msg'].removeprefix('Value error, ')}")


def _wrong(complaint: str | None) -> str:
    return f"The answer is wrong: {complaint}."
