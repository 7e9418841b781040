"""Sentences: both languages complete, the compiled catalogue fresh, nothing that a student wrote can break one."""

from __future__ import annotations

import ast
import fnmatch
import io
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from graders.feedback.messages import LOCALE, MESSAGES, diagnosis_title, language, printable, render_message, say
from graders.messages import catalogue, errors
from graders.messages.errors import DeepgradeError, UsageError
from graders.messages.message import Message
from graders.messages.near import listed, suggested

FOLDER = LOCALE / "ko" / "LC_MESSAGES"


def called(node: ast.Call) -> str:
    """The name of what is called, also as a method of it; of another library's things, in full."""
    return (
        node.func.attr
        if isinstance(node.func, ast.Attribute) and node.func.attr == "in_english"
        else ast.unparse(node.func)
    )


@pytest.fixture(scope="module")
def korean() -> Catalog:
    with (FOLDER / "deepgrade.po").open("rb") as file:
        return read_po(file, locale="ko")


def fields(template: str) -> set[str]:
    """Names in braces; a text that comes in both languages is ``en`` here and ``ko`` there."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    return {"text in this language" if name in ("en", "ko") else name for name in names}


def test_korean_when_compiled_then_the_committed_catalogue_is_it(korean: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, korean)
    assert compiled.getvalue() == (FOLDER / "deepgrade.mo").read_bytes()


def test_every_sentence_has_a_korean_one_and_no_more(korean: Catalog) -> None:
    found = extract_from_file("python", Path(catalogue.__file__), keywords={"N_": None})
    extracted = {text for _, text, _, _ in found}
    assert extracted == set(MESSAGES.values())
    assert extracted == {message.id for message in korean if message.id}
    assert [message.id for message in korean if message.id and (not message.string or message.fuzzy)] == []


@pytest.mark.parametrize("id", sorted(MESSAGES))
def test_korean_when_a_sentence_has_fields_then_it_has_the_same(id: str, korean: Catalog) -> None:
    translation = korean.get(MESSAGES[id]).string
    assert fields(translation) == fields(MESSAGES[id])
    assert "{en}" not in translation
    assert "{ko}" not in MESSAGES[id]


SOURCES = sorted(LOCALE.parent.rglob("*.py"))
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, DeepgradeError)}
RAISED = ERRORS | {"refusal", "_refusal"}  # calls that give exactly what the sentence has places for
SAID = RAISED | {"Message", "say"}  # and those that may know more than is said
CALLS = [
    (f"{path.relative_to(LOCALE.parent)}:{node.lineno}", called(node), node)
    for path in SOURCES
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call) and called(node) in SAID and (node.args or node.keywords)
]


def ids_of(node: ast.expr) -> Iterator[str]:
    """The ids that an expression may give: whole, or as the constant beginning of an f-string with a star after it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield f"{node.values[0].value}*"
    elif isinstance(node, ast.IfExp):
        yield from (*ids_of(node.body), *ids_of(node.orelse))


def ids_in(call: ast.Call) -> list[str]:
    """Those of its arguments that may be one: a function of a module's own may take a path before it."""
    return [id for argument in call.args[:2] for id in ids_of(argument) if id in MESSAGES or "." in id]


@pytest.mark.parametrize(("place", "name", "call"), CALLS, ids=[f"{name} {place}" for place, name, _ in CALLS])
def test_messages_when_code_names_an_id_then_there_is_a_sentence(place: str, name: str, call: ast.Call) -> None:
    ids = ids_in(call)
    assert [id for id in ids if not fnmatch.filter(MESSAGES, id)] == []
    if name in RAISED and ids and all(keyword.arg for keyword in call.keywords):
        given = {keyword.arg for keyword in call.keywords} | ({"path"} if name == "_refusal" else set())
        assert all(given == fields(MESSAGES[id]) for id in ids)
    if name in ERRORS:  # a sentence has its home in the catalogue
        assert len(call.args) == 1
        assert ids or not isinstance(call.args[0], ast.Constant | ast.JoinedStr)


def test_errors_when_in_free_english_then_only_those_that_authors_or_logs_read() -> None:
    free = {
        ast.unparse(node.func)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called(node) == "in_english"
    }
    assert free == {"CourseError.in_english", "WireError.in_english", "in_english"}


def test_messages_when_in_the_catalogue_then_something_says_them() -> None:
    named = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if path != Path(catalogue.__file__) and isinstance(node, ast.Constant | ast.JoinedStr):
                named |= set(ids_of(node))
    for path in LOCALE.parent.rglob("*.j2"):
        named |= set(re.findall(r"\b[a-z]+\.[a-z_]+\b", path.read_text(encoding="utf-8")))
    named |= {f"{id}_line" for id in named}
    begun = [id for id in named if re.fullmatch(r"[a-z_]+\.[\w.]*\*", id)]
    assert [id for id in MESSAGES if id not in named and not any(fnmatch.fnmatch(id, one) for one in begun)] == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_error_when_shown_then_its_sentence_is_whole(lang: str) -> None:
    error = UsageError("usage.no_unit", unit="u6", known=listed([]), near=suggested(["u06_backprop"]))
    said = render_message(error.message, lang)
    assert "'u6'" in said
    assert "u06_backprop" in said
    assert "{" not in said
    assert str(error) == "There is no unit 'u6'; this course has none. Did you mean u06_backprop?"


