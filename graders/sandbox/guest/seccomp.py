"""The system call filter, assembled by hand from the table in ``calls.py`` into what the kernel reads.

Calls newer than the table get the answer "no such call", so that libraries fall back to older ones.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Sequence
from typing import NamedTuple

from graders.sandbox.guest.calls import GUEST, Rule

__all__ = ["MACHINES", "build_filter"]


class Machine(NamedTuple):
    """``audit``: the kernel's constant for the architecture; ``column``: its column in the table."""

    audit: int
    column: int
    foreign: int | None = None  # system call numbers from here on belong to another ABI (x32)


MACHINES = {
    "x86_64": Machine(0xC000003E, 0, 0x40000000),
    "aarch64": Machine(0xC00000B7, 1),
}
NEWEST = 450  # set_mempolicy_home_node, Linux 5.17: later calls have not been examined and are not needed

# Classic BPF (linux/filter.h, linux/seccomp.h)
LOAD, AND, EQUAL, AT_LEAST, JUMP, RETURN = 0x20, 0x54, 0x15, 0x35, 0x05, 0x06
ALLOW, ANSWER, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER_AT, AUDIT_AT, ARGUMENTS_AT = 0, 4, 16  # in struct seccomp_data
FARTHEST = 255  # instructions that a conditional jump can skip

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
Program = tuple[Instruction, ...]
UNNAMED: Program = ((RETURN, 0, 0, ANSWER | errno.EPERM),)
UNKNOWN: Program = ((RETURN, 0, 0, ANSWER | errno.ENOSYS),)


def build_filter(rules: Sequence[Rule] = GUEST, machine: str = "") -> bytes:
    """The program for this machine's architecture; a call through another ABI kills the process."""
    name = machine or os.uname().machine
    if name not in MACHINES:
        raise LookupError(f"no system call filter for {name!r}")
    about = MACHINES[name]
    program = (*_preamble(about), *_searched(_spans(_answers(rules, about.column))))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _preamble(machine: Machine) -> Program:
    kill = (RETURN, 0, 0, KILL_PROCESS)
    number = (LOAD, 0, 0, NUMBER_AT)
    foreign = () if machine.foreign is None else ((AT_LEAST, 0, 1, machine.foreign), kill)
    return ((LOAD, 0, 0, AUDIT_AT), (EQUAL, 1, 0, machine.audit), kill, number, *foreign)


def _answers(rules: Sequence[Rule], column: int) -> dict[int, Program]:
    """The answer to each call number: from the first of its rules that holds."""
    answers: dict[int, Program] = {}
    for rule in rules:
        for numbers in rule.calls.values():
            number = numbers[column]
            if number is not None:
                answers[number] = (*answers.get(number, ()), *_answer(rule))
    return {number: program if _settles(program) else (*program, *UNNAMED) for number, program in answers.items()}


def _answer(rule: Rule) -> Program:
    done = (RETURN, 0, 0, ALLOW if rule.error is None else ANSWER | rule.error)
    if not rule.when:
        return (done,)
    tests: list[Instruction] = []
    for when in rule.when:
        tests += [(LOAD, 0, 0, ARGUMENTS_AT + 8 * when.argument), (AND, 0, 0, when.mask)]
        tests += [(EQUAL, 0, 1, when.value), done]
    return tuple(tests)


def _settles(program: Program) -> bool:
    """Whether it ends with an unconditional answer."""
    return program[-1][0] == RETURN and (len(program) == 1 or program[-2][0] == RETURN)


def _spans(answers: dict[int, Program]) -> list[tuple[int, Program]]:
    """(first number, answer up to the next span), from 0: neighbours with the same answer share a span."""
    spans: list[tuple[int, Program]] = []
    for number in range(NEWEST + 2):
        answer = answers.get(number, UNNAMED) if number <= NEWEST else UNKNOWN
        if not spans or spans[-1][1] != answer:
            spans.append((number, answer))
    return spans


def _searched(spans: Sequence[tuple[int, Program]]) -> Program:
    """The number's span, by binary search: a handful of comparisons however long the table is."""
    if len(spans) == 1:
        return spans[0][1]
    half = len(spans) // 2
    below, above = _searched(spans[:half]), _searched(spans[half:])
    if len(below) <= FARTHEST:
        return ((AT_LEAST, len(below), 0, spans[half][0]), *below, *above)
    return ((AT_LEAST, 0, 1, spans[half][0]), (JUMP, 0, 0, len(below)), *below, *above)
