"""The doctor's table: in both languages, with what got through left as it is."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from graders.feedback.doctor_table import print_trials
from graders.feedback.messages import MESSAGES, say
from graders.sandbox.doctor import LIMITS, Trial


def shown(*trials: Trial, lang: str) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_trials("bubblewrap", trials, console, lang)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_trials_when_named_then_each_has_its_sentence() -> None:
    assert {f"trial.{name}" for name in LIMITS} == {id for id in MESSAGES if id.startswith("trial.")}


@pytest.mark.parametrize(("through", "said"), [("", ""), ("100 MB were printed", ": 100 MB were printed")])
def test_table_when_a_limit_was_tried_then_how_is_said_in_both_languages(through: str, said: str) -> None:
    trial = Trial("output", True, not through, through)
    assert f"끝없이 출력해 봄{said}" in shown(trial, lang="ko")
    assert f"printed endlessly{said}" in shown(trial, lang="en")


def test_detail_of_an_ending_is_said_in_korean() -> None:
    detail = {"id": "ending.detail_status", "params": {"status": "3"}}
    assert "상태 코드 3번" in say("ending.crash", "ko", detail=detail)
