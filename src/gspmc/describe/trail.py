"""A description with all that it comes from, for people to read."""

from __future__ import annotations

from collections.abc import Iterator

from gspmc.text.description import Description


def trail(description: Description) -> Iterator[str]:
    """Lines: the texts, who wrote them when and with which prompts, passages, checks and review."""
    yield f"{description.label} ({description.language})"
    yield f"primary: {description.primary}"
    yield f"refined: {description.refined_text}"
    for synonym in description.synonyms:
        yield f"synonym: {synonym}"
    for part in description.parts:
        yield f"part ({', '.join(part.parts)}): {part.text}"
    writer = description.generator
    if writer is not None:
        version = f", prompts {writer.prompt_version}" if writer.prompt_version else ""
        date = f", {writer.date}" if writer.date else ""
        yield f"written by: {writer.model}{version}{date}"
    for source in description.sources:
        use = " (shown to the model, not used)" if source.use == "shown" else ""
        yield f"source: {source.id}{use}{f': {source.quote}' if source.quote else ''}"
    for check in description.checks:
        field = f" in {check.field}" if check.field else ""
        quote = f': "{check.quote}"' if check.quote else ""
        message = f" ({check.message})" if check.message else ""
        yield f"check: {check.rule}{field}{quote}{message}"
    review = description.review
    yield (
        f"review: {review.verdict} by {review.by}, {review.at}" if review else "review: none so far"
    )
