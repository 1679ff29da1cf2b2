"""Plant errors of every kind in a description file, from a seed.

    python -m benchmarks.planted_errors.plant DESCRIPTIONS KB OUT TRUTH [--seed 0] [--each 30]
        [--pool development|held_out]

``TRUTH`` is JSONL, one planted error a line: label, field, rule, quote (the text that is wrong). A
text gets one error at most. Where a whole description is another sign's, "scope" is "label".
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from benchmarks.planted_errors.planter import Planted, Planter
from benchmarks.planted_errors.wordings import POOLS

from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text import Description, read_descriptions, write_descriptions
from gspmc.text.encoder import TextEncoder, load_text_encoder

RULES = (
    "reference_in_text",
    "letter_in_text",
    "meaning_in_text",
    "over_word_target",
    "over_encoder_limit",
    "part_tags",
    "one_handed_left_hand",
    "near_identical",
    "lost_fact",
    "contradicted_handedness",
    "contradicted_location",
    "contradicted_contact",
    "contradicted_repetition",
    "contradicted_flexion",
    "contradicted_path",
)


def plant_errors(
    descriptions: dict[str, Description],
    kb: KnowledgeBase,
    encoder: TextEncoder,
    seed: int = 0,
    each: int = 30,
    pool: str = "development",
) -> tuple[dict[str, Description], list[Planted]]:
    """Mutated descriptions and what is wrong in them; the same for the same seed."""
    entries = {}
    for label, description in descriptions.items():
        entry = kb.get(description.sources[0].id) if description.sources else None
        if entry is not None and entry.codes:
            entries[label] = entry
    coded = {label: descriptions[label] for label in entries}
    planter = Planter(coded, entries, encoder, POOLS[pool], seed)
    for rule in ("near_identical", "lost_fact"):  # both need texts that are as they were
        planter.plant(rule, each)
    for rule in RULES:
        if rule not in ("near_identical", "lost_fact"):
            planter.plant(rule, each)
    return planter.descriptions, planter.truth


def main() -> None:
    """Write the mutated descriptions and the truth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("descriptions", "kb", "out", "truth"):
        parser.add_argument(name)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=30, help="errors of each kind, at most")
    parser.add_argument("--pool", choices=sorted(POOLS), default="development")
    given = parser.parse_args()
    mutated, truth = plant_errors(
        read_descriptions(given.descriptions),
        KnowledgeBase.open(given.kb),
        load_text_encoder(),
        given.seed,
        given.each,
        given.pool,
    )
    write_descriptions(given.out, mutated.values())
    with open(given.truth, "w", encoding="utf-8") as file:
        for planted in truth:
            file.write(json.dumps(asdict(planted), ensure_ascii=False) + "\n")
    print(f"{len(truth)} errors planted in {len(mutated)} descriptions")


if __name__ == "__main__":
    main()
