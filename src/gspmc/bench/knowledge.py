"""A knowledge base of 200 MB: how fast it is built and searched, and in how much memory.

The text is generated (words by Zipf's law), and so are the vectors: topics with noise around them.
What a real encoder costs is measured on 2 MB of the same text.
"""

from __future__ import annotations

import multiprocessing
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import torch

from gspmc.bench.encoders import Row
from gspmc.bench.memory import resident_peak
from gspmc.bench.timing import Spread
from gspmc.describe.build import build
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.plain import plain_documents
from gspmc.text.encoder import TextEncoder, load_text_encoder

MEGABYTE = 10**6
CORPUS, EMBEDDED = 200 * MEGABYTE, 2 * MEGABYTE
"""Bytes of the generated corpus, and of the part that a real encoder embeds."""
DOCUMENT = 10 * MEGABYTE
SIGN_WORDS, QUERY_WORDS, QUERIES = 120, 8, 300
VOCABULARY, TOPICS, WIDTH, NOISE = 60_000, 2000, 384, 0.05
NEAREST = 10
"""Neighbours whose recall is told of the vector index."""

Result = TypeVar("Result")


class GeneratedVectors(TextEncoder):
    """Unit vectors by the checksum of a text: one of many topics, and noise."""

    def __init__(self) -> None:
        self.name, self.width, self.limit = "generated", WIDTH, 10**9
        centres = np.random.default_rng(0).standard_normal((TOPICS, WIDTH), dtype=np.float32)
        self._centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)

    @property
    def fingerprint(self) -> str:
        return f"{WIDTH:016}"

    def encode(self, texts: Sequence[str], cut: bool = False) -> np.ndarray:
        sums = [zlib.crc32(text.encode()) for text in texts]
        noise = [np.random.default_rng(s).standard_normal(WIDTH, dtype=np.float32) for s in sums]
        vectors = self._centres[[s % TOPICS for s in sums]] + NOISE * np.stack(noise)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class GeneratedText:
    """Words by Zipf's law, the same ones every time."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)
        letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
        lengths = self._random.integers(3, 10, VOCABULARY)
        self._words = ["".join(self._random.choice(letters, length)) for length in lengths]
        shares = 1 / np.arange(2, VOCABULARY + 2)
        self._shares = shares / shares.sum()

    def words(self, count: int) -> str:
        return " ".join(
            self._words[word] for word in self._random.choice(VOCABULARY, count, p=self._shares)
        )

    def write(self, folder: Path, size: int) -> None:
        """Markdown of so many bytes: a heading and a paragraph for every sign."""
        folder.mkdir()
        number = 0
        for start in range(0, size, DOCUMENT):
            with (folder / f"{start // DOCUMENT:03}.md").open("w") as file:
                while file.tell() < min(DOCUMENT, size - start):
                    number += 1
                    file.write(f"# sign{number}\n\n{self.words(SIGN_WORDS)}.\n\n")


def measure_apart() -> Iterator[Row]:
    """Rows of the results, each process with a memory of its own to measure."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        text = GeneratedText()
        text.write(folder / "corpus", CORPUS)
        text.write(folder / "part", EMBEDDED)
        queries = [text.words(QUERY_WORDS) for _ in range(QUERIES)]
        yield _apart(_building, folder)
        yield _apart(_searching, folder, queries)
        yield from _apart(_embedding, folder, queries)


def _apart(function: Callable[..., Result], *arguments: object) -> Result:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(function, *arguments).result()


def _building(folder: Path) -> Row:
    before = resident_peak()
    began = time.perf_counter()
    done = build(plain_documents([folder / "corpus"]), folder / "kb", GeneratedVectors())
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    build(plain_documents([folder / "corpus"]), folder / "kb", GeneratedVectors())
    again = time.perf_counter() - began
    return {
        "what": "knowledge base built, vectors given",
        "megabytes": CORPUS // MEGABYTE,
        "entries": done.entries,
        "build_seconds": round(seconds, 1),
        "megabytes_per_second": round(CORPUS / MEGABYTE / seconds, 2),
        "unchanged_seconds": round(again, 2),
        "disk_megabytes": _disk(folder / "kb") // MEGABYTE,
        "peak_bytes": resident_peak(),
        "bytes_before": before,
    }


def _searching(folder: Path, queries: Sequence[str]) -> Row:
    encoder = GeneratedVectors()
    began = time.perf_counter()
    kb = KnowledgeBase.open(folder / "kb", encoder)
    vectors = kb.embed_queries(queries)
    kb.search(queries[0], vector=vectors[0])
    first = time.perf_counter() - began
    seconds = []
    for query, vector in zip(queries, vectors, strict=True):
        began = time.perf_counter()
        kb.search(query, vector=vector)
        seconds.append(time.perf_counter() - began)
    peak = resident_peak()
    hits = [
        len(
            {entry.id for entry in kb.nearest(vector, NEAREST)}
            & {entry.id for entry in kb.nearest(vector, NEAREST, exact=True)}
        )
        for vector in vectors[: QUERIES // 3]
    ]
    return {
        "what": "knowledge base searched, vectors given",
        "megabytes": CORPUS // MEGABYTE,
        "queries": len(queries),
        "first_seconds": round(first, 3),
        "seconds": Spread.of(seconds).to_dict(),
        "p95_seconds": float(f"{np.percentile(seconds, 95):.4g}"),
        "recall": round(float(np.mean(hits)) / NEAREST, 4),
        "peak_bytes": peak,
    }


def _embedding(folder: Path, queries: Sequence[str]) -> list[Row]:
    encoder = load_text_encoder()
    began = time.perf_counter()
    done = build(plain_documents([folder / "part"]), folder / "embedded", encoder)
    seconds = time.perf_counter() - began
    kb = KnowledgeBase.open(folder / "embedded", encoder)
    kb.embed_queries(queries)
    began = time.perf_counter()
    kb.embed_queries(queries)
    together = time.perf_counter() - began
    alone = []
    for query in queries[: QUERIES // 3]:
        began = time.perf_counter()
        kb.embed_queries([query])
        alone.append(time.perf_counter() - began)
    rate = EMBEDDED / seconds
    return [
        {
            "what": "knowledge base built and embedded",
            "encoder": encoder.name,
            "megabytes": EMBEDDED // MEGABYTE,
            "build_seconds": round(seconds, 1),
            "megabytes_per_second": float(f"{rate / MEGABYTE:.3g}"),
            "threads": torch.get_num_threads(),
            "texts_per_second": round(done.entries / seconds, 1),
            "projected_hours_of_200_megabytes": round(CORPUS / rate / 3600, 2),
            "peak_bytes": resident_peak(),
        },
        {
            "what": "query embedded",
            "encoder": encoder.name,
            "seconds": Spread.of(alone).to_dict(),
            "p95_seconds": float(f"{np.percentile(alone, 95):.4g}"),
            "texts_per_second": round(len(queries) / together, 1),
        },
    ]


def _disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
