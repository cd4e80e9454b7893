"""What this machine has, what would be used, and why."""

from __future__ import annotations

import os
import shutil
from typing import Any

from llmrec_core.build import versions
from llmrec_core.errors import StudioError
from llmrec_core.llm.examine import chat_models
from llmrec_core.study import Study, home


def examine() -> dict[str, Any]:
    """Versions, device, encoder, writer and disk, each with its reason."""
    out: dict[str, Any] = {"versions": versions()}
    out["home"] = str(home()) + (" (LLMREC_HOME)" if os.environ.get("LLMREC_HOME") else "")
    out |= _encoder()
    out["writer"] = "template: needs no language model"
    out |= chat_models()
    place = next(p for p in (home(), *home().parents) if p.exists())
    free = shutil.disk_usage(place).free
    out["disk"] = f"{free / 1e9:.1f} GB free" + (" (little!)" if free < 2e9 else "")
    out["processors"] = os.cpu_count()
    out["studies"] = [study.name for study in Study.listing()]
    return out


def _encoder() -> dict[str, str]:
    from llmrec_core.embed import load_encoder

    try:
        encoder = load_encoder()
    except StudioError as error:
        return {"encoder": f"none: {error}", "device": "unknown"}
    reasons = {"cuda": "a GPU is there", "mps": "an Apple GPU is there", "cpu": "no GPU was found"}
    why = reasons.get(encoder.device.partition(":")[0], "asked for")
    precision = "a probe found it faster with equal vectors" if encoder.precision == "bf16" else (
        "bfloat16 is not faster here, or not equal"
    )
    return {
        "device": f"{encoder.device}: {why}",
        "encoder": f"{encoder.name}, {encoder.dim} dimensions, weights verified",
        "precision": f"{encoder.precision}: {precision}",
    }
