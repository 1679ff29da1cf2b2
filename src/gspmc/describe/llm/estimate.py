"""What describing signs with a language model will cost, before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence

from gspmc.describe.labels import Label
from gspmc.describe.llm.ledger import Ledger, estimate_tokens
from gspmc.describe.llm.writer import ModelWriter

OUTPUT_TOKENS = (130, 110, 300, 280)
"""Tokens of the answers of P1, P3, P2 and P4 in English, with texts as long as are asked for."""
SCHEMA_TOKENS = 120
"""Tokens of the schema that goes with a prompt, beside the one in it."""
TEXT_TOKENS = 90
"""Tokens of a text of 60 words, of which the later prompts hold up to two."""


def estimate(writer: ModelWriter, labels: Sequence[Label]) -> Ledger:
    """Requests and tokens for labels, in which nothing is wrong and nothing is asked again.

    The first prompt of each label is counted as it is; the later ones, whose texts are not there
    yet, as the first without its passages and with two texts.
    """
    ledger = Ledger()
    for label in labels:
        _, shown = writer.passages(label)
        if writer.kb is not None and not shown:
            continue
        bare, full = (
            sum(estimate_tokens(message["content"]) for message in messages)
            for messages in (writer.first_messages(label, []), writer.first_messages(label, shown))
        )
        bare, full = bare + SCHEMA_TOKENS, full + SCHEMA_TOKENS
        ledger.requests += len(OUTPUT_TOKENS)
        ledger.input_tokens += full + 3 * (bare + 2 * TEXT_TOKENS)
        ledger.output_tokens += sum(OUTPUT_TOKENS)
    return ledger
