"""The system calls that a guest may make, and how the others are answered: one table for every backend.

Based on what Python, NumPy and torch were seen to use, plus newer or older forms of the same calls. Calls that are not
listed fail with EPERM. ``GUEST`` applies to everything in a sandbox, ``CHILD`` additionally to an exercise's processes.

Many harmless calls are missing for a reason: a library's file is the same file in every sandbox of a machine, so
anything that can be done to a read-only file (locks, leases, watches, shared futexes, dropping it from memory) is a
channel between two submissions; and anything counted for the whole machine (asynchronous I/O, huge pages, load, free
memory) reveals one to the other.
"""

from __future__ import annotations

import errno
from typing import NamedTuple

__all__ = ["CHILD", "GPU", "GUEST", "Rule", "When"]


class When(NamedTuple):
    """Holds if (argument & mask) == value; only the low 32 bits, which is what the kernel reads of these."""

    argument: int
    mask: int
    value: int


class Rule(NamedTuple):
    """Calls (name → numbers on x86_64 and aarch64) that get this answer: always, or if one of ``when`` holds.

    ``error``: ``None`` makes the call, 0 does nothing and reports success. Rules of one call never overlap, since
    libseccomp keeps no order.
    """

    why: str
    calls: dict[str, tuple[int | None, int | None]]
    when: tuple[When, ...] = ()
    error: int | None = None


ALL = 0xFFFFFFFF
CLONE_NEW = 0x7E020000  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
MAP_SHARED, MAP_ANONYMOUS, MAP_GROWSDOWN, MAP_HUGETLB = 0x01, 0x20, 0x100, 0x40000
FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_PRIVATE = 0, 9, 0x80
FUTEX_OTHERS = (*range(1, 9), *range(10, 14))  # WAKE, REQUEUE, LOCK_PI …
AF_UNIX = 1
S_IFMT, S_IFIFO, S_IFREG = 0o170000, 0o010000, 0o100000
F_SETFL, F_DUPFD_CLOEXEC = 4, 1030
TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, TCGETS2 = 0x5401, 0x5413, 0x541B, 0x5421, 0x802C542A
PR_SET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_SET_NAME, PR_GET_NAME = 1, 3, 4, 15, 16
PR_GET_SECCOMP, PR_SET_SECCOMP, PR_CAPBSET_READ, PR_CAPBSET_DROP = 21, 22, 23, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_SET_VMA = 36, 38, 39, 0x53564D41
NVIDIA, NVIDIA_MODESET = 0x4600, 0x6D00
UVM_INITIALIZE = 0x30000000


def _one_of(argument: int, *values: int, mask: int = ALL) -> tuple[When, ...]:
    return tuple(When(argument, mask, value) for value in values)


# fmt: off
FILES = (
    Rule(
        "files are opened and read",
        {
            "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
            "pwrite64": (18, 68), "preadv": (295, 69), "pwritev": (296, 70), "lseek": (8, 62), "close": (3, 57),
            "close_range": (436, 436), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24), "open": (2, None),
            "openat": (257, 56), "stat": (4, None), "lstat": (6, None), "fstat": (5, 80), "newfstatat": (262, 79),
            "statx": (332, 291), "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
            "readlink": (89, None), "readlinkat": (267, 78), "getdents": (78, None), "getdents64": (217, 61),
            "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50), "statfs": (137, 43), "fstatfs": (138, 44),
            "sendfile": (40, 71),
        },
    ),
    Rule(
        "there is scratch space; everything else is read-only",
        {
            "creat": (85, None), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None),
            "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38),
            "renameat2": (316, 276), "link": (86, None), "linkat": (265, 37), "symlink": (88, None),
            "symlinkat": (266, 36), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
            "truncate": (76, 45), "ftruncate": (77, 46), "fallocate": (285, 47), "umask": (95, 166),
        },
    ),
    Rule(
        "times there mean nothing, and those of a device are seen in every sandbox: so they are left alone; without "
        "times to set it fails, and who wanted to touch a file creates it",
        {"utimensat": (280, 88)},
        when=tuple(When(2, 1 << bit, 1 << bit) for bit in range(32)),
        error=0,
    ),
    Rule("files and pipes there", {"mknod": (133, None)}, when=_one_of(1, 0, S_IFREG, S_IFIFO, mask=S_IFMT)),
    Rule("but no devices", {"mknodat": (259, 33)}, when=_one_of(2, 0, S_IFREG, S_IFIFO, mask=S_IFMT)),
    Rule(
        "copies of descriptors, and their flags; locks, leases and watches are wires to other sandboxes",
        {"fcntl": (72, 25)},
        when=(When(1, ALL - 3, 0), *_one_of(1, F_SETFL, F_DUPFD_CLOEXEC)),  # 0 to 3: DUPFD, GETFD, SETFD, GETFL
    ),
    Rule(
        "is it a terminal, how wide, how much is there, close it in a new program",
        {"ioctl": (16, 29)},
        when=(*_one_of(1, TCGETS, TCGETS2, TIOCGWINSZ, FIONREAD, FIONBIO), When(1, ALL - 1, 0x5450)),
    ),
    Rule(
        "scratch space ends with the sandbox, so it is as safe as it will be; of a library's file this would keep the "
        "host's disk busy, or drop it from the memory that all sandboxes share",
        {
            "fsync": (74, 82), "fdatasync": (75, 83), "msync": (26, 227), "sync_file_range": (277, 84),
            "fadvise64": (221, 223), "readahead": (187, 213),
        },
        error=0,
    ),
    Rule(
        "no extended attributes: they take memory that the size of a file system does not bound",
        {
            "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "getxattr": (191, 8),
            "lgetxattr": (192, 9), "fgetxattr": (193, 10), "listxattr": (194, 11), "llistxattr": (195, 12),
            "flistxattr": (196, 13),
        },
        error=errno.EOPNOTSUPP,
    ),
)

