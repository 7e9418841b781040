"""For students of a course with a service: log in, hand in, see how it stands."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.commands.options import FINE, OURS, json_option, lang_option, language_of, options
from graders.commands.output import exit_code, print_json, show, waiting
from graders.messages.errors import SubmissionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from graders.practice.service import Service

POLL_S, MOST_POLL_S = 0.3, 3.0
slug_option = click.option("--course", "slug", metavar="SLUG", help="The course's short name, if you are in several.")


@click.command()
@click.argument("url")
@click.option("--token", is_flag=True, help="Paste a personal token instead of an e-mail address and a password.")
@click.option("--insecure", is_flag=True, help="Allow http to another machine: everybody on the way reads the token.")
@options(lang_option)
def login(url: str, token: bool, insecure: bool, lang: str | None) -> int:
    """Log in to the course's service at URL; `submit` and `status` use it from then on."""
    from graders.feedback.messages import say
    from graders.practice.service import Login, Service, save_login, service_url

    code, address = language_of(lang), service_url(url, insecure=insecure)
    if token:
        secret = click.prompt(say("remote.ask_token", code), hide_input=True).strip()
    else:
        email = click.prompt(say("remote.ask_email", code)).strip()
        password = click.prompt(say("remote.ask_password", code), hide_input=True)
        secret = Service(address, lang=code).log_in(email, password, "terminal")
    if not secret.isascii() or not secret.isprintable():
        raise UsageError("remote.token_over", url=address)
    user = Service(address, secret, code).me()["user"]
    path = save_login(Login(address, secret))
    click.echo(say("remote.logged_in", code, name=_plain(str(user["name"])), url=address, path=str(path)))
    return FINE


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", help="The unit of the file, if its name does not say.")
@click.option("--wait", "wait", is_flag=True, help="Wait for the result and show it.")
@options(slug_option, lang_option, json_option)
def submit(file: Path, unit: str | None, wait: bool, slug: str | None, lang: str | None, as_json: bool) -> int:
    """Hand in FILE (a .py file, a notebook or a zip); the receipt says that the service has it."""
    from graders.feedback.messages import say

    code = language_of(lang)
    content, service = _content(file), _service(code)
    course = service.course(_course(service, slug))
    name = str(course["course"]["slug"])
    receipt = service.submit(name, _unit(file, unit, course), file.name, content)
    if not as_json:
        words = {"receipt": receipt["public_id"], "at": _when(receipt["at"]), "digest": str(receipt["digest"])[:16]}
        click.echo(say("remote.receipt", code, file=file.name, attempt=receipt["attempt"], **words))
    elif not wait:
        print_json({"schema": 1, "receipt": receipt})
    if not wait:
        return FINE
    with waiting(say("remote.waiting", code)):
        found = _result(lambda: service.submission(str(receipt["public_id"])))
    return _shown(found, receipt, code, as_json)


@click.command()
@options(slug_option, lang_option, json_option)
def status(slug: str | None, lang: str | None, as_json: bool) -> int:
    """Show what you have handed in and how it stands, the newest first."""
    from graders.feedback.messages import say

    code = language_of(lang)
    service = _service(code)
    attempts = service.attempts(_course(service, slug))
    if as_json:
        print_json({"schema": 1, "attempts": attempts})
        return FINE
    if not attempts:
        click.echo(say("remote.nothing", code))
    for one in attempts[:50]:
        points = "" if one["score"] is None else f"{one['score']:g}/{one['max_score']:g}"
        state = say(f"remote.state_{one['state']}", code) if one["verdict"] is None else say_verdict(one, code)
        words = (_when(one["handed_in_at"]), _plain(one["unit"]), f"#{one['attempt']}", state, points)
        click.echo("  ".join(words).rstrip())
    return FINE


def say_verdict(attempt: dict[str, Any], lang: str) -> str:
    """Its verdict in words."""
    from graders.feedback.messages import say
    from graders.messages.catalogue import MESSAGES

    id = f"verdict.{attempt['verdict']}"
    return say(id, lang) if id in MESSAGES else _plain(str(attempt["verdict"]))


def _service(lang: str) -> Service:
    from graders.practice.service import Service, load_login

    kept = load_login()
    if kept is None:
        raise UsageError("remote.no_login")
    return Service(kept.url, kept.token, lang)


def _content(file: Path) -> bytes:
    from graders.submission.upload import MAX_TOTAL_MB

    try:
        size = file.stat().st_size
        if file.is_dir() or size > MAX_TOTAL_MB << 20:
            id = "remote.folder" if file.is_dir() else "server.too_large"
            if id == "remote.folder":
                raise UsageError("remote.folder", path=str(file))
            raise UsageError("server.too_large", name=file.name, size_mb=size >> 20, limit_mb=MAX_TOTAL_MB)
        return file.read_bytes()
    except FileNotFoundError:
        raise UsageError("usage.absent_file", path=str(file)) from None
    except OSError as error:
        raise SubmissionError("remote.unreadable", path=str(file), reason=str(error.strerror)) from None


def _course(service: Service, slug: str | None) -> str:
    """The one named, else the only one."""
    known = [str(one["slug"]) for one in service.me()["courses"]]
    if slug is not None and slug not in known:
        raise UsageError("remote.no_course", slug=slug[:80], known=_plain(", ".join(known)) or "-")
    if slug is None and len(known) != 1:
        raise UsageError("remote.which_course", known=_plain(", ".join(known)) or "-")
    return slug or known[0]


def _unit(file: Path, asked: str | None, course: dict[str, Any]) -> str:
    from graders.submission.naming import unit_of_folder, unit_of_name

    units = [str(one["unit"]) for one in course["units"]]
    found = unit_of_folder(asked, units) if asked is not None else unit_of_name(file.name, units)
    if found is None:
        raise UsageError("remote.which_unit", file=asked or file.name, known=_plain(", ".join(units)))
    return found


def _result(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Until there is one; asked less and less often, and again where the service is busy for a moment."""
    from graders.messages.errors import BusyError

    pause_s, failed = POLL_S, 0
    while True:
        try:
            found, failed = ask(), 0
        except BusyError:
            failed += 1
            if failed > 5:
                raise
        else:
            if found["submission"]["state"] not in ("queued", "leased"):
                return found
        time.sleep(pause_s)
        pause_s = min(MOST_POLL_S, pause_s * 1.3)


def _shown(found: dict[str, Any], receipt: dict[str, Any], lang: str, as_json: bool) -> int:
    """The report as `check` shows one; what has none is said."""
    from graders.feedback.messages import say
    from graders.reports.report import Report

    if as_json:
        print_json({"schema": 1, "receipt": receipt, **found})
    if found["report"] is None:
        if not as_json:
            click.echo(say(f"remote.state_{found['submission']['state']}", lang), err=True)
        return OURS
    report = Report.from_dict(found["report"])
    if not as_json:
        show([report], lang, False, single=True)
    return exit_code([report])


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _plain(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
