"""A knowledge base of a few signs, and a writer that asks a local endpoint."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gspmc.bench.chat_server import Reply, Request, serving
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.describe.llm.prompts import Prompts
from gspmc.describe.llm.writer import ModelWriter
from gspmc.text.encoder import TextEncoder

MakeWriter = Callable[..., ModelWriter]


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Request], Reply]], str]]:
    """Serve a model until the test ends; its base URL."""
    with ExitStack() as stack:
        yield lambda model: stack.enter_context(serving(model))


@pytest.fixture
def make_writer(
    serve: Callable[[Callable[[Request], Reply]], str],
    make_kb: Callable[..., KnowledgeBase],
    words: Callable[..., TextEncoder],
    tmp_path: Path,
) -> MakeWriter:
    """A writer that asks ``model``, with options of the endpoint by name."""

    def make(
        model: Callable[[Request], Reply] | str,
        kb: KnowledgeBase | None = None,
        prompts: Path | None = None,
        limit: int = 200,
        **options: Any,
    ) -> ModelWriter:
        url = model if isinstance(model, str) else serve(model)
        return ModelWriter(
            Endpoint(**{"model": "test", "base_url": url, **options}),
            Prompts(prompts),
            kb or make_kb(),
            words(limit),
            tmp_path / "answers.sqlite",
        )

    return make