MEMORY = (
    Rule(
        "memory that the limits of a process count",
        {"brk": (12, 214), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216)},
    ),
    Rule(
        "shared anonymous memory counts nowhere, what may grow downwards counts as stack, huge pages are the host's",
        {"mmap": (9, 222)},
        when=_one_of(
            3, 0, MAP_SHARED, MAP_ANONYMOUS, mask=MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_HUGETLB
        ),
    ),
    Rule(
        "advice about its own memory; not to share equal pages with others or to drop a library's",
        {"madvise": (28, 233)},
        # NORMAL to WILLNEED, DONTNEED, FREE, DONTFORK, DOFORK, HUGEPAGE to KEEPONFORK, GUARD_INSTALL and _REMOVE
        when=(When(2, ALL - 3, 0), *_one_of(2, 4, 8), *_one_of(2, 10, 14, 16, 18, 102, mask=ALL - 1)),
    ),
    Rule(
        "as on a machine whose memory is all alike; libraries then leave it alone",
        {"get_mempolicy": (239, 236), "set_mempolicy": (238, 237), "mbind": (237, 235)},
        error=errno.ENOSYS,
    ),
)

PROCESSES = (
    Rule(
        "children and threads, counted",
        {
            "fork": (57, None), "vfork": (58, None), "wait4": (61, 260), "waitid": (247, 95), "exit": (60, 93),
            "exit_group": (231, 94), "set_tid_address": (218, 96), "set_robust_list": (273, 99),
            "get_robust_list": (274, 100), "rseq": (334, 293), "arch_prctl": (158, None), "sched_yield": (24, 124),
            "restart_syscall": (219, 128),
        },
    ),
    Rule(
        "in a namespace of one's own one is root again, before a kernel surface that nobody hardened",
        {"clone": (56, 220)},
        when=(When(0, CLONE_NEW, 0),),
    ),
    Rule(
        "its flags lie in memory, where no filter sees them; the C library falls back to clone, open, futex",
        {"clone3": (435, 435), "openat2": (437, 437), "futex_waitv": (449, 449)},
        error=errno.ENOSYS,
    ),
    # Processes that read the same file can wake each other through it, whoever they are; locks of threads are private.
    Rule("locks within a process", {"futex": (202, 98)}, when=(When(1, FUTEX_PRIVATE, FUTEX_PRIVATE),)),
    Rule(
        "who waits for another process has to look again (the end of a thread, multiprocessing's locks)",
        {"futex": (202, 98)},
        when=_one_of(1, FUTEX_WAIT, FUTEX_WAIT_BITSET, mask=0x7F | FUTEX_PRIVATE),
        error=errno.EAGAIN,
    ),
    Rule(
        "so nobody needs to be woken",
        {"futex": (202, 98)},
        when=_one_of(1, *FUTEX_OTHERS, mask=0x7F | FUTEX_PRIVATE),
        error=0,
    ),
    Rule(
        "signals, to processes in sight",
        {
            "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
            "rt_sigpending": (127, 136), "rt_sigsuspend": (130, 133), "rt_sigtimedwait": (128, 137),
            "sigaltstack": (131, 132), "pause": (34, None), "kill": (62, 129), "tkill": (200, 130),
            "tgkill": (234, 131),
        },
    ),
    Rule(
        "who it is",
        {
            "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getuid": (102, 174),
            "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "getresuid": (118, 148),
            "getresgid": (120, 150), "getgroups": (115, 158), "getpgid": (121, 155), "getpgrp": (111, None),
            "getsid": (124, 156), "setsid": (112, 157), "setpgid": (109, 154), "uname": (63, 160),
            "capget": (125, 90),
        },
    ),
    Rule(
        "its limits and what it used, and where it may run: to be read",
        {
            "getrlimit": (97, 163), "setrlimit": (160, 164), "getrusage": (98, 165), "getcpu": (309, 168),
            "sched_getaffinity": (204, 123), "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
            "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126), "getpriority": (140, 141),
            "getrandom": (318, 278),
        },
    ),
    Rule(
        "not the limits of other processes, the supervisor's first of all",
        {"prlimit64": (302, 261)},
        when=(When(0, ALL, 0),),
    ),
    Rule(
        "names of threads and maps; what holds for it",
        {"prctl": (157, 167)},
        when=_one_of(
            0, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS,
            PR_SET_VMA,
        ),
    ),
)

