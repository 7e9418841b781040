"""The system call filter, run by a small interpreter of its own language on both architectures."""

from __future__ import annotations

import errno
import struct

import pytest

from graders.sandbox.guest.calls import CHILD, GPU, GUEST, Rule, When
from graders.sandbox.guest.seccomp import MACHINES, build_filter

ALLOW, KILL = 0x7FFF0000, 0x80000000
ANSWER = 0x00050000
EPERM, ENOSYS, DONE, AGAIN = ANSWER | errno.EPERM, ANSWER | errno.ENOSYS, ANSWER, ANSWER | errno.EAGAIN


def verdict(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel would do: classic BPF over ``struct seccomp_data``."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(one % (1 << 64) for one in (*arguments, 0, 0, 0, 0, 0, 0)[:6]))
    code = list(struct.iter_unpack("<HBBI", program))
    at = accumulator = 0
    for _ in range(len(code)):
        operation, if_true, if_false, operand = code[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x05:
            at += operand
        elif operation == 0x06:
            return operand
        else:
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand}[operation]
            at += if_true if holds else if_false
    raise AssertionError("the program does not end")


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("rules", [GUEST, CHILD, (*GUEST, *GPU)], ids=["guest", "child", "gpu"])
def test_filter_says_what_the_table_says(machine: str, rules: tuple[Rule, ...]) -> None:
    program, about = build_filter(rules, machine), MACHINES[machine]
    by_number: dict[int, list[Rule]] = {}
    for rule in rules:
        for numbers in rule.calls.values():
            by_number.setdefault(-1 if (found := numbers[about.column]) is None else found, []).append(rule)
    for number in range(600):
        own = by_number.get(number, [])
        expected = ENOSYS if number > 450 else EPERM
        if own and not own[0].when:
            expected = ALLOW if own[0].error is None else ANSWER | own[0].error
        values = (0, 0x7E7E7E7E) if any(rule.when for rule in own) else (0,)
        assert expected in {verdict(program, about.audit, number, *[value] * 6) for value in values}, number


# What two sandboxes on one machine could signal by or see of each other, what counts for the whole machine, and the
# kernel's own doors: by family, x86_64 and aarch64. Whoever adds one of these to the table has to take it from here.
REFUSED: dict[str, tuple[tuple[int | None, int | None], ...]] = {
    "flock": ((73, 32),),
    "inotify": ((253, None), (294, 26), (254, 27), (255, 28)),
    "fanotify": ((300, 262), (301, 263)),
    "asynchronous I/O": ((206, 0), (207, 1), (209, 2), (210, 3), (208, 4), (333, 292)),
    "io_uring": ((425, 425), (426, 426), (427, 427)),
    "sync": ((162, 81), (306, 267)),
    "page cache": ((27, 232), (327, 286), (328, 287)),
    "load and free memory": ((99, 179),),
    "priorities and processors": ((141, 140), (144, 119), (142, 118), (314, 274), (251, 30), (203, 122)),
    "locked memory": ((149, 228), (151, 230), (325, 284)),
    "timers that count for a user": ((222, 107), (283, 85)),
    "queued signals": ((129, 138), (297, 240)),
    "barriers on all processors": ((324, 283),),
    "handles of files": ((303, 264), (304, 265)),
    "System V": ((29, 194), (30, 196), (31, 195), (64, 190), (65, 193), (68, 186), (69, 189), (70, 188)),
    "message queues": ((240, 180), (241, 181), (242, 182), (243, 183), (244, 184)),
    "memory without a limit": ((319, 279), (447, 447), (216, 234)),
    "sockets": ((41, 198), (49, 200), (50, 201), (42, 203), (43, 202), (288, 242), (54, 208)),
    "other processes": ((101, 117), (310, 270), (311, 271), (440, 440), (448, 448), (312, 272), (438, 438), (279, 239)),
    "namespaces": ((272, 97), (308, 268)),
    "mounts": ((165, 40), (166, 39), (155, 41), (161, 51), (428, 428), (429, 429), (430, 430), (432, 432), (442, 442)),
    "keyrings": ((250, 219), (248, 217), (249, 218)),
    "bpf, perf, userfaultfd": ((321, 280), (298, 241), (323, 282)),
    "pipes of pages": ((278, 75), (275, 76), (276, 77)),
    "the machine": ((246, 104), (175, 105), (169, 142), (227, 112), (305, 266), (159, 171), (103, 116), (135, 92)),
}


@pytest.mark.parametrize("family", REFUSED)
def test_refused_family_is_refused_whatever_the_arguments(machine: str, family: str) -> None:
    about = MACHINES[machine]
    for numbers in REFUSED[family]:
        number = numbers[about.column]
        for value in (0, 1, 2, 0x80, 0xFFFFFFFF) if number is not None else ():
            assert verdict(build_filter(machine=machine), about.audit, number or 0, *[value] * 6) == EPERM


@pytest.mark.parametrize(
    "call",
    [
        (59, 221),
        (117, 147),
        (119, 149),
        (116, 159),
        (126, 91),
        (317, 277),
        (444, 444),
        (445, 445),
        (446, 446),
        (434,) * 2,
    ],
)
def test_call_that_only_the_guest_needs_is_not_its_childrens(machine: str, call: tuple[int, int]) -> None:
    about = MACHINES[machine]
    assert verdict(build_filter(GUEST, machine), about.audit, call[about.column]) == ALLOW
    assert verdict(build_filter(CHILD, machine), about.audit, call[about.column]) == EPERM


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
        ((16, 29), (0, 0x4601), EPERM),  # a graphics processor's, without one
        ((0, 63), (), ALLOW),  # read
        ((9, 222), (0, 4096, 3, 0x40022), EPERM),  # a huge page of the host's
        ((9, 222), (0, 4096, 3, 0x122), EPERM),  # may grow downwards
        ((280, 88), (-100, 1, 8), DONE),  # a file's times
        ((280, 88), (-100, 1, 0), EPERM),  # now
        ((259, 33), (0, 0, 0o10600), ALLOW),  # a pipe with a name
        ((259, 33), (0, 0, 0o20666), EPERM),  # a device
        ((72, 25), (0, 1), ALLOW),  # F_GETFD
        ((72, 25), (0, 1030), ALLOW),  # F_DUPFD_CLOEXEC
        ((72, 25), (0, 5), EPERM),  # F_GETLK
        ((72, 25), (0, 6), EPERM),  # F_SETLK
        ((72, 25), (0, 37), EPERM),  # F_OFD_SETLK
        ((72, 25), (0, 1024), EPERM),  # F_SETLEASE
        ((72, 25), (0, 1026), EPERM),  # F_NOTIFY
        ((72, 25), (0, 8), EPERM),  # F_SETOWN
        ((72, 25), (0, 1031), EPERM),  # F_SETPIPE_SZ
        ((202, 98), (0, 128), ALLOW),  # a lock of threads
        ((202, 98), (0, 129), ALLOW),
        ((202, 98), (0, 0x189), ALLOW),
        ((202, 98), (0, 0), AGAIN),  # waiting by a file
        ((202, 98), (0, 0x109), AGAIN),  # the end of a thread
        ((202, 98), (0, 1), DONE),  # waking by a file
        ((202, 98), (0, 0x103), DONE),
        ((28, 233), (0, 4096, 14), ALLOW),  # huge pages of its own
        ((28, 233), (0, 4096, 12), EPERM),  # equal pages as one
        ((28, 233), (0, 4096, 21), EPERM),  # out of memory with it
        ((74, 82), (3,), DONE),  # fsync
        ((26, 227), (0, 4096, 4), DONE),  # msync
        ((221, 223), (3, 0, 0, 4), DONE),  # drop a file from memory
        ((188, 5), (), ANSWER | errno.EOPNOTSUPP),
        ((157, 167), (15,), ALLOW),  # a thread's name
        ((157, 167), (67, 1), EPERM),  # equal pages as one
        ((157, 167), (0x59616D61,), EPERM),
        ((435, 435), (), ENOSYS),
        ((451, 451), (), ENOSYS),  # newer than the table
    ],
)
def test_filter_reads_the_arguments_that_decide(
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
    other = Rule("a file", {"openat": (257, 56)}, when=(When(1, 0xFF, 9),))
    program = build_filter([rule, other], "aarch64")
    answers = {value: verdict(program, MACHINES["aarch64"].audit, 56, 0, value) for value in (7, 8, 9)}
    assert answers == {7: ANSWER | errno.EACCES, 8: EPERM, 9: ALLOW}


def test_filter_when_the_machine_is_unknown_then_it_refuses() -> None:
    with pytest.raises(LookupError, match="no system call filter for 'riscv64'"):
        build_filter(machine="riscv64")


@pytest.mark.parametrize("rules", [GUEST, (*GUEST, *GPU)], ids=["guest", "gpu"])
def test_table_when_read_then_rules_of_one_call_never_overlap(rules: tuple[Rule, ...]) -> None:
    assert all(rule.why for rule in rules)
    by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in rule.calls:
            by_name.setdefault(name, []).append(rule)
    for name, own in by_name.items():
        assert len({rule.calls[name] for rule in own}) == 1, name
        assert len(own) == 1 or all(rule.when for rule in own), name  # libseccomp keeps the most general one only
        tests = [(when, rule.error) for rule in own for when in rule.when]
        for one, error in tests:
            held = [other for when, other in tests if one.value & when.mask == when.value]
            assert set(held) == {error}, (name, one)
    for column in (0, 1):
        numbers = [own[0].calls[name][column] for name, own in by_name.items()]
        known = [number for number in numbers if number is not None]
        assert len(known) == len(set(known))


def test_program_when_searched_then_no_call_takes_long() -> None:
    """What the kernel does for every call of every library."""
    steps = build_filter(machine="x86_64")
    assert len(steps) // 8 < 1000  # the kernel takes 4096
