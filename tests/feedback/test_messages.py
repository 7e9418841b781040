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
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from graders import disk
from graders.feedback import catalogue
from graders.feedback.messages import LOCALE, MESSAGES, diagnosis_title, language, printable, render_message, say
from graders.grading import report_store
from graders.message import Message
from graders.sandbox import bubblewrap_start, doctor, oci_engine

FOLDER = LOCALE / "ko" / "LC_MESSAGES"


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


def ids_in(module: Path) -> Iterator[str]:
    """The ids that a module names: whole, or as the constant beginning of an f-string with a star after it."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        named = [keyword.value for keyword in node.keywords if keyword.arg == "message_id"]
        for id in (node.args[:1] if called in ("Message", "say", "refusal") else []) + named:
            if isinstance(id, ast.Constant) and isinstance(id.value, str):
                yield id.value
            elif isinstance(id, ast.JoinedStr) and isinstance(id.values[0], ast.Constant):
                yield f"{id.values[0].value}*"


@pytest.mark.parametrize(
    "module", sorted(LOCALE.parent.rglob("*.py")), ids=lambda path: str(path.relative_to(LOCALE.parent))
)
def test_messages_when_code_names_an_id_then_there_is_a_sentence(module: Path) -> None:
    assert [id for id in ids_in(module) if id and not fnmatch.filter(MESSAGES, id)] == []


FAULTS = ("UsageError", "DiskError", "DeviceError", "SandboxError")  # those that a person meets in a terminal


def faults() -> Iterator[Any]:
    """Every place of the platform where one is made."""
    for module in sorted(LOCALE.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAULTS:
                yield pytest.param(node, id=f"{module.relative_to(LOCALE.parent)}:{node.lineno}")


def spelled(node: ast.expr) -> str:
    """The text that an expression gives, with the expressions inside it in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(spelled, node.values))
    if isinstance(node, ast.FormattedValue):
        conversion = f"!{chr(node.conversion)}" if node.conversion > 0 else ""
        spec = f":{spelled(node.format_spec)}" if node.format_spec else ""
        return f"{{{ast.unparse(node.value)}{conversion}{spec}}}"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "str":
        return spelled(node.args[0])
    return f"{{{ast.unparse(node)}}}"


def filled(template: str, given: dict[str, ast.expr]) -> str:
    """A sentence of the catalogue with what the place gives for its fields."""
    said = ""
    for text, name, spec, conversion in string.Formatter().parse(template):
        shown = spelled(given[name]) if name else ""
        form = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        said += text + (shown.replace("}", f"{form}}}") if form else shown)
    return said


@pytest.mark.parametrize("fault", list(faults()))
def test_fault_when_made_then_the_catalogue_has_its_sentence(fault: ast.Call) -> None:
    given = {keyword.arg: keyword.value for keyword in fault.keywords if keyword.arg}
    id = given.get("message_id")
    if id is None:
        assert ast.unparse(fault.func) == "SandboxError"  # also said by one part of the platform to another
    elif isinstance(id, ast.Constant):
        sentence, _, last = MESSAGES[id.value].rpartition(" ")
        apart = last in ("{near}", "{step}")  # the next step is a sentence of its own
        said = " ".join(map(spelled, fault.args[:1] if apart else fault.args)).replace(" or 'none'", "")
        assert filled(sentence if apart else MESSAGES[id.value], given) == said


def test_steps_when_named_then_the_catalogue_says_the_same() -> None:
    steps = [*bubblewrap_start.REMEDIES.values(), *oci_engine.REMEDIES.values(), oci_engine.DOCTOR, disk.OTHER]
    steps += [("step.report", report_store.WHICH)]
    steps += [(id, sentence) for id, (_, sentence) in disk.REMEDIES.items()]
    assert [id for id, sentence in steps if MESSAGES[id] != sentence] == []


def test_trials_when_named_then_the_catalogue_says_the_same() -> None:
    tried = {f"trial.{name}": attempt.tried for name, attempt in doctor._attempts().items()}
    assert tried == {id: sentence for id, sentence in MESSAGES.items() if id.startswith("trial.")}


# Words of Python, of the interface and of the field that Korean text keeps.
KEPT = set(
    re.findall(
        r"\w+",
        """NumPy numpy Python python torch forward backward stderr stdout import def class return self NaN nan inf None
        dtype shape float int bool list tuple dict UTF ZIP zip ipynb py JSON json deepgrade grade check GPU cuda CUDA
        CPU SHA dout params grads update axis exp raise
         True False NotImplemented set
         NotImplementedError Jupyter BOM CSV CP utf KB MB en ko print bubblewrap Docker Podman NVIDIA""",
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
