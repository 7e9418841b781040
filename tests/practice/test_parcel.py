"""What is sent when work is handed in: one file as it is, or a zip with the student's own files that it needs."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.messages.errors import DeepgradeError, SubmissionError, UsageError
from graders.practice.parcel import parcel_of
from graders.submission import load_submission
from tests.jupyterlab.build import ROOT

UNITS = Course(ROOT).units
USES = "from u05_loss_gradient import softmax\n\n\nclass Affine:\n    pass\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_file_when_it_needs_nothing_else_then_it_is_sent_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "u06_backprop" / "u06_backprop.py", "class Affine:\n    pass\n")
    write(tmp_path / "u05_loss_gradient" / "u05_loss_gradient.py", "def softmax(x):\n    return x\n")
    found = parcel_of(path, UNITS)
    assert (found.unit, found.name, found.content) == ("u06_backprop", path.name, path.read_bytes())
    assert found.files == ()


@pytest.mark.parametrize("whole", [True, False], ids=["folder", "file"])
def test_file_when_it_imports_an_earlier_unit_then_that_goes_along(whole: bool, tmp_path: Path) -> None:
    path = write(tmp_path / "u06_backprop" / "u06_backprop.py", USES)
    write(tmp_path / "u05_loss_gradient" / "u05_loss_gradient.py", "def softmax(x):\n    return x\n")
    write(tmp_path / "u01_perceptron" / "u01_perceptron.py", "def AND(a, b):\n    return 1\n")
    found = parcel_of(tmp_path if whole else path, UNITS, "u06" if whole else None)
    assert (found.unit, found.name) == ("u06_backprop", "u06_backprop.zip")
    assert names(found.content) == list(found.files)
    assert [Path(name).name for name in found.files] == ["u05_loss_gradient.py", "u06_backprop.py"]
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent" / found.name).write_bytes(found.content)
    read = load_submission(tmp_path / "sent" / found.name, units=UNITS, unit="u06_backprop")
    assert set(read.sources) == {"u05_loss_gradient", "u06_backprop"}


def test_zip_when_made_again_later_then_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "u06_backprop.py", USES)
    write(tmp_path / "u05_loss_gradient.py", "def softmax(x):\n    return x\n")
    first = parcel_of(path, UNITS)
    os.utime(path, (0, 0))
    path.chmod(0o600)
    assert parcel_of(path, UNITS).digest == first.digest


def test_notebook_when_its_name_says_no_unit_then_its_metadata_does(tmp_path: Path) -> None:
    text = (ROOT / "assignments" / "u01_perceptron" / "u01_perceptron.en.ipynb").read_text(encoding="utf-8")
    found = parcel_of(write(tmp_path / "Untitled.ipynb", text), UNITS)
    assert (found.unit, found.name) == ("u01_perceptron", "Untitled.ipynb")


def test_folder_when_of_one_unit_then_that_and_only_what_counts(tmp_path: Path) -> None:
    write(tmp_path / "u01_perceptron" / "u01_perceptron.py", "def AND(a, b):\n    return 1\n")
    write(tmp_path / "u01_perceptron" / "notes.txt", "x")
    write(tmp_path / "u01_perceptron" / ".secret" / "key.py", "x = 1\n")
    found = parcel_of(tmp_path / "u01_perceptron", UNITS)
    assert (found.unit, found.name) == ("u01_perceptron", "u01_perceptron.py")
    assert parcel_of(tmp_path, UNITS) == found  # all that is there is of one unit


def test_link_in_a_folder_when_it_leads_outside_then_it_is_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "elsewhere" / "u05_loss_gradient.py", "def softmax(x):\n    return 'secret'\n")
    write(tmp_path / "work" / "u06_backprop.py", USES)
    (tmp_path / "work" / "u05_loss_gradient.py").symlink_to(secret)
    found = parcel_of(tmp_path / "work", UNITS, "u06")
    assert b"secret" not in found.content


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda path: None, UsageError, "does not exist"),
        (lambda path: path.mkdir(), SubmissionError, None),
        (lambda path: os.mkfifo(path), SubmissionError, None),
        (lambda path: path.write_bytes(b"\0" * 100), SubmissionError, None),
        (lambda path: path.write_text(json.dumps([])), DeepgradeError, None),
        (lambda path: path.symlink_to("nowhere"), DeepgradeError, None),
    ],
    ids=["absent", "empty folder", "pipe", "binary", "json", "dead link"],
)
def test_path_when_it_is_odd_then_a_sentence(
    make: object, kind: type[Exception], said: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "u06_backprop.ipynb"
    make(path)  # type: ignore[operator]
    with pytest.raises(kind, match=said) as raised:
        parcel_of(path, UNITS)
    assert str(raised.value)
