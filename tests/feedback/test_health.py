"""The doctor's table: in both languages, with what got through left as it is."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from graders.feedback.doctor_table import print_trials
from graders.feedback.messages import MESSAGES, say
from graders.sandbox.doctor import Trial, _attempts


def shown(*trials: Trial, lang: str) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_trials("bubblewrap", trials, console, lang)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_trials_when_named_then_each_has_its_sentence() -> None:
    tried = {f"trial.{name}": attempt.tried for name, attempt in _attempts().items()}
    assert tried == {id: text for id, text in MESSAGES.items() if id.startswith("trial.")}


@pytest.mark.parametrize("rest", ["", ": 100 MB were printed"])
def test_table_when_korean_then_how_it_was_tried_is_korean(rest: str) -> None:
    trial = Trial("output", True, not rest, f"printed endlessly{rest}")
    assert f"끝없이 출력해 봄{rest}" in shown(trial, lang="ko")
    assert f"printed endlessly{rest}" in shown(trial, lang="en")


def test_table_when_a_trial_is_unknown_then_its_own_words_stand() -> None:
    assert "tried it" in shown(Trial("other", True, True, "tried it"), lang="ko")
    assert "tried otherwise" in shown(Trial("output", True, True, "tried otherwise"), lang="ko")


def test_detail_of_an_ending_is_said_in_korean() -> None:
    detail = {"id": "ending.detail_status", "params": {"status": "3"}}
    assert "상태 코드 3번" in say("ending.crash", "ko", detail=detail)
