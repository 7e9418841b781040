"""Which system calls a guest may not make, and why; assembled by hand into a filter that the kernel reads.

Everything else is allowed, and calls newer than this table answer "no such call". ``GUEST`` holds for everything in a
sandbox; ``CHILD`` lies on top of it in the processes of an exercise and refuses what only the guest itself must do.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graders.errors import SandboxError

__all__ = ["CHILD", "GUEST", "MACHINES", "Rule", "When", "build_filter"]


class Machine(NamedTuple):
    """``audit``: the architecture as the kernel names it; ``column``: its place in the table below."""

    audit: int
    column: int
    foreign: int | None = None  # system call numbers from here on belong to another ABI (x32)


MACHINES = {
    "x86_64": Machine(0xC000003E, 0, 0x40000000),
    "aarch64": Machine(0xC00000B7, 1),
}
NEWEST = 450  # set_mempolicy_home_node, Linux 5.17: what came later is not judged here and not needed


class When(NamedTuple):
    """Holds if (argument & mask) == value; ``other=True``: if it is any other value. Low 32 bits only."""

    argument: int
    mask: int
    value: int
    other: bool = False


class Rule(NamedTuple):
    """Calls (name → numbers on x86_64 and aarch64) that fail with ``error``: always, or when one of ``when`` holds."""

    why: str
    calls: dict[str, tuple[int | None, int | None]]
    when: tuple[When, ...] = ()
    error: int = errno.EPERM


CLONE_NEW = 0x7E020000  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
MAP_SHARED_ANONYMOUS = 0x21  # the low bit of MAP_SHARED and MAP_SHARED_VALIDATE, and MAP_ANONYMOUS
MAP_GROWSDOWN = 0x100
AF_UNIX = 1
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_MM, PR_SET_PTRACER = 4, 22, 35, 0x59616D61

# fmt: off
GUEST: tuple[Rule, ...] = (
    Rule(
        "in a namespace of one's own one is root again, before a kernel surface that nobody hardened",
        {"unshare": (272, 97), "setns": (308, 268)},
    ),
    Rule("a process in a new namespace is the same", {"clone": (56, 220)}, when=(When(0, CLONE_NEW, 0, other=True),)),
    Rule(
        "its flags lie in memory, where no filter sees them; the C library falls back to clone",
        {"clone3": (435, 435)},
        error=errno.ENOSYS,
    ),
    Rule(
        "the file tree is as it was made",
        {
            "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
            "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
            "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
        },
    ),
    Rule("files are opened by path only", {"name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265)}),
    Rule(
        "no process reads, writes or steers another",
        {
            "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
            "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
            "pidfd_getfd": (438, 438), "migrate_pages": (256, 238), "move_pages": (279, 239),
        },
    ),
    Rule(
        "limits of other processes, the supervisor's first of all, are not theirs to set",
        {"prlimit64": (302, 261)},
        when=(When(0, 0xFFFFFFFF, 0, other=True),),
    ),
    Rule(
        "large kernel surfaces with a history of holes, and no use here",
        {
            "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
            "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
            "vmsplice": (278, 75), "splice": (275, 76), "tee": (276, 77),
        },
    ),
    Rule("keyrings outlive the sandbox", {"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218)}),
    Rule(
        "the machine's own affairs",
        {
            "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
            "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224),
            "swapoff": (168, 225), "settimeofday": (164, 170), "clock_settime": (227, 112),
            "clock_adjtime": (305, 266), "adjtimex": (159, 171), "acct": (163, 89), "quotactl": (179, 60),
            "quotactl_fd": (443, 443), "syslog": (103, 116), "iopl": (172, None), "ioperm": (173, None),
            "vhangup": (153, 58), "sethostname": (170, 161), "setdomainname": (171, 162),
            "lookup_dcookie": (212, 18), "personality": (135, 92), "modify_ldt": (154, None),
            "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "uselib": (134, None), "_sysctl": (156, None),
            "sysfs": (139, None),
        },
    ),
    Rule(
        "no network, and none of the kernel's own sockets (vsock reaches the host of a virtual machine)",
        {
            "socket": (41, 198), "bind": (49, 200), "listen": (50, 201), "connect": (42, 203), "accept": (43, 202),
            "accept4": (288, 242),
        },
    ),
    Rule("pairs for one's own children, nothing else", {"socketpair": (53, 199)}, when=(When(0, ~0, AF_UNIX, True),)),
    Rule(
        "memory that no limit of a process counts",
        {
            "memfd_create": (319, 279), "memfd_secret": (447, 447), "remap_file_pages": (216, 234),
            "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197), "semget": (64, 190),
            "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186),
            "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180),
            "mq_unlink": (241, 181), "mq_timedsend": (242, 182), "mq_timedreceive": (243, 183),
            "mq_notify": (244, 184), "mq_getsetattr": (245, 185),
        },
    ),
    Rule(
        "shared anonymous memory is not counted either, and what may grow downwards counts as stack, not as data",
        {"mmap": (9, 222)},
        when=(When(3, MAP_SHARED_ANONYMOUS, MAP_SHARED_ANONYMOUS), When(3, MAP_GROWSDOWN, MAP_GROWSDOWN)),
    ),
    Rule(
        "extended attributes take memory that the size of a file system does not bound",
        {"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7)},
    ),
    Rule("typing into somebody's terminal", {"ioctl": (16, 29)}, when=(When(1, ~0, TIOCSTI), When(1, ~0, TIOCLINUX))),
)

CHILD: tuple[Rule, ...] = (
    Rule(
        "no program is started: what runs is the module that was handed in, with the limits it was given",
        {"execve": (59, 221), "execveat": (322, 281)},
    ),
    Rule(
        "who it is was settled before it began",
        {
            "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
            "setresuid": (117, 147), "setresgid": (119, 149), "setfsuid": (122, 151), "setfsgid": (123, 152),
            "setgroups": (116, 159), "capset": (126, 91),
        },
    ),
    Rule(
        "a process that makes itself readable again can write to its own read-only memory, which nothing counts",
        {"prctl": (157, 167)},
        when=tuple(When(0, ~0, one) for one in (PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_MM, PR_SET_PTRACER)),
    ),
    Rule(
        "the rules are complete; a filter of one's own could answer in the kernel's place",
        {
            "seccomp": (317, 277), "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
            "landlock_restrict_self": (446, 446),
        },
    ),
)
# fmt: on

# Classic BPF (linux/filter.h, linux/seccomp.h)
LOAD, AND, EQUAL, AT_LEAST, ABOVE, RETURN = 0x20, 0x54, 0x15, 0x35, 0x25, 0x06
ALLOW, REFUSE, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER_AT, AUDIT_AT, ARGUMENTS_AT = 0, 4, 16  # in struct seccomp_data

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def build_filter(rules: Sequence[Rule] = GUEST, machine: str = "") -> bytes:
    """The program for this machine's architecture; a call by another ABI kills the process."""
    name = machine or os.uname().machine
    if name not in MACHINES:
        raise SandboxError(
            f"There is no system call filter for {name!r}.",
            f"Grade on one of {', '.join(MACHINES)}, or use containers.",
        )
    program = [*_preamble(MACHINES[name])]
    for rule in rules:
        for numbers in rule.calls.values():
            number = numbers[MACHINES[name].column]
            if number is not None:
                program += _refusal(number, rule)
    program.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _preamble(machine: Machine) -> Iterator[Instruction]:
    yield (LOAD, 0, 0, AUDIT_AT)
    yield (EQUAL, 1, 0, machine.audit)
    yield (RETURN, 0, 0, KILL_PROCESS)
    yield (LOAD, 0, 0, NUMBER_AT)
    if machine.foreign is not None:
        yield (AT_LEAST, 0, 1, machine.foreign)
        yield (RETURN, 0, 0, KILL_PROCESS)
    yield (ABOVE, 0, 1, NEWEST)
    yield (RETURN, 0, 0, REFUSE | errno.ENOSYS)


def _refusal(number: int, rule: Rule) -> list[Instruction]:
    refuse = (RETURN, 0, 0, REFUSE | rule.error)
    if not rule.when:
        return [(EQUAL, 0, 1, number), refuse]
    tests: list[Instruction] = []
    for when in rule.when:
        skip = (1, 0) if when.other else (0, 1)
        tests += [(LOAD, 0, 0, ARGUMENTS_AT + 8 * when.argument), (AND, 0, 0, when.mask & 0xFFFFFFFF)]
        tests += [(EQUAL, *skip, when.value), refuse]
    tests.append((RETURN, 0, 0, ALLOW))
    return [(EQUAL, 0, len(tests), number), *tests]