# Words of Python, of the interface and of the field that Korean text keeps.
KEPT = set(
    re.findall(
        r"\w+",
        """NumPy numpy Python python torch forward backward stderr stdout import def class return self NaN nan inf None
        dtype shape float int bool list tuple dict UTF ZIP zip ipynb py JSON json deepgrade grade check GPU cuda CUDA
        CPU SHA dout params grads update axis exp raise
         True False NotImplemented set
         NotImplementedError Jupyter BOM CSV CP utf KB MB en ko print bubblewrap Docker Podman NVIDIA pytest""",
    )
)


@pytest.mark.parametrize("id", sorted(MESSAGES))
def test_korean_when_read_then_no_english_is_left(id: str, korean: Catalog) -> None:
    text = re.sub(r"\{[^}]*\}", "", korean.get(MESSAGES[id]).string)
    text = re.sub(r"`[^`]*`|--[a-z-]+|[A-Za-z_]+\(\)|\S*[._/*]\S*[a-z]\S*", "", text)
    assert not set(re.findall(r"[A-Za-z]{2,}", text)) - KEPT
    assert not re.search(r"\}(은|는|이|가|을|를|과|와)(?![가-힣])", korean.get(MESSAGES[id]).string)


def test_korean_practice_tells_nobody_to_hand_in(korean: Catalog) -> None:
    shared = [id for id in MESSAGES if id.startswith(("notebook.", "source.", "submission.", "upload."))]
    assert [id for id in shared if re.search("제출(하|해)", korean.get(MESSAGES[id]).string)] == []
    assert [id for id in shared if re.search(r"\bhand\b.* in\b", MESSAGES[id], re.IGNORECASE)] == []


def test_sentence_when_asked_in_a_language_then_comes_in_it() -> None:
    message = Message("ui.total", {"score": 2.5, "max_score": 4})
    assert render_message(message, "en") == "Score 2.5 of 4"
    assert render_message(message, "ko") == "점수 2.5/4"


@pytest.mark.parametrize("params", [{}, {"score": 1}, {"other": [1, 2]}])
def test_sentence_without_a_parameter_is_readable(params: dict[str, object]) -> None:
    assert "ui.total" in render_message(Message("ui.total", params), "ko")


def test_unknown_sentence_says_id_and_parameters() -> None:
    said = render_message(
        Message("no.such", {"actual": [3, 2], "why": {"en": "so", "ko": "그래서"}, "x": 0.12345678}), "ko"
    )
    assert said == "no.such (actual = (3, 2), why = 그래서, x = 0.123457)"


def test_message_as_parameter_is_in_the_same_language() -> None:
    inner = Message("verdict.pass").to_dict()
    assert say("ui.recognised", "ko", title=inner) == "이런 실수로 보입니다: 통과"


def test_parameter_that_looks_like_a_template_stays() -> None:
    assert say("ui.recognised", "en", title="{0.__class__} {x}") == "Recognised mistake: {0.__class__} {x}"


def test_empty_parameter_leaves_no_brackets() -> None:
    assert say("ending.crash", "en", detail="") == "The Python process ended before the exercise was done."
    assert "(ended by SIGSEGV)" in say("ending.crash", "en", detail="ended by SIGSEGV")


def test_printable_shows_escapes_and_direction_marks() -> None:
    assert printable("a\x1b[31m\u202eb\r\n\tc\x00\x9b") == "a�[31m�b\n\tc��"


@pytest.mark.parametrize(
    ("option", "env", "notebook", "locale", "expected"),
    [
        ("en", {"DEEPGRADE_LANG": "ko"}, "ko", "ko_KR", "en"),
        (None, {"DEEPGRADE_LANG": "ko"}, "en", "en_US", "ko"),
        (None, {}, "ko", "en_US", "ko"),
        (None, {"LANG": "ko_KR.UTF-8"}, None, None, "ko"),
        (None, {"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, None, None, "en"),
        (None, {"DEEPGRADE_LANG": "fr", "LANG": "ko_KR"}, "xx", None, "ko"),
        (None, {}, None, "Korean_Korea.949", "ko"),
        (None, None, None, None, "en"),
    ],
)
def test_language_when_several_wishes_then_the_first_holds(
    option: str | None, env: dict[str, str] | None, notebook: str | None, locale: str | None, expected: str
) -> None:
    assert language(option, env, notebook, locale) == expected


def test_language_when_on_windows_then_its_locale_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("locale.getlocale", lambda: ("Korean_Korea", "949"))
    assert language(None, {}) == "ko"
    assert language(None, {"LANG": "en_US.UTF-8"}) == "en"


def test_misconceptions_id_becomes_a_readable_name() -> None:
    assert diagnosis_title("u06_backprop.Affine.dw_transposed", "ko") == "dW transposed"


def test_messages_when_imported_then_nothing_heavy_comes_along() -> None:
    code = "import sys, graders.feedback.messages as m; m.say('ui.total', 'en', score=1, max_score=2);"
    code += "print([name for name in ('rich', 'jinja2', 'babel', 'html', 'gettext') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert answer.stdout.strip() == "[]"


def test_message_when_a_number_is_minus_zero_then_it_is_zero() -> None:
    assert say("ui.worst", "en", at="[0]", actual=-0.0, expected=-1.5) == "Furthest off at [0]: 0 instead of -1.5."
