"""Describing many signs by a language model that takes a second for every answer."""

from __future__ import annotations

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from gspmc.bench.chat_model import right_answer
from gspmc.bench.chat_server import Reply, Request, serving
from gspmc.bench.encoders import Row
from gspmc.bench.memory import resident_peak
from gspmc.describe.build import build
from gspmc.describe.documents import Document
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.describe.llm.prompts import Prompts
from gspmc.describe.llm.writer import ModelWriter
from gspmc.describe.run import describe_labels
from gspmc.text.encoder import load_text_encoder

SIGNS, STEPS, IN_FLIGHT, SECONDS = 2000, 4, 64, 1.0
EARLY = SIGNS // 10
"""Signs after which memory is looked at first."""
REFERRED = 'The right hand has the same handshape as in "sign{}" and taps the chin {} times.'


def measure() -> Row:
    """Time and memory of all signs, half of which have an entry of their own.

    The others have to be searched for; every text refers to another sign.
    """
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        encoder = load_text_encoder()
        texts = [REFERRED.format((n + 1) % SIGNS, n) for n in range(SIGNS)]
        entries = [Entry(f"sign{n}", f"sign{n}", text) for n, text in enumerate(texts)]
        build([Document("entries", "", 0, lambda: iter(entries))], folder / "kb", encoder)
        kb = KnowledgeBase.open(folder / "kb")  # with an encoder of its own, as the command has it
        labels = [f"sign{n}" if n % 2 else f"other chin sign {n}" for n in range(SIGNS)]
        peaks: list[int] = []

        def answer(request: Request) -> Reply:
            if len(peaks) < EARLY * STEPS:
                peaks.append(resident_peak())
            return Reply(json.dumps(right_answer(request)), seconds=SECONDS)

        with serving(answer) as url:
            endpoint = Endpoint(model="rules", base_url=url, concurrency=IN_FLIGHT)
            writer = ModelWriter(endpoint, Prompts(), kb, encoder, folder / "answers.sqlite")
            began = time.perf_counter()
            summary = describe_labels(labels, writer, folder / "descriptions.jsonl")
            seconds = time.perf_counter() - began
        ideal = SIGNS * STEPS * SECONDS / IN_FLIGHT
        return {
            "what": "signs described by a model that answers in a second",
            "signs": summary.written,
            "requests": writer.ledger.requests,
            "in_flight": IN_FLIGHT,
            "build_seconds": round(seconds, 1),
            "times_ideal": round(seconds / ideal, 3),
            "early_peak_bytes": peaks[-1],
            "peak_bytes": resident_peak(),
        }
