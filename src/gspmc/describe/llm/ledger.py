"""What asking a language model costs: counted afterwards, estimated before."""

from __future__ import annotations

from dataclasses import dataclass

from gspmc.describe.llm.endpoint import Endpoint


@dataclass
class Ledger:
    """Requests and tokens of a run."""

    requests: int = 0
    """Answers that came from the endpoint."""
    repeated: int = 0
    """Requests made again after 429, 5xx, a lost connection or a timeout."""
    asked_again: int = 0
    """Answers that were wrong and asked for again."""
    from_cache: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def summary(self, endpoint: Endpoint) -> str:
        """In one line, with the price where prices are known."""
        words = [
            f"{self.requests} requests",
            f"{self.input_tokens:,} tokens in, {self.output_tokens:,} out",
        ]
        for count, what in (
            (self.from_cache, "answers kept from before"),
            (self.asked_again, "wrong answers asked again"),
            (self.repeated, "failed requests repeated"),
        ):
            if count:
                words.append(f"{count} {what}")
        if endpoint.input_price is not None and endpoint.output_price is not None:
            price = (
                self.input_tokens * endpoint.input_price
                + self.output_tokens * endpoint.output_price
            ) / 1e6
            words.append(f"price {price:.2f}")
        return ", ".join(words)


def estimate_tokens(text: str) -> int:
    """Tokens of a text, roughly: four letters of ASCII each, every other letter one.

    Every model has its own tokenizer, and few come with a package; for limits and estimates.
    """
    ascii_letters = sum(letter < "\x80" for letter in text)
    return ascii_letters // 4 + (len(text) - ascii_letters) + 1
