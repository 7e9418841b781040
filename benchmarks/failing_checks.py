"""The cost of a failing ``%check``: every misconception of the course, checked in a warm kernel.

python benchmarks/failing_checks.py [--every 1] [UNIT ...]

CPU time of one check, the fastest of three after a first one: for the reference (little more than the student's own
code) and for each misconception, with its diagnosis. Trained exercises are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from graders.courses.course import Course
from graders.grading.counter_models import build_model, load_alterations
from graders.practice.unit import Practice

ROUNDS = 3
TRAINED_MS = 100.0  # a right answer that takes longer trains a model
GOAL_MS = 10.0


class Cost(NamedTuple):
    """Milliseconds for one misconception, and for the right answer to the same exercise."""

    unit: str
    exercise: str
    wrong: float
    right: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("units", nargs="*", metavar="UNIT")
    parser.add_argument("--every", type=int, default=1, help="only every n-th misconception of an exercise")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    course = Course(Path(__file__).resolve().parents[1])
    units = options.units or course.units
    costs = [cost for unit in units for cost in _costs(course, unit, options.every)]
    _print("a failing check", [cost.wrong for cost in costs])
    _print("of which not the student's own code", [max(0.0, cost.wrong - cost.right) for cost in costs])
    _print("a right answer", list({(one.unit, one.exercise): one.right for one in costs}.values()))
    print("\nslowest exercises: median of its misconceptions, largest, right answer (ms)")
    by: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    for cost in costs:
        by[cost.unit, cost.exercise].append(cost)
    for (unit, exercise), group in sorted(by.items(), key=lambda one: -_median(one[1]))[:15]:
        print(f"  {_median(group):6.1f} {max(c.wrong for c in group):6.1f} {group[0].right:6.1f}  {unit}.{exercise}")


def _costs(course: Course, unit: str, every: int) -> Iterator[Cost]:
    practice = Practice.find(course.root, unit)
    reference = vars(course.reference(unit))
    right = {symbol: _milliseconds(practice, symbol, reference) for symbol in practice.symbols}
    seen: dict[str, int] = defaultdict(int)
    for one in load_alterations(course, unit):
        if one.model.kind != "misconception" or right[one.exercise] > TRAINED_MS:
            continue
        seen[one.exercise] += 1
        if (seen[one.exercise] - 1) % every == 0:
            wrong = _milliseconds(practice, one.exercise, vars(build_model(course, one)))
            yield Cost(unit, one.exercise, wrong, right[one.exercise])


def _milliseconds(practice: Practice, symbol: str, names: Mapping[str, Any]) -> float:
    found = []
    with contextlib.redirect_stdout(io.StringIO()):
        practice.check(symbol, names)
        for _ in range(ROUNDS):
            start = time.process_time()
            practice.check(symbol, names)
            found.append(time.process_time() - start)
    return 1e3 * min(found)


def _median(group: list[Cost]) -> float:
    return float(np.median([cost.wrong for cost in group]))


def _print(what: str, values: list[float]) -> None:
    median, p90, p95 = np.percentile(values, [50, 90, 95])
    within = np.mean([value <= GOAL_MS for value in values])
    print(f"{what} ({len(values)}): median {median:.1f} ms, 90 % {p90:.1f}, 95 % {p95:.1f}, largest {max(values):.0f};")
    print(f"    {within:.0%} within {GOAL_MS:.0f} ms")


if __name__ == "__main__":
    main()
