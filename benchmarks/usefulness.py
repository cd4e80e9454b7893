"""What descriptions by different writers are worth: the same users, training rows alone.

Protocol: MovieLens-100K (or the demo), each user's last 20 % of rows by time held out; settings and
weights chosen on template texts; the description's map fitted on everybody's template texts, the
sampled users having the writer's. NDCG@10 of the description alone and of the steerable blend with
and without it, intervals by bootstrap over users, differences paired against the template.

    python benchmarks/usefulness.py [SAMPLE [WRITERS]]

A row «as written» takes the model's answer as it is, sentence by sentence, where the studio would
let the template stand in (no description, endless repetition): what the model alone is worth.

Answers of a model are kept in LLMREC_HOME (default: the platform's data directory), so that an
interrupted run goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from studies import files
from timing import machine

from llmrec_core import headless
from llmrec_core.describe import Description, Sentence, guess_polarity, split_sentences
from llmrec_core.evaluate import Writers, writers_from
from llmrec_core.evaluate.desks import writer_of
from llmrec_core.evaluate.writers import Write
from llmrec_core.evidence.facts import Evidence
from llmrec_core.llm import smollm2
from llmrec_core.llm.asking import ask
from llmrec_core.llm.base import Answer
from llmrec_core.study import Study
from llmrec_core.tables import Items
from llmrec_core.writing.chat import requests_for
from llmrec_core.writing.desk import open_desk
from llmrec_core.writing.settings import Writing

NAME = "usefulness"
MOST_READ = 1000
"""Characters of an answer that are read."""
SAMPLE = 24
WRITERS = "template,local:prose,local:keywords,local:persona"


def study() -> Study:
    """The imported study; made where it is not there yet."""
    known = {found.name: found for found in Study.listing()}
    return known.get(NAME) or Study.create(NAME, list(files().paths))


def as_written(writing: Writing, opened: Study) -> Write:
    """The model's answers unread: split into sentences, repeated ones once, polarity guessed."""

    def write(
        evidences: Sequence[Evidence], items: Items, progress: Callable[[int, int], object]
    ) -> list[Description]:
        desk = open_desk(writing, opened)
        requests = requests_for(evidences, items, writing, desk)
        out = [Description(evidence.user_id, ()) for evidence in evidences]
        for place, answer in ask(desk.model, requests, desk.answers, desk.limits, progress):
            if isinstance(answer, Answer):
                texts = dict.fromkeys(split_sentences(answer.text[:MOST_READ]))
                told = tuple(Sentence(text, "", guess_polarity(text)) for text in texts)
                out[place] = replace(out[place], sentences=told)
        return out

    return write


def main() -> None:
    """Measure and print."""
    sample = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    text = sys.argv[2] if len(sys.argv) > 2 else WRITERS
    if "local" in text and not smollm2.installed():
        print("SmolLM2 is not installed (make smollm2): the template alone is measured.")
        text = "template"
    opened = study()
    named = writers_from(text, Writing())
    made = {label: writer_of(writing, opened) for label, writing in named.items()}
    made |= {
        f"{label} as written": as_written(writing, opened)
        for label, writing in named.items() if writing.writer != "template"
    }
    with headless.ProgressLine() as line:
        found = headless.evaluate(
            opened, "temporal", None, line.say, [Writers(made, sample)]
        ).document
    print(machine())
    for row in headless.evaluation_lines(found):
        print(row)


if __name__ == "__main__":
    main()
