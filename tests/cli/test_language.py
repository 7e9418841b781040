"""What the command line says when something is not there, in the language that was asked for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.feedback.messages import say
from graders.messages.errors import UsageError
from graders.submission import find_submissions
from tests.cli.conftest import Deepgrade
from tests.small_course import UNIT

KOREAN = re.compile("[가-힣]")
SENTENCES = [
    (("check", "nothing.py"), "없는 경로입니다"),
    (("check", "{mine}:Nope"), "혹시 이것을 찾으셨나요?"),
    (("check", "{mine}::Nope", "--course", "."), "문제가 없습니다. 있는 문제"),
    (("check", "{mine}", "--unit", "u77_none"), "단원은 없습니다"),
    (("check", "{mine}", "--course", "{bare}"), "기댓값을 찾지 못했습니다"),
    (("grade", "nothing", "--sandbox", "none"), "제출물이 든 폴더를 지정하세요"),
    (("grade", "{empty}", "--sandbox", "none"), "제출물이 없습니다"),
    (("grade", ".", "--resume"), "--out과 함께 써야 합니다"),
    (("grade", ".", "--json", "--format", "csv"), "둘 다 표준 출력의 형식을 정하므로"),
    (("grade", "{mine}", "--sandbox", "chroot"), "다음 중에서 고르세요: auto"),
    (("grade", "{mine}", "--sandbox", "none", "--course", "{empty}/none"), "없는 강의 폴더입니다"),
    (("grade", "{mine}", "--sandbox", "none", "--course", "{empty}"), "`course.toml` 파일이 없어"),
    (("replay", "{mine}", "."), "보고서가 아닙니다"),
    (("start", "out", "--from", "{empty}"), "강사에게 받은 폴더를 지정하세요"),
]


@pytest.mark.parametrize(("words", "said"), SENTENCES, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_errors_are_in_korean_when_korean_is_asked_for(
    deepgrade: Deepgrade, mine: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copytree(".", tmp_path / "bare", ignore=shutil.ignore_patterns("assignments"))
    typed = [word.format(mine=mine, empty=tmp_path / "empty", bare=tmp_path / "bare") for word in words]
    english = deepgrade(*typed)
    assert (english.code, english.out) == (2, "")
    assert not KOREAN.search(english.err.replace(str(tmp_path), ""))
    for option in (("--lang", "ko"), ("--lang=ko",), ("--lang", "en", "--lang", "ko")):
        korean = deepgrade(*typed, *option)
        assert (korean.code, korean.out) == (2, "")
        assert said in korean.err.splitlines()[-1]


def test_korean_machine_has_korean_errors_unless_told_english(
    deepgrade: Deepgrade, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRADE_LANG", "ko")
    assert "없는 경로입니다" in deepgrade("check", "nothing.py").err
    assert "does not exist" in deepgrade("check", "nothing.py", "--lang", "en").err


def test_fault_when_it_is_for_authors_then_it_is_said_as_it_is(
    deepgrade: Deepgrade, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRADE_LANG", "ko")
    (course.folder(UNIT) / "solution.py").write_text("x = 1 / 0\n")
    assert "solution.py does not run" in deepgrade("release").err


def test_sandbox_that_does_not_start_says_the_step_in_korean(
    deepgrade: Deepgrade, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "docker").write_text("#!/bin/sh\necho 'permission denied' >&2\nexit 1\n")
    (tmp_path / "bin" / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    done = deepgrade("grade", mine, "--sandbox", "docker", "--lang", "ko")
    assert (done.code, done.out) == (3, "")
    assert "`docker ps` 명령이 실패했습니다(permission denied). `docker` 그룹에 들어간 뒤" in done.err
    done = deepgrade("doctor", "--sandbox", "docker", "--lang", "ko")
    assert "docker: `docker ps` 명령이 실패했습니다" in done.err


@pytest.mark.parametrize(
    "files",
    [
        (),
        ("kim_{unit}.py", "lee_u01_one.py"),
        ("kim_{unit}.py", "kim_u01_one.py", "lee_{unit}.py", "lee_u01_one.py"),
    ],
)
def test_english_sentences_are_those_of_the_catalogue(tmp_path: Path, files: tuple[str, ...]) -> None:
    for name in files:
        (tmp_path / name.format(unit=UNIT)).write_text("x = 1\n")
    with pytest.raises(UsageError) as raised:
        find_submissions(tmp_path, (UNIT, "u01_one"))
    assert KOREAN.search(say(raised.value.message_id, "ko", **raised.value.params))
