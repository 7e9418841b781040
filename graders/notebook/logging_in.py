"""``%login``: a token for the course's service, from a password that is never in a cell."""

from __future__ import annotations

import getpass
from collections.abc import Sequence

from graders.feedback.messages import say
from graders.messages.errors import UsageError
from graders.practice.connection import one_line
from graders.practice.logins import Login, save_login, service_url
from graders.practice.service import Service

__all__ = ["log_in"]


def log_in(words: Sequence[str], lang: str) -> None:
    """Ask for e-mail address and password, which the kernel's frontend keeps out of the notebook."""
    if len(words) != 1 or words[0].startswith("dg_"):
        raise UsageError("magic.login_words")
    url = service_url(words[0])
    service = Service(url, lang=lang)
    service.require_service()
    try:
        email = input(f"{say('remote.ask_email', lang)}: ").strip()
        password = getpass.getpass(f"{say('remote.ask_password', lang)}: ")
    except (EOFError, NotImplementedError, RuntimeError):  # no user at this kernel; IPython raises its own kind
        raise UsageError("magic.no_input", url=url) from None
    token = service.log_in(email, password, "notebook")
    found = Service(url, token, lang).me()
    path = save_login(Login(url, token))
    print(say("remote.logged_in", lang, name=one_line(found["user"]["name"]), url=url, path=str(path)))
