"""Can what was written be believed? Claims against evidence, and data that gives no orders."""

from llmrec_core.faith.vetting import vetted

__all__ = ["vetted"]
