"""The entry point of a guest process: single-threaded, with the packages it was given, its initial privileges dropped.

Run as a script with one JSON argument: ``root`` (the folder that contains ``graders``), ``site`` (its packages, or ""),
``uid`` (to switch to, or 0), ``needs`` (libraries to import ahead), ``fork`` (a child per exercise), ``alone`` (it is
the first process of its pid namespace), ``others`` (processes of its uid that are not its own but count for it),
``events`` (the open file of its control group's memory events, or -1).
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

# One thread: NumPy must not exceed the limits, and a fork after torch is safe only with one thread.
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def main(options: dict[str, Any]) -> int:
    gc.disable()  # imports create many objects and no garbage: 10 ms of each start; the supervisor turns it on again
    os.environ.update(dict.fromkeys(THREADS, "1"))
    if options["site"]:
        sys.path.append(options["site"])
    sys.path.insert(0, options["root"])
    if options["alone"]:
        from graders.sandbox.guest.limits import become, hide_memory, refuse_calls

        if options["uid"]:
            become(options["uid"])
        hide_memory()
        if options.get("filter"):
            refuse_calls(bytes.fromhex(options["filter"]))
    from graders.sandbox.guest.supervisor import serve

    kept = {name: options[name] for name in ("alone", "others", "events") if name in options}
    return serve(options["needs"], fork=options["fork"], **kept)


if __name__ == "__main__":
    os._exit(main(json.loads(sys.argv[1])))  # nothing to clean up that the end of the process does not
