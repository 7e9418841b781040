"""``deepgrade``: finds the command, turns faults into one sentence and an exit code.

0 success · 1 something in the student's work is wrong · 2 the command line asks for something that does not exist ·
3 internal: no sandbox, a crash, a required limit missing. Data goes to standard output, everything else to standard
error.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
from itertools import pairwise

import click

from graders import __version__
from graders.commands.options import FINE, INTERRUPTED, OURS, USAGE
from graders.messages.errors import DeepgradeError

# command → module; imported only when typed, so that `check` does not wait for what `grade` needs
COMMANDS = {
    "check": "practice",
    "explain": "explain",
    "progress": "progress",
    "start": "practice",
    "grade": "grading",
    "replay": "replay",
    "export": "export",
    "demo": "grading",
    "doctor": "grading",
    "release": "authoring",
    "verify": "authoring",
    "mutants": "authoring",
    "mistakes": "mistakes",
    "new": "authoring",
    "nbgrader": "nbgrader",
    "login": "remote",
    "logout": "remote",
    "submit": "remote",
    "status": "remote",
    "serve": "serve",
    "backup": "serve",
    "restore": "serve",
}

LANG = ("--lang", "--lang=")


class Commands(click.Group):
    """The commands of ``COMMANDS``, each imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"graders.commands.{COMMANDS[name]}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from graders.messages.near import close  # with difflib, which nothing else here needs

        meant = close(args[0], COMMANDS, 0.6) if args[0] not in COMMANDS else []
        if meant:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {meant[0]!r}?")
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deepgrade")
def cli() -> None:
    """Grades deep-learning exercises: compares outputs and gradients in a sandbox and names the mistake."""


def main() -> None:
    """The console script: faults become one sentence and an exit code, never a traceback."""
    _prepare()
    stdout = sys.stdout
    try:
        code = cli.main(standalone_mode=False, prog_name="deepgrade")
        sys.stdout.flush()
    except SystemExit as exit_:  # rich and click exit like this when our reader is gone; click wraps the stream
        gone = isinstance(exit_.__context__, BrokenPipeError) or sys.stdout is not stdout
        code = FINE if gone else exit_.code
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_stopped(), err=True)
        sys.exit(INTERRUPTED)
    except DeepgradeError as error:
        click.echo(f"deepgrade: {_said(error)}", err=True)
        sys.exit(error.exit_code)
    except MemoryError:
        click.echo(
            "deepgrade: the machine ran out of memory. Grade fewer submissions side by side: --jobs 1.", err=True
        )
        sys.exit(OURS)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output is gone
        sys.exit(FINE)
    except Exception as error:
        if os.environ.get("DEEPGRADE_DEBUG"):
            raise
        click.echo(
            f"deepgrade: internal error: {type(error).__name__}: {error}. Nothing was lost. "
            "Please report it with what DEEPGRADE_DEBUG=1 prints.",
            err=True,
        )
        sys.exit(OURS)
    sys.exit(code if isinstance(code, int) else FINE)


def _prepare() -> None:
    """Setup before anything large is imported or printed."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the arrays are small: a second thread costs 50 ms at import
    gc.set_threshold(50_000, 20, 20)  # startup creates many objects and no garbage: 9 ms
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the terminal cannot show must not stop the program


def _language() -> str:
    """The language of ``--lang``, else the machine's."""
    from graders.feedback.messages import language

    words = [*sys.argv[1:], ""]
    asked = [after if word == "--lang" else word[7:] for word, after in pairwise(words) if word[:7] in LANG]
    return language(next(reversed(asked), None), os.environ)


def _stopped() -> str:
    from graders.feedback.messages import say

    return say("ui.stopped", _language())


def _said(error: DeepgradeError) -> str:
    """The message in the requested language."""
    from graders.feedback.messages import render_message

    return render_message(error.message, _language())


if __name__ == "__main__":
    main()
