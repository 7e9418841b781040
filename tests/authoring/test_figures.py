"""A unit's figures: drawn by ``figures.py``, placed in its lessons, kept in ``assignments/`` and in its notebooks."""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path

import pytest

from graders.authoring.release import release, stale
from graders.authoring.unit_figures import draw_figures
from graders.authoring.verify import verify_assignment
from graders.courses.course import Course
from graders.figures import alike
from graders.messages.errors import CourseError
from graders.practice.layout import lay_out
from tests.small_course import OTHER, UNIT, edit, lay_course, solution_of

FIGURES = '''"""The figures of u99_topic."""

import numpy as np
from graders.figures import BLUE, ORANGE, canvas
from solution import Scale
from u99_topic import Scale as Same


def _helper(say):
    raise AssertionError


def line(say):
    figure, axes = canvas(3, 2)
    x = np.linspace(0, 1, 7)[:, None]
    y = Scale(np.array([2.0])).forward(x)
    assert Scale is Same
    axes.plot(x[:, 0], y[:, 0], color=BLUE)
    axes.set_title(say(en="A line", ko="직선"))
    return figure
'''
ALTS = {"en": 'A line of slope 2: y < 3 & "more" [at 1]', "ko": "기울기가 2인 직선"}


def fresh(course: Course) -> Course:
    return Course(course.root)


def place(course: Course, lang: str, alt: str | None = None, name: str = "line") -> None:
    path = course.folder(UNIT) / f"lesson.{lang}.md"
    line = f"![{ALTS[lang] if alt is None else alt}](figures/{name}.svg)"
    edit(path, "<!-- exercise: Scale -->", f"{line}\n\n<!-- exercise: Scale -->")


@pytest.fixture
def bare(course: Course) -> Course:
    """The small course with a figure that is not placed yet."""
    (course.folder(UNIT) / "figures.py").write_text(FIGURES, encoding="utf-8")
    return course


@pytest.fixture
def drawn(bare: Course) -> Course:
    for lang in ALTS:
        place(bare, lang)
    return bare


def svg_of(course: Course, lang: str = "en", name: str = "line") -> Path:
    return course.assignments / UNIT / "figures" / f"{name}.{lang}.svg"


def complaints(course: Course) -> str:
    return "\n".join(str(one) for one in verify_assignment(fresh(course), UNIT))


def test_release_draws_a_figure_per_language_with_its_words_and_alternative_text(drawn: Course) -> None:
    release(fresh(drawn))
    english, korean = (svg_of(drawn, lang).read_text(encoding="utf-8") for lang in ("en", "ko"))
    assert "A line of slope 2: y &lt; 3 &amp; &quot;more&quot; [at 1]</title>" in english
    assert ">A line<" in english
    assert "<title>기울기가 2인 직선</title>" in korean
    assert ">직선<" in korean
    assert list(stale(fresh(drawn))) == []
    assert release(fresh(drawn)) == []


def test_notebook_holds_its_figure_and_needs_no_second_file(drawn: Course) -> None:
    release(fresh(drawn))
    text = json.loads((drawn.assignments / UNIT / f"{UNIT}.en.ipynb").read_text(encoding="utf-8"))
    source = "".join("".join(cell["source"]) for cell in text["cells"])
    alt, data = re.findall(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)">', source)[0]
    assert alt == "A line of slope 2: y &lt; 3 &amp; &quot;more&quot; [at 1]"
    assert base64.b64decode(data) == svg_of(drawn).read_bytes()
    assert "figures/line" not in source


def test_units_that_a_figure_imports_are_left_nowhere(drawn: Course) -> None:
    assert set(draw_figures(fresh(drawn), UNIT)) == {"line.en.svg", "line.ko.svg"}
    assert {"solution", "figures", UNIT} & sys.modules.keys() == set()


def test_noise_in_the_last_digit_is_no_change(drawn: Course) -> None:
    release(fresh(drawn))
    there = svg_of(drawn).read_text(encoding="utf-8")
    number = next(found for found in re.findall(r"\d+\.\d\d", there) if not found.endswith("9"))
    nearly = there.replace(number, number[:-1] + str(int(number[-1]) + 1))
    assert nearly != there
    assert alike(there, nearly)
    svg_of(drawn).write_text(nearly, encoding="utf-8")
    (drawn.assignments / UNIT / f"{UNIT}.en.ipynb").unlink()
    assert svg_of(drawn) not in release(fresh(drawn))
    assert list(stale(fresh(drawn))) == []


def test_another_line_or_word_is_a_change(drawn: Course) -> None:
    release(fresh(drawn))
    edit(drawn.folder(UNIT) / "figures.py", "[2.0]", "[2.5]")
    assert any("figures/line.en.svg is not what" in one for one in stale(fresh(drawn)))
    release(fresh(drawn))
    edit(drawn.folder(UNIT) / "figures.py", "A line", "One line")
    assert any("figures/line.en.svg is not what" in one for one in stale(fresh(drawn)))


