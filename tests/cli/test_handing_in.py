"""``submit`` and ``status`` at a real service: receipts, results, and one sentence for everything that goes wrong."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.messages.message import Message
from graders.practice import handing_in
from graders.practice.logins import Login, save_login
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.server.store.courses import add_course, course_by_slug, set_role
from graders.server.store.queue import cancel
from tests.cli.conftest import Deepgrade
from tests.remote_site import Answer, Site, between, remote_site, stranger, while_waiting
from tests.small_course import UNIT


@pytest.fixture(scope="module")
def service(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with remote_site(tmp_path_factory.mktemp("service"), template) as found:
        yield found


@pytest.fixture
def site(service: Site) -> Site:
    """With students who have handed in nothing, and nothing of others that waits."""
    return service.with_new_students()


@pytest.fixture(autouse=True)
def homework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A homework folder with a file, in which the tests stand; pauses are short."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(handing_in, "PAUSES_S", (0.01, 0.01))
    monkeypatch.setattr(handing_in, "POLL_S", 0.02)
    folder = tmp_path / "homework"
    folder.mkdir()
    (folder / ".deepgrade.json").write_text("{}")
    (folder / f"{UNIT}.py").write_text("def one(x):\n    return x\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def kim(site: Site) -> Site:
    save_login(Login(site.url, site.tokens["kim"]))
    return site


def report(verdict: str, text: str = "The sum is taken over the wrong axis.") -> Report:
    message = None if verdict == "pass" else Message("text", {"text": text})
    check = CheckReport("out", "core", verdict, 2.0 if verdict == "pass" else 0.0, 2, message=message)
    return Report("Kim", (ExerciseReport(UNIT, "Topic.forward", verdict, (check,)),), verdict)


# --- receipts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_file_when_handed_in_then_the_receipt_is_said_and_kept(
    lang: str, kim: Site, homework: Path, deepgrade: Deepgrade
) -> None:
    done = deepgrade("submit", f"{UNIT}.py", "--lang", lang)
    assert (done.code, done.err) == (0, "")
    one = kim.attempts()[0]
    digest = hashlib.sha256((homework / f"{UNIT}.py").read_bytes()).hexdigest()
    assert (one.digest, one.file_name, one.attempt) == (digest, f"{UNIT}.py", 1)
    assert one.public_id in done.out
    assert digest[:16] in done.out
    assert f"{kim.url}/submissions/{one.public_id}" in done.out
    kept = [json.loads(line) for line in (homework / ".deepgrade" / "receipts.jsonl").read_text().splitlines()]
    assert [(line["public_id"], line["digest"], line["at"]) for line in kept] == [
        (one.public_id, digest, one.handed_in_at)
    ]


def test_same_bytes_when_handed_in_again_then_the_same_receipt_unless_asked(
    kim: Site, homework: Path, deepgrade: Deepgrade
) -> None:
    first = deepgrade("submit", f"{UNIT}.py", "--json").json["receipt"]
    again = deepgrade("submit", f"{UNIT}.py", "--json").json["receipt"]
    assert again == {**first, "repeated": True}
    assert "already handed in" in deepgrade("submit", f"{UNIT}.py").out
    assert len(kim.attempts()) == 1
    assert len((homework / ".deepgrade" / "receipts.jsonl").read_text().splitlines()) == 1
    kim.grade(report("fail"))
    time.sleep(2.1)  # until then the service takes it for a second click
    assert deepgrade("submit", f"{UNIT}.py", "--again", "--json").json["receipt"]["attempt"] == 2


def test_same_bytes_when_taken_back_then_they_are_handed_in_anew(kim: Site, deepgrade: Deepgrade) -> None:
    first = deepgrade("submit", f"{UNIT}.py", "--json").json["receipt"]
    assert cancel(kim.store, first["public_id"])
    again = deepgrade("submit", f"{UNIT}.py", "--json").json["receipt"]
    assert again["public_id"] != first["public_id"]
    assert not again["repeated"]


@pytest.mark.parametrize("at", ["question", "answer"])
def test_file_when_the_connection_is_lost_then_sent_again_and_handed_in_once(
    at: str, site: Site, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with between(site.url, lost=1, at=at) as way:
        save_login(Login(way.url, site.tokens["kim"]))
        done = deepgrade("submit", f"{UNIT}.py", "--json")
    assert (done.code, way.seen) == (0, 1)
    assert [one.public_id for one in site.attempts()] == [done.json["receipt"]["public_id"]]


def test_file_when_every_answer_is_lost_then_it_is_said_and_the_receipt_comes_later(
    site: Site, deepgrade: Deepgrade
) -> None:
    with between(site.url, lost=1, at="answer") as way:
        save_login(Login(way.url, site.tokens["kim"]))
        way.lost = 99
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(handing_in, "_arrived", lambda *_: None)  # nor can anybody be asked
            done = deepgrade("submit", f"{UNIT}.py")
        assert (done.code, done.out) == (3, "")
        assert "not known whether it arrived. Run the same command again" in done.err
        way.lost = 0
        later = deepgrade("submit", f"{UNIT}.py", "--json").json["receipt"]
    assert [one.public_id for one in site.attempts()] == [later["public_id"]]


def test_file_when_refused_before_it_is_read_then_the_refusal_is_heard(homework: Path, deepgrade: Deepgrade) -> None:
    (homework / "big.zip").write_bytes(bytes(20 << 20))
    with stranger(Answer(413)) as proxy:
        from graders.messages.errors import DeepgradeError
        from graders.practice.service import Service

        with pytest.raises(DeepgradeError) as raised:
            Service(proxy.url, "dg_1").submit("dl", UNIT, "big.zip", bytes(20 << 20))
    assert raised.value.message_id in ("remote.too_large_between", "remote.no_connection")


def test_receipt_when_it_is_of_other_bytes_then_it_is_none(monkeypatch: pytest.MonkeyPatch, kim: Site) -> None:
    from graders.messages.errors import BusyError, UsageError
    from graders.practice.parcel import Parcel
    from graders.practice.service import Service

    parcel = Parcel(UNIT, "a.py", b"1")
    sent = {"public_id": "ab", "digest": "0" * 64, "at": 1.0, "attempt": 1}
    service = Service(kim.url, kim.tokens["kim"])
    monkeypatch.setattr(service, "submit", lambda *_: sent)
    with pytest.raises(BusyError, match="Run the same command again"):
        handing_in.hand_in(service, "dl", parcel)
    for key, odd in (("public_id", "../../x"), ("at", 1e30), ("at", "now"), ("attempt", -1), ("public_id", None)):
        monkeypatch.setattr(service, "submit", lambda *_, key=key, odd=odd: sent | {"digest": parcel.digest, key: odd})
        with pytest.raises(UsageError, match="does not understand"):
            handing_in.hand_in(service, "dl", parcel)


# --- what cannot be handed in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "english", "korean"),
    [
        (["absent.py"], 2, "absent.py does not exist", "absent.py"),
        (["work.py"], 1, "belongs to no unit of this course", "--unit"),
        ([f"{UNIT}.py", "--unit", "u42"], 2, "no unit 'u42'. Choose one of", "'u42' 단원이 없습니다"),
        ([f"{UNIT}.py", "--course", "xx"], 2, "You are not in a course 'xx'. Yours: dl.", "'xx'"),
        ([f"{UNIT}.py", "--server", "https://x.example"], 2, "not logged in at https://x.example", "로그인하지"),
        (["empty.py", "--unit", UNIT], 1, "is empty", "empty.py"),
        (["notes.txt", "--unit", UNIT], 1, "notes.txt", "notes.txt"),
        (["big.py", "--unit", UNIT], 1, "big.py", "big.py"),
        (["big.zip", "--unit", UNIT], 2, "is 33 MB, expected at most 32 MB", "33"),
        (["bad.ipynb", "--unit", UNIT], 1, "bad.ipynb", "bad.ipynb"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_work_when_it_cannot_be_handed_in_then_one_sentence(
    lang: str,
    words: list[str],
    code: int,
    english: str,
    korean: str,
    kim: Site,
    homework: Path,
    deepgrade: Deepgrade,
) -> None:
    (homework / "work.py").write_text("x = 1\n")
    (homework / "empty.py").write_text("")
    (homework / "notes.txt").write_text("x")
    (homework / "big.py").write_bytes(b"#" * (3 << 20))
    (homework / "big.zip").write_bytes(bytes(33 << 20))
    (homework / "bad.ipynb").write_text("{")
    done = deepgrade("submit", *words, "--lang", lang)
    assert (done.code, done.out) == (code, ""), done.err
    assert (english if lang == "en" else korean) in done.err
    assert len(done.err.splitlines()) == 1
    assert kim.attempts() == []


def test_student_when_in_several_courses_then_asked_once_per_folder(
    site: Site, homework: Path, deepgrade: Deepgrade
) -> None:
    save_login(Login(site.url, site.tokens["lee"]))
    done = deepgrade("submit", f"{UNIT}.py")
    assert (done.code, done.out) == (2, "")
    assert "Choose a course with --course. Yours: dl, ml." in done.err
    assert deepgrade("submit", f"{UNIT}.py", "--course", "ml").code == 0
    assert deepgrade("submit", f"{UNIT}.py").code == 0
    assert [one.unit for one in site.attempts("lee", "ml")] == [UNIT]
    assert "#1" in deepgrade("status").out


def test_student_when_in_no_course_then_a_sentence(site: Site, deepgrade: Deepgrade) -> None:
    save_login(Login(site.url, site.tokens["noh"]))
    done = deepgrade("submit", f"{UNIT}.py")
    assert done.code == 2
    assert "You are not in any course" in done.err


def test_course_when_it_is_not_open_yet_then_a_sentence(kim: Site, deepgrade: Deepgrade, template: Path) -> None:
    later = add_course(kim.store, "later", str(template), opens_at=time.time() + 9999)
    set_role(kim.store, later.id, kim.ids["kim"], "student")
    done = deepgrade("submit", f"{UNIT}.py", "--course", "later")
    assert done.code == 2
    assert "later" in done.err
    assert course_by_slug(kim.store, "later") is not None


def test_services_when_several_then_the_folder_keeps_to_its_own(
    site: Site, template: Path, tmp_path_factory: pytest.TempPathFactory, deepgrade: Deepgrade
) -> None:
    with remote_site(tmp_path_factory.mktemp("other"), template) as other:
        save_login(Login(site.url, site.tokens["kim"]))
        assert deepgrade("submit", f"{UNIT}.py").code == 0
        save_login(Login(other.url, other.tokens["kim"]))
        assert "already handed in" in deepgrade("submit", f"{UNIT}.py").out
        assert deepgrade("submit", f"{UNIT}.py", "--server", other.url).code == 0
        assert len(other.attempts()) == len(site.attempts()) == 1


# --- results ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("fail", 1), ("broken", 3)])
def test_result_when_waited_for_then_shown_as_a_check_shows_one(
    verdict: str, code: int, kim: Site, deepgrade: Deepgrade
) -> None:
    thread = while_waiting(lambda: kim.grade(report(verdict)), kim)
    done = deepgrade("submit", f"{UNIT}.py", "--wait")
    thread.join()
    assert done.code == code
    assert "Topic.forward" in done.out
    assert ("wrong axis" in done.out) == (verdict == "fail")
    later = deepgrade("status", kim.attempts()[0].public_id)
    assert later.code == code
    assert later.out == done.out.split("\n", 2)[2]
    assert deepgrade("status", UNIT).out == later.out


def test_result_when_asked_for_as_json_then_receipt_and_report(kim: Site, deepgrade: Deepgrade) -> None:
    thread = while_waiting(lambda: kim.grade(report("pass")), kim)
    data = json.loads(deepgrade("submit", f"{UNIT}.py", "--wait", "--json").out)
    thread.join()
    assert data["receipt"]["digest"] == kim.attempts()[0].digest
    assert (data["submission"]["state"], data["report"]["verdict"]) == ("done", "pass")


def test_work_when_cancelled_while_waiting_then_it_is_said(kim: Site, deepgrade: Deepgrade) -> None:
    thread = while_waiting(lambda: cancel(kim.store, kim.attempts()[0].public_id), kim)
    done = deepgrade("submit", f"{UNIT}.py", "--wait")
    thread.join()
    assert (done.code, done.err) == (3, "cancelled\n")


def test_waiting_when_stopped_or_cut_off_then_the_work_is_handed_in(
    kim: Site, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graders.messages.errors import BusyError

    def raising(error: BaseException) -> Callable[..., object]:
        def result_of(*_: object) -> object:
            raise error

        return result_of

    monkeypatch.setattr(handing_in, "PATIENCE_S", 0.1)
    for error, code, said in (
        (KeyboardInterrupt(), 130, "Stopped waiting. Your work was handed in all the same"),
        (BusyError("remote.down", url="x", status=502), 3, "handed in, but its result cannot be fetched now"),
    ):
        monkeypatch.setattr(handing_in, "result_of", raising(error))
        done = deepgrade("submit", f"{UNIT}.py", "--wait")
        assert done.code == code
        assert said in done.err
        assert f"deepgrade status {kim.attempts()[0].public_id}" in done.err


def test_status_when_nothing_is_there_yet_then_it_is_said(kim: Site, deepgrade: Deepgrade) -> None:
    assert "not handed in anything" in deepgrade("status").out
    assert f"not handed in anything for {UNIT}" in deepgrade("status", UNIT).err
    deepgrade("submit", f"{UNIT}.py")
    waits = deepgrade("status", kim.attempts()[0].public_id)
    assert (waits.code, waits.out) == (0, "waiting\nThere is no result yet. Ask again in a moment.\n")


def test_status_when_it_is_somebody_elses_then_it_is_not_there(kim: Site, deepgrade: Deepgrade) -> None:
    deepgrade("submit", f"{UNIT}.py")
    save_login(Login(kim.url, kim.tokens["lee"]))
    done = deepgrade("status", kim.attempts()[0].public_id, "--course", "dl")
    assert (done.code, done.out) == (2, "")
    assert "There is nothing here, or it is not yours" in done.err


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_status_when_listed_then_one_row_each_the_newest_first(lang: str, kim: Site, deepgrade: Deepgrade) -> None:
    for number, verdict in enumerate(("fail", "pass")):
        Path(f"{UNIT}.py").write_text(f"# {number}\n")
        deepgrade("submit", f"{UNIT}.py")
        kim.grade(report(verdict))
    rows = [line.split() for line in deepgrade("status", "--lang", lang).out.splitlines()]
    assert [row[3] for row in rows] == ["#2", "#1"]
    assert [row[-1] for row in rows] == [one.public_id for one in kim.attempts()]
    assert ("2/2" in rows[0], "0/2" in rows[1]) == (True, True)
