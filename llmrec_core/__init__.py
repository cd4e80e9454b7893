"""LLMRec Studio: recommenders that read, explained to the last point.

Importing this package loads no heavy library; each module imports what it needs.
"""

__version__ = "0.1.0"
