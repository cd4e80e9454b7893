"""Which of two workers runs which tests: files stay whole, the longest ones come first."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

TOGETHER = {
    "browser": ("tests/browser/",),
    "small model": (
        "tests/faith/test_injections.py", "tests/llm/test_real.py", "tests/reasons/test_model.py",
        "tests/writing/test_small_model.py",
    ),
}  # fmt: skip
"""What shares a server, a browser or a model: on one worker it starts once, and nothing waits."""

FIRST = (
    "browser", "tests/test_kill.py", "small model", "tests/docs/test_readme.py",
    "tests/test_evaluate.py", "tests/test_evaluate_writers.py", "tests/reasons/test_template.py",
)  # fmt: skip
"""Few tests that take long: one of them begun last would leave the other worker idle."""


class Scheduling(LoadFileScheduling):
    """A worker takes the next file as it ends one: FIRST, then those with the most tests."""

    def _split_scope(self, nodeid: str) -> str:
        for name, files in TOGETHER.items():
            if nodeid.startswith(files):
                return name
        return super()._split_scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        for name in FIRST:
            if name in self.workqueue:
                self.workqueue.move_to_end(name, last=False)
                break
        super()._assign_work_unit(node)
