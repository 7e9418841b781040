"""For operators: start the service, back up its data, restore a backup."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.commands.options import FINE, course_option, lang_option, language_of, options, sandbox_option
from graders.messages.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graders.server.operation.demo import DemoLogin
    from graders.server.settings import Settings

# module → name for pip: everything from the [server] extra that starting needs
NEEDED = {
    "alembic": "alembic",
    "argon2": "argon2-cffi",
    "fastapi": "fastapi",
    "prometheus_client": "prometheus-client",
    "python_multipart": "python-multipart",
    "sqlalchemy": "sqlalchemy",
    "structlog": "structlog",
    "uvicorn": "uvicorn",
}

EVERYWHERE = ("0.0.0.0", "::")  # every address of the machine, and none that a browser can open

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (else DEEPGRADE_DATA, else one of the user's)."
)


@click.command()
@options(data_option, course_option, sandbox_option, lang_option)
@click.option("--host", help="The address to listen at (default: 127.0.0.1, this machine only).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (default: 8000; 0: any that is free).")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that grade (default: one per core).")
@click.option("--demo", is_flag=True, help="A sample class in a temporary data folder; its logins are printed.")
def serve(
    data: Path | None,
    course: Path | None,
    sandbox: str,
    lang: str | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    demo: bool,
) -> int:
    """Run the service: students submit and see their results, staff see the class. No setup needed."""
    _require_extra()
    code = language_of(lang)
    with contextlib.ExitStack() as stack:
        if demo:
            if data is not None:
                raise UsageError("server.demo_data")
            from graders.server.leftovers import clear, own_folder

            clear("demo")
            data = stack.enter_context(own_folder("demo"))
        given: dict[str, Any] = {"data": data, "workers": workers, "demo": demo}
        given["sandbox"] = None if sandbox == "auto" else sandbox
        _serve(_settings(given, host, port), course, code)
    return FINE


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("to", type=click.Path(path_type=Path))
@options(lang_option)
def backup(data: Path, to: Path, lang: str | None) -> int:
    """Copy everything the service keeps in the folder DATA into the new folder TO, even while it runs."""
    _require_extra()
    from graders.feedback.messages import say
    from graders.server.operation.backup import back_up

    path = back_up(_settings({"data": data}, None, None).database, data, to)
    click.echo(say("server.backed_up", language_of(lang), path=str(path), size_mb=f"{path.stat().st_size / 2**20:.1f}"))
    return FINE


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@options(lang_option)
def restore(source: Path, data: Path, lang: str | None) -> int:
    """Restore the backup FROM into the folder DATA; the previous contents are kept beside it."""
    _require_extra()
    from graders.feedback.messages import say
    from graders.server.operation import backup as copies

    before, code = copies.restore(source, _settings({"data": data}, None, None).database, data), language_of(lang)
    click.echo(say("server.restored", code, path=str(data)))
    if before is not None:
        click.echo(say("server.kept_before", code, path=str(before)))
    return FINE


def _require_extra() -> None:
    missing = [name for module, name in NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise UsageError("server.no_extra", missing=", ".join(missing))


def _settings(given: dict[str, Any], host: str | None, port: int | None) -> Settings:
    """Settings in which the host or port option overrides that part of the address variable."""
    from dataclasses import replace

    from graders.server.settings import settings_from

    found = settings_from(given)
    named = found.address
    address = (named[0] if host is None else host, named[1] if port is None else port)
    database = f"sqlite:///{found.data / 'deepgrade.db'}" if found.demo else found.database
    return replace(found, address=address, database=database)


def _serve(settings: Settings, course: Path | None, lang: str) -> None:
    from graders.courses.course import Course
    from graders.feedback.messages import say
    from graders.messages.errors import SandboxError
    from graders.server.operation import demo, running
    from graders.server.operation.logs import log_as_json
    from graders.server.store.courses import courses
    from graders.server.store.invitations import first_admin

    if settings.sandbox == "none":
        raise SandboxError("server.no_sandbox")
    log_as_json()
    with running.opened(settings) as store, running.listening(settings) as sock:
        if course is not None or not courses(store, archived=True):
            added = running.course_added(store, Course.find(course).root)
            _print_logins(demo.fill(store, added) if settings.demo else (), lang)
        url = url_of(*sock.getsockname()[:2])

        def ready() -> None:
            token = first_admin(store)
            if token is not None:
                click.echo(say("server.first_admin", lang, url=f"{url}/invitation/{token}"))
            click.echo(say("server.listening", lang, url=url))

        running.serve(settings, store, sock, ready)


def url_of(host: str, port: int) -> str:
    """An address that a browser on this machine can open."""
    named = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{named}:{port}"


def _print_logins(logins: Sequence[DemoLogin], lang: str) -> None:
    from graders.feedback.messages import say

    if logins:
        click.echo(say("server.demo", lang))
        width = max(len(one.email) for one in logins)
        click.echo("\n".join(f"  {one.email:<{width}}  {one.password}  {one.role}" for one in logins))
