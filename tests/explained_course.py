"""The small course with something said after its exercise."""

from __future__ import annotations

from graders.authoring.release import release
from graders.courses.course import Course
from tests.small_course import UNIT

__all__ = ["AFTER", "SECRET_WORDS", "explain", "with_after"]

SECRET_WORDS = {"en": "Every column has its own factor", "ko": "열마다 곱하는 수가 다르기"}
AFTER = {
    "en": """\
<!-- after: Scale -->
**Why it works.** Every column has its own factor, and the rows meet it one after the other.
```python
class Scale:
    def __init__(self, a):
        self.a = a

    def forward(self, x):
        self.x = x
        return x * self.a  # one factor per column

    def backward(self, dout):
        self.da = np.einsum("nd,nd->d", dout, self.x)  # a factor was used in every row
        return dout * self.a
```
**Try.** Another factor.

**Next.** Batch normalisation.

**Read.** A book, its chapter.
""",
    "ko": """\
<!-- after: Scale -->
**왜 맞을까요.** 열마다 곱하는 수가 다르기 때문입니다.
```python
class Scale:
    def __init__(self, a):
        self.a = a

    def forward(self, x):
        self.x = x
        return x * self.a  # 열마다 하나

    def backward(self, dout):
        self.da = np.einsum("nd,nd->d", dout, self.x)  # 모든 행에서 쓰였습니다
        return dout * self.a
```
**더 해 보세요.** 다른 수로.

**다음에는.** 배치 정규화.

**더 읽을거리.** 책의 한 장.
""",
}


def explain(course: Course, old: str = "", new: str = "", mode: str = "sealed") -> Course:
    """Write what is said after ``Scale``, with one change in both languages, and who may read it."""
    for lang, text in AFTER.items():
        path = course.folder(UNIT) / f"after.{lang}.md"
        path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    manifest = course.root / "course.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + f'\n[lessons]\nafter = "{mode}"\n', encoding="utf-8")
    return Course(course.root)


def with_after(course: Course, mode: str = "sealed") -> Course:
    """The same, released."""
    found = explain(course, mode=mode)
    release(found)
    return found
