"""Settings: options before variables before what suits one machine, and no secret on a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.commands.serve import url_of
from graders.messages.errors import UsageError
from graders.server.settings import settings_from


def test_options_go_before_variables(tmp_path: Path) -> None:
    environment = {"DEEPGRADE_DATA": str(tmp_path), "DEEPGRADE_WORKERS": "3", "DEEPGRADE_ADDRESS": "[::1]:80"}
    found = settings_from({"workers": 5, "sandbox": None}, environment)
    assert (found.workers, found.sandbox, found.address) == (5, "auto", ("::1", 80))
    assert found.database == f"sqlite:///{tmp_path}/deepgrade.db"


def test_workers_of_an_option_are_at_least_one() -> None:
    with pytest.raises(UsageError, match="DEEPGRADE_WORKERS is '0', expected 1 to 256"):
        settings_from({"workers": 0}, {})


def test_database_url_comes_from_a_file_or_a_variable(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql+psycopg://kim:geheim@host/db\n")
    assert settings_from({}, {"DEEPGRADE_DATABASE_FILE": str(secret)}).database.endswith("geheim@host/db")
    assert settings_from({}, {"DEEPGRADE_DATABASE": "sqlite:///x.db"}).database == "sqlite:///x.db"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DEEPGRADE_ADDRESS": "8000"}, "DEEPGRADE_ADDRESS is '8000', expected host:port."),
        ({"DEEPGRADE_ADDRESS": "a:99999"}, "DEEPGRADE_ADDRESS is 'a:99999', expected host:port."),
        ({"DEEPGRADE_WORKERS": "many"}, "DEEPGRADE_WORKERS is 'many', expected 1 to 256."),
        ({"DEEPGRADE_WORKERS": "0"}, "DEEPGRADE_WORKERS is '0', expected 1 to 256."),
        ({"DEEPGRADE_DATABASE_FILE": "/no/such"}, "DEEPGRADE_DATABASE_FILE is '/no/such', expected a readable file"),
    ],
)
def test_setting_that_cannot_be_is_told(environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings_from({}, environment)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("fd00::1", "http://[fd00::1]:8000"),
    ],
)
def test_address_when_printed_then_a_browser_can_open_it(host: str, url: str) -> None:
    assert url_of(host, 8000) == url