def test_pixels_of_a_raster_count_and_its_bytes_do_not(bare: Course) -> None:
    from matplotlib import image

    def raster(value: float, level: int) -> str:
        import io

        import numpy as np

        out = io.BytesIO()
        image.imsave(out, np.full((4, 4, 3), value), format="png", pil_kwargs={"compress_level": level})
        return f'<image href="data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"/>'

    assert raster(0.5, 0) != raster(0.5, 9)
    assert alike(raster(0.5, 0), raster(0.5, 9))
    assert not alike(raster(0.5, 0), raster(0.8, 0))


def test_figure_that_is_no_longer_drawn_is_removed(drawn: Course) -> None:
    release(fresh(drawn))
    (svg_of(drawn).parent / "old.en.svg").write_text("<svg/>", encoding="utf-8")
    assert [one for one in stale(fresh(drawn)) if "old.en.svg" in one]
    assert svg_of(drawn, name="old") in release(fresh(drawn))
    (drawn.folder(UNIT) / "figures.py").unlink()
    for lang in ALTS:
        path = drawn.folder(UNIT) / f"lesson.{lang}.md"
        path.write_text(re.sub(r"!\[.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    release(fresh(drawn))
    assert not svg_of(drawn).parent.exists()


@pytest.mark.parametrize(
    ("placed", "sentence"),
    [
        ({}, "lesson.en.md: does not place the figure 'line'; add ![…](figures/line.svg), or make it _line"),
        ({"en": ("line", None)}, "lesson.ko.md: does not place the figure 'line'"),
        (
            {"en": ("line", None), "ko": ("lime", None)},
            "places the figure 'lime', which figures.py does not draw (it draws: line)",
        ),
        ({"en": ("line", ""), "ko": ("line", None)}, "the figure 'line' has no alternative text"),
        ({"en": ("line", None), "ko": ("a/b", None)}, "is no figure; write ![alternative text](figures/NAME.svg)"),
    ],
)
def test_figure_and_lesson_must_agree(bare: Course, placed: dict[str, tuple[str, str | None]], sentence: str) -> None:
    for lang, (name, alt) in placed.items():
        place(bare, lang, alt, name)
    assert sentence in complaints(bare)
    with pytest.raises(CourseError, match=re.escape(sentence)):
        release(fresh(bare))


def test_figure_that_is_too_large_is_refused(drawn: Course) -> None:
    edit(drawn.folder(UNIT) / "figures.py", "x[:, 0], y[:, 0]", "np.random.default_rng(0).normal(size=9000)")
    assert "figures.py: line.en.svg has " in complaints(drawn)
    assert "expected at most 60 kB; draw fewer points" in complaints(drawn)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("import numpy as np", "import numpie as np", "line 3, does not run: ModuleNotFoundError"),
        ("np.linspace", "np.linspaces", "figures.py, line 15, cannot draw line (en): AttributeError"),
    ],
)
def test_script_that_fails_is_told_with_its_line(drawn: Course, old: str, new: str, sentence: str) -> None:
    edit(drawn.folder(UNIT) / "figures.py", old, new)
    assert sentence in complaints(drawn)


def test_matplotlib_when_missing_is_named_with_what_to_install(drawn: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graders.figures", None)
    with pytest.raises(CourseError, match=r"pip install 'deepgrade\[author\]'"):
        draw_figures(fresh(drawn), UNIT)


def test_course_without_figures_needs_no_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = lay_course(tmp_path, UNIT, OTHER)
    monkeypatch.setitem(sys.modules, "graders.figures", None)
    release(course)
    assert list(stale(fresh(course))) == []
    assert not list(course.assignments.glob("*.svg"))


def test_figure_that_cites_the_solution_is_refused(drawn: Course) -> None:
    line = "total = (dout * self.x).sum(axis=0) + self.da * 0 - self.a"
    edit(solution_of(drawn), "self.da = da.sum(axis=0)", f"{line}\n        self.da = da.sum(axis=0)")
    edit(drawn.folder(UNIT) / "figures.py", "A line", line)
    with pytest.raises(CourseError, match="would hold a line of the solution"):
        release(fresh(drawn))


def test_bundle_holds_figures_and_no_script(drawn: Course, tmp_path: Path) -> None:
    release(fresh(drawn), tmp_path / "bundle")
    names = {path.name for path in (tmp_path / "bundle").rglob("*")}
    assert {"line.en.svg", "line.ko.svg"} <= names
    assert "figures.py" not in names
    lay_out(tmp_path / "bundle", tmp_path / "homework", "ko")  # the notebook has them in it
    assert not {one for one in (tmp_path / "homework" / UNIT).iterdir() if one.suffix == ".svg" or one.is_dir()}
