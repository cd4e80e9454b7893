"""Whether lists follow an edited description: the three tests on MovieLens-100K (or the demo).

Protocol: a study of its own is imported and built with the defaults; every user's description is
edited by template, everything on all rows, seed 42 (see `steer.report`).

    python benchmarks/controllability.py [STUDY]

With STUDY (in LLMREC_HOME) that one is measured instead.
"""

from __future__ import annotations

import sys

from studies import measured_study
from timing import machine

from llmrec_core.recommender import Recommender
from llmrec_core.steer.lines import steering_lines
from llmrec_core.steer.report import controllability
from llmrec_core.study import Study


def measure(study: Study) -> None:
    """Print the report of one built study."""
    print(machine())
    for line in steering_lines(controllability(Recommender(study))):
        print(line)


def main() -> None:
    """Measure the study that is named, or a fresh one."""
    with measured_study(*sys.argv[1:2]) as (study, name):
        print(f"study {name}")
        measure(study)


if __name__ == "__main__":
    main()
