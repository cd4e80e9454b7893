"""Evidence -> sentences: the template writer, and editing by hand as pure functions."""

from llmrec_core.describe.editing import (
    add,
    edit,
    guess_polarity,
    remove,
    split_sentences,
    switch,
    typed_description,
)
from llmrec_core.describe.sentences import PERSON, TEMPLATE, Check, Description, Sentence
from llmrec_core.describe.template import write, write_all

__all__ = [
    "PERSON", "TEMPLATE", "Check", "Description", "Sentence", "add", "edit", "guess_polarity",
    "remove", "split_sentences", "switch", "typed_description", "write", "write_all",
]
