"""The bundle: a recogniser in a folder of plain files, without pickles."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from gspmc.data.trained_clips import TRAINED_CLIPS_FILE
from gspmc.errors import GspmcError
from gspmc.export.card import model_card
from gspmc.export.facts import gather_facts
from gspmc.export.onnx_model import ONNX_FILE, onnx_model, output_names
from gspmc.files import atomic_path, sha256_of
from gspmc.models.snapshot import (
    CONFIG_FILE,
    DESCRIPTIONS_FILE,
    TEXT_BANK_FILE,
    WEIGHTS_FILE,
    load_model,
    save_config,
)

CARD_FILE = "README.md"
_FILES = {
    CONFIG_FILE,
    WEIGHTS_FILE,
    CARD_FILE,
    DESCRIPTIONS_FILE,
    TEXT_BANK_FILE,
    TRAINED_CLIPS_FILE,
    ONNX_FILE,
}


def export_bundle(
    run: str | Path,
    bundle: str | Path,
    vectors: bool = False,
    licence: str | None = None,
    data_licence: str | None = None,
) -> Path:
    """Turn a finished run into a bundle; an existing one is replaced once the new one is complete.

    The bundle holds config.json (classes, layout, preprocessing, extractor, hashes of what the run
    made), model.safetensors (encoder, classifier, projections), README.md (the model card),
    trained_clips.txt (digests, by which `gspmc evaluate` knows clips that are not new), for a model
    trained with texts descriptions.jsonl and text_bank.safetensors, and where the `onnx` extra is
    installed model.onnx (:mod:`gspmc.export.onnx_model`).

    Args:
        vectors: model.onnx gives the projected vectors too.
        licence, data_licence: of the model and of its data, in the card's words.

    Raises:
        GspmcError: the run is not finished or damaged, it projects no vectors, or the bundle cannot
            be written.
    """
    run, bundle = Path(run), Path(bundle)
    if bundle.exists() and not _is_bundle(bundle):
        raise GspmcError(f"{bundle} exists and is no bundle: choose another folder")
    config, model = load_model(run)
    if vectors and not model.projections:
        raise GspmcError(f"{run} was trained without texts and projects no vectors: leave them out")
    facts = gather_facts(run)
    with atomic_path(bundle) as folder:
        folder.mkdir()
        for name in (WEIGHTS_FILE, DESCRIPTIONS_FILE, TEXT_BANK_FILE, TRAINED_CLIPS_FILE):
            if (run / name).exists():
                shutil.copyfile(run / name, folder / name)
        onnx = onnx_model(config, model, vectors)
        if onnx is not None:
            (folder / ONNX_FILE).write_bytes(onnx)
        hashes = {file.name: sha256_of(file) for file in sorted(folder.iterdir())}
        save_config(folder, replace(config, hashes=hashes))
        outputs = () if onnx is None else output_names(model, vectors)
        card = model_card(config, model, facts, outputs, licence, data_licence)
        (folder / CARD_FILE).write_text(card, encoding="utf-8")
    return bundle


def _is_bundle(folder: Path) -> bool:
    """Nothing but a bundle's files, so that replacing the folder loses nothing else.

    Other programs' models are folders with a config.json and a README.md too.
    """
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    return {CONFIG_FILE, WEIGHTS_FILE, CARD_FILE} <= names <= _FILES
