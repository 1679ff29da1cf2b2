"""The four steps of METHOD §3 by a language model, for many signs at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from gspmc.describe.choice import Choice, choose_entry
from gspmc.describe.entry import Entry
from gspmc.describe.following import Followed, follow_references
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label
from gspmc.describe.llm.answers import (
    SYNONYMS,
    Answer,
    Asked,
    PartsAnswer,
    PrimaryAnswer,
    RefinedAnswer,
    SynonymsAnswer,
)
from gspmc.describe.llm.cache import AnswerCache
from gspmc.describe.llm.chat import Chat, SomeAnswer
from gspmc.describe.llm.client import AskError
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.describe.llm.ledger import Ledger
from gspmc.describe.llm.prompts import Prompts, Step
from gspmc.describe.outcome import Outcome
from gspmc.describe.references import NOT_MOVEMENT
from gspmc.text.description import Check, Description, Generator, PartText, Source
from gspmc.text.encoder import TextEncoder

PASSAGES = 5
"""Passages that a search may put before the model."""


class ModelWriter:
    """Describes labels with a language model, grounded in a knowledge base or from its memory.

    Definition (P1), then the refined text (P3), then paraphrases (P2) and part texts (P4), both of
    the refined text: of the definition, as in the paper, they would keep its references.

    Args:
        kb: None for the paper's control, a model without a knowledge base.
        encoder: whose token limit all texts but the definition must fit.
        answers: file of answers given before.
        variant: of a label with several entries the number or id to take, not the most frequent.
        language: in which to write (BCP 47).

    Attributes:
        ledger: what `describe` has cost so far.
    """

    is_paid = True

    def __init__(
        self,
        endpoint: Endpoint,
        prompts: Prompts,
        kb: KnowledgeBase | None,
        encoder: TextEncoder,
        answers: str | Path,
        variant: str | None = None,
        language: str = "en",
    ) -> None:
        self.endpoint, self.prompts, self.kb = endpoint, prompts, kb
        self.encoder, self.variant, self.language = encoder, variant, language
        self.answers = answers
        self.model = endpoint.named_model()
        self.prompt_version = prompts.version
        self.ledger = Ledger()

    @property
    def settings(self) -> dict[str, str | None]:
        """Model, prompts, corpus, variant and language."""
        model = {"model": self.model, "prompts": self.prompt_version}
        corpus = {"kb": self.kb.uri if self.kb else None, "variant": self.variant}
        return {**model, **corpus, "language": self.language}

    def is_current(self, description: Description, label: Label) -> bool:
        """Whether the same prompts would be asked in the same language, from the same passages."""
        made = description.generator
        if made is None or (made.model, made.prompt_version) != (self.model, self.prompt_version):
            return False
        choice, shown = self.passages(label)
        followed = self._follow(description.primary, choice, shown).entries if shown else []
        passages = {(entry.id, entry.text) for entry in [*shown, *followed]}
        sources = {(source.id, source.quote) for source in description.sources}
        return description.language == self.language and passages == sources

    def describe(
        self, labels: Sequence[Label], report: Callable[[Outcome], None], fresh: bool = False
    ) -> None:
        """Describe labels, several at once; one without a usable answer is reported as failed.

        Args:
            fresh: ask, even where the same was asked before.

        Raises:
            GspmcError: the endpoint cannot be reached or refuses everything, or a full disk.
        """
        if labels:
            asyncio.run(self._describe(labels, report, fresh))

    async def _describe(
        self, labels: Sequence[Label], report: Callable[[Outcome], None], fresh: bool
    ) -> None:
        cache = AnswerCache(self.answers)
        waiting = iter(labels)

        async def work(chat: Chat) -> None:
            for label in waiting:  # shared by all workers, so each label is taken once
                report(await self._outcome(label, chat))

        try:
            async with Chat(self.endpoint, cache, self.ledger, fresh) as chat:
                # Two signs a slot: one is asked for while another is looked up or validated.
                workers = min(len(labels), 2 * self.endpoint.concurrency)
                working = [asyncio.create_task(work(chat)) for _ in range(workers)]
                try:
                    await asyncio.gather(*working)
                finally:  # when one fails for all, none asks on
                    for task in working:
                        task.cancel()
                    await asyncio.gather(*working, return_exceptions=True)
        finally:
            cache.close()

    async def _outcome(self, label: Label, chat: Chat) -> Outcome:
        try:
            return await self._described(label, chat)
        except AskError as error:
            return Outcome(label.label, "failed", reason=str(error))

    async def _described(self, label: Label, chat: Chat) -> Outcome:
        choice, shown = await asyncio.to_thread(self.passages, label)
        if self.kb is not None and not shown:
            return Outcome(label.label, "missing")
        is_variant = choice is not None and choice.is_variant
        asked = Asked(label.label, {entry.id for entry in shown}, self._complaint)
        primary = await chat.ask(self.first_messages(label, shown), PrimaryAnswer, asked)
        definition = primary.definition
        if definition is None:
            return Outcome(label.label, "unusable" if choice else "missing", is_variant=is_variant)
        followed = await asyncio.to_thread(self._follow, definition, choice, shown)

        async def ask(step: Step, answer: type[SomeAnswer], **values: Any) -> SomeAnswer:
            return await chat.ask(self._messages(step, answer, **values), answer, asked)

        told = {"label": label.label, "definition": definition}
        passages = [_passage(entry) for entry in followed.entries]
        refined = await ask("refined", RefinedAnswer, **told, passages=passages)
        text = refined.refined
        synonyms, parts = await asyncio.gather(
            ask("synonyms", SynonymsAnswer, **told, refined=text, count=SYNONYMS),
            ask("parts", PartsAnswer, label=label.label, refined=text),
        )
        description = Description(
            label=label.label,
            language=self.language,
            primary=definition,
            refined=text,
            synonyms=synonyms.synonyms,
            parts=[PartText(text=part.text, parts=part.parts) for part in parts.parts],
            sources=_sources(shown, followed.entries, primary.cited),
            generator=Generator(
                model=self.model,
                prompt_version=self.prompt_version,
                date=datetime.now(timezone.utc).date().isoformat(),
            ),
            checks=[
                *(choice.checks if choice else _searched(label, shown, primary.cited)),
                *followed.checks,
                *_told_by_the_model(refined),
            ],
        )
        return Outcome(label.label, "described", description, is_variant=is_variant)

    def passages(self, label: Label) -> tuple[Choice | None, list[Entry]]:
        """The entry of a label; without one, the passages that a search finds for it."""
        if self.kb is None:
            return None, []
        choice = choose_entry(label, self.kb, self.variant)
        if choice is not None:
            return choice, [choice.entry]
        query = " ".join(filter(None, (label.label, label.translation)))
        return None, self.kb.search(query.replace("_", " "), PASSAGES)

    def _follow(self, definition: str, choice: Choice | None, shown: Sequence[Entry]) -> Followed:
        """Entries that a definition refers to, and what it refers to in vain."""
        if self.kb is None:
            return Followed()
        start = choice.entry if choice else None
        language = (start or shown[0]).language
        return follow_references(definition, self.kb, language, start)

    def first_messages(self, label: Label, shown: Sequence[Entry]) -> list[dict[str, str]]:
        """What is asked in the first step."""
        return self._messages(
            "primary",
            PrimaryAnswer,
            label=label.label,
            translation=label.translation,
            passages=[_passage(entry) for entry in shown],
        )

    def _messages(self, step: Step, answer: type[Answer], **values: Any) -> list[dict[str, str]]:
        return self.prompts.messages(step, answer, self.language, **values)

    def _complaint(self, text: str) -> str | None:
        tokens = self.encoder.count_tokens([text])[0]
        if tokens <= self.encoder.limit:
            return None
        return (
            f"has {tokens} tokens, and the text encoder takes {self.encoder.limit}; write less "
            "than 60 words"
        )


def _searched(label: Label, shown: Sequence[Entry], cited: Sequence[str]) -> list[Check]:
    """A note that a label without an entry was described from what a search found."""
    if not shown:
        return []
    ids = ", ".join(cited)
    message = f"'{label.label}' has no entry of its own; taken from: {ids or 'nothing'}"
    return [Check(rule="matched_by", quote=ids, message=message)]


def _passage(entry: Entry) -> dict[str, str]:
    """An entry as it is shown to the model."""
    return {"id": entry.id, "headword": entry.headword, "text": entry.text}


def _sources(
    shown: Sequence[Entry], followed: Sequence[Entry], cited: Sequence[str]
) -> list[Source]:
    """Every passage that the model saw, those first that its texts were taken from."""
    used = [entry for entry in shown if entry.id in cited]
    used += [entry for entry in followed if entry not in used]
    only_shown = [entry for entry in shown if entry not in used]
    return [
        *(Source(id=entry.id, quote=entry.text) for entry in used),
        *(Source(id=entry.id, quote=entry.text, use="shown") for entry in only_shown),
    ]


def _told_by_the_model(answer: RefinedAnswer) -> list[Check]:
    """What the refining step left out, by its own account."""
    return [
        *(
            Check(
                rule="unresolved_reference",
                field="refined",
                quote=name,
                message="the model found no passage that explains it",
            )
            for name in answer.unresolved
        ),
        *(
            Check(
                rule=NOT_MOVEMENT,
                field="refined",
                quote=words,
                message="left out as not about form",
            )
            for words in answer.removed
        ),
    ]
