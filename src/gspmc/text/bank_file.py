"""A text bank as one safetensors file: vectors, with texts and classes in the header."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from gspmc.errors import GspmcError
from gspmc.files import atomic_path
from gspmc.text.bank import TextBank

BANK_VERSION = "1"
LISTS = ("texts", "kind", "classes")
"""In the header, as JSON."""


def save_bank(path: str | Path, bank: TextBank) -> None:
    """Write a bank, atomically."""
    tensors = {"vectors": bank.vectors, "labels": bank.labels, "parts": bank.parts}
    header = {
        "version": BANK_VERSION,
        "encoder": bank.encoder,
        **{name: json.dumps(list(getattr(bank, name)), ensure_ascii=False) for name in LISTS},
    }
    with atomic_path(path) as temporary:
        values = {name: value.contiguous() for name, value in tensors.items()}
        temporary.write_bytes(save(values, header))  # save_file lets nobody else read its file


def load_bank(path: str | Path) -> TextBank:
    """Read a bank.

    Raises:
        GspmcError: the file is missing, damaged, or of another version.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in ("vectors", "labels", "parts")}
    except (OSError, SafetensorError) as error:
        raise GspmcError(f"cannot read text bank {path}: {error}; export it again") from error
    if header.get("version") != BANK_VERSION:
        raise GspmcError(
            f"text bank {path} has version {header.get('version')}, this program reads "
            f"{BANK_VERSION}: export it again"
        )
    try:
        lists = {name: json.loads(header[name]) for name in LISTS}
        return TextBank(
            vectors=tensors["vectors"],
            texts=lists["texts"],
            labels=tensors["labels"].to(torch.long),
            kind=tuple(lists["kind"]),
            parts=tensors["parts"].to(torch.bool),
            classes=tuple(lists["classes"]),
            encoder=header["encoder"],
        )
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise GspmcError(f"text bank {path} is damaged ({error}); export it again") from error