WAITING = (
    Rule(
        "pipes, and waiting for them",
        {
            "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
            "epoll_create": (213, None), "epoll_create1": (291, 20), "epoll_ctl": (233, 21),
            "epoll_wait": (232, None), "epoll_pwait": (281, 22), "epoll_pwait2": (441, 441), "pipe": (22, None),
            "pipe2": (293, 59), "eventfd": (284, None), "eventfd2": (290, 19),
        },
    ),
    Rule("pairs for one's own children, no other socket", {"socketpair": (53, 199)}, when=_one_of(0, AF_UNIX)),
    Rule(
        "what pairs are used with",
        {
            "sendto": (44, 206), "recvfrom": (45, 207), "sendmsg": (46, 211), "recvmsg": (47, 212),
            "getsockname": (51, 204), "getpeername": (52, 205), "getsockopt": (55, 209), "shutdown": (48, 210),
        },
    ),
    Rule(
        "the time",
        {
            "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
            "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153),
            "alarm": (37, None), "setitimer": (38, 103), "getitimer": (36, 102),
        },
    ),
)

# What only the guest itself does: it starts, drops its privileges, builds its children's walls, watches them.
SUPERVISION = (
    Rule("one program is started, the guest's Python", {"execve": (59, 221)}),
    Rule(
        "it becomes a user without rights, for good",
        {"setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159), "capset": (126, 91)},
    ),
    Rule(
        "it hides its memory, takes in orphans, dies with its parent, adds rules to these",
        {"prctl": (157, 167)},
        when=_one_of(
            0, PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER,
            PR_SET_NO_NEW_PRIVS,
        ),
    ),
    Rule(
        "walls for its children",
        {
            "seccomp": (317, 277), "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
            "landlock_restrict_self": (446, 446),
        },
    ),
    Rule("it notices their end", {"pidfd_open": (434, 434), "pidfd_send_signal": (424, 424)}),
)

# Only if a sandbox has a graphics processor; from NVIDIA's published sources, not yet tried on one.
GPU = (
    Rule(
        "its driver is steered by these",
        {"ioctl": (16, 29)},
        when=(
            *_one_of(1, NVIDIA, NVIDIA_MODESET, mask=0xFF00),
            *_one_of(1, 0, UVM_INITIALIZE, mask=ALL - 0xFF),
        ),
    ),
    Rule(
        "its libraries count the host's memory, place and pin their own",
        {
            "sysinfo": (99, 179), "sched_setaffinity": (203, 122), "mlock": (149, 228), "munlock": (150, 229),
            "membarrier": (324, 283),
        },
    ),
)
# fmt: on

CHILD = (*FILES, *MEMORY, *PROCESSES, *WAITING)
GUEST = (*CHILD, *SUPERVISION)
