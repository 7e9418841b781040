"""The system call filter, run by a small interpreter of its own language on both architectures."""

from __future__ import annotations

import errno
import struct

import pytest

from graders.errors import SandboxError
from graders.sandbox.seccomp import GUEST, MACHINES, Rule, When, build_filter

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS


def verdict(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel would do: classic BPF over ``struct seccomp_data``."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    code = list(struct.iter_unpack("<HBBI", program))
    at = accumulator = 0
    for _ in range(len(code)):
        operation, if_true, if_false, operand = code[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x06:
            return operand
        else:
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x25: accumulator > operand}[operation]
            at += if_true if holds else if_false
    raise AssertionError("the program does not end")


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("rule", GUEST, ids=lambda rule: rule.why[:30])
def test_call_when_denied_by_the_table_then_the_filter_refuses(machine: str, rule: Rule) -> None:
    program, about = build_filter(machine=machine), MACHINES[machine]
    for numbers in rule.calls.values():
        number = numbers[about.column]
        if number is not None and not rule.when:
            assert verdict(program, about.audit, number) == 0x00050000 | rule.error


@pytest.mark.parametrize(
    ("calls", "arguments", "expected"),
    [
        ((56, 220), (0x1200011,), ALLOW),  # fork
        ((56, 220), (0x3D0F00,), ALLOW),  # a thread
        ((56, 220), (0x10000011,), EPERM),  # a user namespace
        ((9, 222), (0, 4096, 3, 0x22), ALLOW),  # private anonymous
        ((9, 222), (0, 4096, 3, 0x01), ALLOW),  # a shared file
        ((9, 222), (0, 4096, 3, 0x21), EPERM),
        ((9, 222), (0, 4096, 3, 0x4023), EPERM),  # MAP_SHARED_VALIDATE | MAP_NORESERVE
        ((302, 261), (0, 7), ALLOW),
        ((302, 261), (1, 7), EPERM),
        ((302, 261), (1 << 32, 7), ALLOW),  # the kernel reads 32 bits too
        ((53, 199), (1,), ALLOW),
        ((53, 199), (2,), EPERM),
        ((16, 29), (0, 0x5401), ALLOW),
        ((16, 29), (0, 0x5412), EPERM),
        ((16, 29), (0, 0x541C), EPERM),
        ((0, 63), (), ALLOW),  # read
        ((435, 435), (), ENOSYS),
        ((451, 451), (), ENOSYS),  # newer than the table
    ],
)
def test_call_when_its_arguments_decide_then_the_filter_reads_them(
    machine: str, calls: tuple[int, int], arguments: tuple[int, ...], expected: int
) -> None:
    about = MACHINES[machine]
    assert verdict(build_filter(machine=machine), about.audit, calls[about.column], *arguments) == expected


def test_call_when_of_another_architecture_then_the_process_dies() -> None:
    program = build_filter(machine="x86_64")
    assert verdict(program, 0x40000003, 1) == KILL  # i386
    assert verdict(program, MACHINES["aarch64"].audit, 1) == KILL
    assert verdict(program, MACHINES["x86_64"].audit, 0x40000001) == KILL  # x32


def test_filter_when_built_for_one_child_then_other_rules_serve() -> None:
    rule = Rule("no files", {"openat": (257, 56)}, when=(When(1, 0xFF, 7),), error=errno.EACCES)
    program = build_filter([rule], "aarch64")
    assert verdict(program, MACHINES["aarch64"].audit, 56, 0, 7) == 0x00050000 | errno.EACCES
    assert verdict(program, MACHINES["aarch64"].audit, 56, 0, 8) == ALLOW


def test_filter_when_the_machine_is_unknown_then_it_refuses() -> None:
    with pytest.raises(SandboxError, match="no system call filter for 'riscv64'"):
        build_filter(machine="riscv64")


def test_table_when_read_then_every_rule_has_a_reason_and_no_call_stands_twice() -> None:
    names = [name for rule in GUEST for name in rule.calls]
    assert len(names) == len(set(names))
    assert all(rule.why for rule in GUEST)
    for column in (0, 1):
        numbers = [pair[column] for rule in GUEST for pair in rule.calls.values() if pair[column] is not None]
        assert len(numbers) == len(set(numbers))
