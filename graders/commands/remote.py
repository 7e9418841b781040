"""For students of a course with a service: log in, submit, see the status."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.commands.options import FINE, HERE, INTERRUPTED, OURS, json_option, lang_option, language_of, options
from graders.commands.output import exit_code, print_json, show, waiting
from graders.messages.errors import BusyError, DeepgradeError, UsageError

if TYPE_CHECKING:
    from graders.practice.handing_in import Found, Receipt
    from graders.practice.service import Service

TRIES = 3  # password attempts for a person at a terminal
MOST_ROWS = 50
slug_option = click.option("--course", "slug", metavar="SLUG", help="The course's short name, if you are in several.")
server_option = click.option("--server", metavar="URL", help="The service, if you are logged in at several.")


@click.command()
@click.argument("url")
@click.option("--token", is_flag=True, help="Paste a personal token instead of an e-mail address and a password.")
@click.option("--insecure", is_flag=True, help="Allow http to another machine: everybody on the way reads the token.")
@options(lang_option)
def login(url: str, token: bool, insecure: bool, lang: str | None) -> int:
    """Log in to the course's service at URL; `submit` and `status` use it from then on."""
    from graders.feedback.messages import say
    from graders.practice.connection import one_line
    from graders.practice.logins import Login, save_login, service_url
    from graders.practice.service import Service

    code, address = language_of(lang), service_url(url, insecure=insecure)
    Service(address, lang=code).require_service()
    secret = _pasted(code) if token else _logged_in(Service(address, lang=code), code)
    if not secret.isascii() or not secret.isprintable() or not secret:
        raise UsageError("remote.token_over", url=address)
    found = Service(address, secret, code).me()
    path = save_login(Login(address, secret))
    name, courses = one_line(found["user"]["name"]), [one_line(str(one["slug"])) for one in found["courses"]]
    click.echo(say("remote.logged_in", code, name=name, url=address, path=str(path)))
    click.echo(say("remote.courses" if courses else "remote.in_no_course", code, url=address, known=", ".join(courses)))
    return FINE


@click.command()
@options(server_option, lang_option)
def logout(server: str | None, lang: str | None) -> int:
    """Log out: end the token at the service and forget it here."""
    from graders.feedback.messages import render_message, say
    from graders.practice.logins import forget_login, login_for
    from graders.practice.service import Service

    code, kept = language_of(lang), login_for(server, HERE)
    try:
        Service(kept.url, kept.token, code).log_out()
    except DeepgradeError as error:
        if error.message_id != "remote.token_over":  # an ended token is what the user wants
            click.echo(say("remote.still_counts", code, reason=render_message(error.message, code)), err=True)
    forget_login(kept.url)
    click.echo(say("remote.logged_out", code, url=kept.url))
    return FINE


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", help="The unit of the file, if its name does not say.")
@click.option("--wait", "wait", is_flag=True, help="Wait for the result and show it.")
@click.option("--again", is_flag=True, help="Hand in the bytes of your last attempt once more, when it has its result.")
@options(slug_option, server_option, lang_option, json_option)
def submit(
    file: Path,
    unit: str | None,
    wait: bool,
    again: bool,
    slug: str | None,
    server: str | None,
    lang: str | None,
    as_json: bool,
) -> int:
    """Submit FILE: a .py file, a notebook, a folder or a zip. The receipt says that the service has it."""
    from graders.feedback.messages import say
    from graders.practice.handing_in import chosen_course, hand_in, keep_receipt
    from graders.practice.parcel import parcel_of

    code, start = language_of(lang), file if file.is_dir() else file.parent
    service = _service(server, start, code)
    with waiting(say("remote.sending", code, file=file.name)):
        course = chosen_course(service, slug, start)
        parcel = parcel_of(file, service.units(course), unit)
        receipt = hand_in(service, course, parcel, again=again)
    kept = keep_receipt(start, receipt)
    if not as_json:
        _tell_receipt(receipt, receipt.file if file.is_dir() else file.name, parcel.files, kept, wait, code)
    elif not wait:
        print_json({"schema": 1, "receipt": _told(receipt)})
    return _waited(service, receipt, code, as_json) if wait else FINE


@click.command()
@click.argument("which", required=False)
@options(slug_option, server_option, lang_option, json_option)
def status(which: str | None, slug: str | None, server: str | None, lang: str | None, as_json: bool) -> int:
    """Show your submissions, newest first; or the report of one: WHICH is a receipt or a unit."""
    from graders.feedback.messages import say
    from graders.practice.handing_in import chosen_course, understood

    code = language_of(lang)
    service = _service(server, HERE, code)
    if which is not None:
        return _one(service, slug, which, code, as_json)
    attempts = service.attempts(chosen_course(service, slug, HERE))
    if as_json:
        print_json({"schema": 1, "attempts": attempts})
        return FINE
    if not attempts:
        click.echo(say("remote.nothing", code))
    for line in understood(service, lambda: _rows(attempts[:MOST_ROWS], code)):
        click.echo(line)
    return FINE


# --- logging in ------------------------------------------------------------------------------------------------------


def _pasted(lang: str) -> str:
    """A token typed at the terminal, or the first line of piped input."""
    from graders.feedback.messages import say

    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(click.prompt(say("remote.ask_token", lang), hide_input=True, err=True)).strip()


