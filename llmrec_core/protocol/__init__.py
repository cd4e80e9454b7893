"""What a number means: protocols by name, what they count, and the tables they reproduce."""

from llmrec_core.protocol.base import Protocol
from llmrec_core.protocol.candidates import Candidates, candidates, id_rank
from llmrec_core.protocol.known import PROTOCOLS, named

__all__ = ["PROTOCOLS", "Candidates", "Protocol", "candidates", "id_rank", "named"]
