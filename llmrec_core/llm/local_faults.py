"""What goes wrong with a model on this machine -> one sentence with the remedy."""

from __future__ import annotations

from llmrec_core.llm import smollm2
from llmrec_core.llm.base import ModelUnavailableError


def memory_is_full(error: Exception) -> bool:
    """Whether a batch was too large; on a processor torch says so in words alone."""
    import torch

    said = str(error).casefold()
    full = "out of memory" in said or "can't allocate memory" in said
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and full
    )


def let_go(device: str) -> None:
    """Give back what a failed batch still holds on a GPU."""
    import torch

    if device.startswith("cuda"):
        torch.cuda.empty_cache()


def broken(name: str, error: Exception) -> ModelUnavailableError:
    """What to say where a loaded model fails."""
    cause = " ".join(str(error).split())[:300] or type(error).__name__
    return ModelUnavailableError(
        f"The chat model {name!r} failed while it wrote ({cause}): try again, allow a shorter "
        "answer or choose a smaller model."
    )


def failed(name: str, error: Exception) -> ModelUnavailableError:
    """What to say where a model cannot be loaded."""
    cause = " ".join(str(error).split())[:300]
    return ModelUnavailableError(
        f"The chat model {name!r} cannot be used ({cause}): give «{smollm2.NAME}», a folder with "
        "an instruct model in safetensors, or the name of one that can be downloaded."
    )