def _logged_in(service: Service, lang: str) -> str:
    """A new token for an e-mail address and a password; a person may mistype it twice."""
    from graders.feedback.messages import render_message, say

    if not sys.stdin.isatty():
        raise UsageError("remote.no_terminal")
    for left in reversed(range(TRIES)):
        email = click.prompt(say("remote.ask_email", lang), err=True).strip()
        password = click.prompt(say("remote.ask_password", lang), hide_input=True, err=True)
        try:
            return service.log_in(email, password, "terminal")
        except UsageError as error:
            if error.params.get("said") != "api.wrong_login" or not left:
                raise
            click.echo(render_message(error.message, lang), err=True)
    raise AssertionError("the last try returns or raises")


def _service(server: str | None, start: Path, lang: str) -> Service:
    from graders.practice.logins import login_for
    from graders.practice.service import Service

    kept = login_for(server, start)
    return Service(kept.url, kept.token, lang)


# --- output ----------------------------------------------------------------------------------------------------------


def _tell_receipt(
    receipt: Receipt, file: str, files: tuple[str, ...], kept: Path | None, wait: bool, lang: str
) -> None:
    from graders.feedback.messages import say
    from graders.practice.handing_in import clock_time

    if files:
        click.echo(say("remote.packed", lang, file=file, count=len(files), names=", ".join(files)), err=True)
    attempt = "-" if receipt.attempt is None else receipt.attempt
    words = {"receipt": receipt.public_id, "at": clock_time(receipt.at), "digest": receipt.digest[:16]}
    id = "remote.repeated" if receipt.repeated else "remote.receipt"
    click.echo(say(id, lang, file=file, attempt=attempt, **words))
    click.echo(f"  {receipt.page}")
    if kept is None:
        click.echo(say("remote.receipt_not_kept", lang), err=True)
    if not wait:
        click.echo(say("remote.see_later", lang, receipt=receipt.public_id))


def _told(receipt: Receipt) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(receipt), "page": receipt.page}


def _waited(service: Service, receipt: Receipt, lang: str, as_json: bool) -> int:
    """Wait for the result and show it; if that is interrupted, the submission still stands."""
    from graders.feedback.messages import render_message, say
    from graders.practice.handing_in import wait_for

    try:
        with waiting(say("remote.waiting", lang)) as telling:
            found = wait_for(service, receipt.public_id, lambda now: telling(_standing(now, lang)))
    except KeyboardInterrupt:
        click.echo(say("remote.wait_stopped", lang, receipt=receipt.public_id), err=True)
        return INTERRUPTED
    except BusyError as error:
        reason = render_message(error.message, lang)
        click.echo(say("remote.wait_failed", lang, reason=reason, receipt=receipt.public_id), err=True)
        return OURS
    assert found is not None
    return _shown(service, found, lang, as_json, {"receipt": _told(receipt)})


def _standing(found: Found, lang: str) -> str:
    from graders.feedback.messages import say

    if found.state == "leased":
        return say("remote.grading", lang)
    return say("remote.ahead", lang, count=found.ahead) if found.ahead else say("remote.waiting", lang)


def _one(service: Service, slug: str | None, which: str, lang: str, as_json: bool) -> int:
    """The report of a receipt, or of a unit's latest attempt."""
    from graders.practice.handing_in import chosen_course, result_of
    from graders.submission.naming import unit_of_folder

    course = chosen_course(service, slug, HERE)
    unit = unit_of_folder(which, service.units(course))
    if unit is not None:
        tried = service.attempts(course, unit)
        if not tried:
            raise UsageError("remote.nothing_of", unit=unit)
        which = str(tried[0].get("public_id"))
    return _shown(service, result_of(service, which), lang, as_json, {})


def _shown(service: Service, found: Found, lang: str, as_json: bool, also: dict[str, Any]) -> int:
    """Show a report as `check` does; without a report, say why."""
    from graders.feedback.messages import say
    from graders.practice.handing_in import understood

    if as_json:
        print_json({"schema": 1, **also, **found.data})
    report = found.report
    if report is None:
        if not as_json:
            click.echo(_state(found.state, lang), err=found.state not in ("queued", "leased"))
            if found.state in ("queued", "leased"):
                click.echo(say("remote.ask_again", lang))
        return FINE if found.state in ("queued", "leased") else OURS
    if not as_json:
        understood(service, lambda: show([report], lang, False, single=True))
    return understood(service, lambda: exit_code([report]))


def _rows(attempts: list[dict[str, Any]], lang: str) -> list[str]:
    """Date, unit, attempt, points, verdict and receipt, aligned in columns."""
    from rich.cells import cell_len

    from graders.practice.connection import one_line
    from graders.practice.handing_in import clock_time

    rows = []
    for one in attempts:
        points = "" if one["score"] is None else f"{float(one['score']):g}/{float(one['max_score']):g}"
        state = _state(str(one["state"]), lang) if one["verdict"] is None else _verdict(str(one["verdict"]), lang)
        words = (str(one["unit"]), f"#{one['attempt']}", state, points, str(one["public_id"]))
        rows.append((clock_time(float(one["handed_in_at"])), *map(one_line, words)))
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(word + " " * (width - cell_len(word)) for word, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _verdict(verdict: str, lang: str) -> str:
    from graders.feedback.messages import say
    from graders.messages.catalogue import MESSAGES

    id = f"verdict.{verdict}"
    return say(id, lang) if id in MESSAGES else verdict


def _state(state: str, lang: str) -> str:
    from graders.feedback.messages import say
    from graders.messages.catalogue import MESSAGES
    from graders.practice.connection import one_line

    id = f"remote.state_{state}"
    return say(id, lang) if id in MESSAGES else one_line(state)
