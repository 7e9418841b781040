"""The panel's two endpoints: ``deepgrade/course`` and ``deepgrade/words``. Both only read."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from graders.jupyterlab.place import Places
from graders.jupyterlab.sentences import panel_sentences
from graders.jupyterlab.submitting import submitting
from graders.messages.errors import DeepgradeError

__all__ = ["SUBMIT", "CourseHandler", "WordsHandler", "handlers"]

SUBMIT = "deepgrade_submit"  # server setting with the URL of the submission service, if there is one


def handlers(base_url: str) -> list[tuple[str, type[APIHandler]]]:
    """Path → handler."""
    return [
        (url_path_join(base_url, "deepgrade", "course"), CourseHandler),
        (url_path_join(base_url, "deepgrade", "words"), WordsHandler),
    ]


class _Reading(APIHandler):  # type: ignore[misc, unused-ignore]
    """Open to anyone who may read the server's files; any problem is a sentence in JSON, never a traceback."""

    auth_resource = "contents"

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        said = error.log_message if isinstance(error, web.HTTPError) and error.log_message else self._reason
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"message": said}))


class CourseHandler(_Reading):
    """The course at ``?path=``, a folder of the server's contents."""

    @web.authenticated
    @authorized  # type: ignore[misc, unused-ignore]
    async def get(self) -> None:
        path = self.get_query_argument("path", "", strip=False)
        root = Path(self.settings["server_root_dir"]).expanduser()
        try:
            found = await asyncio.to_thread(Places(root).at, path)
        except (DeepgradeError, ValueError) as error:  # ValueError: a path with a NUL
            raise web.HTTPError(404, str(error).replace("%", "%%")) from None
        submit = await asyncio.to_thread(submitting, self.settings.get(SUBMIT), root / str(found["folder"]))
        self.finish(json.dumps(found | {"submit": submit}))


class WordsHandler(_Reading):
    """All of the panel's sentences."""

    @web.authenticated
    @authorized  # type: ignore[misc, unused-ignore]
    async def get(self) -> None:
        self.finish(json.dumps(panel_sentences()))
