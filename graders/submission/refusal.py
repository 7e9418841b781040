"""Why an upload is refused: every sentence with its next step, by message id."""

from __future__ import annotations

from graders.errors import SubmissionError

__all__ = ["REFUSALS", "excerpt", "refusal"]

# id → (what is wrong, what to do about it)
REFUSALS: dict[str, tuple[str, str]] = {
    "upload.damaged_zip": ("{name} is a damaged zip file ({reason}).", "Create the zip again."),
    "upload.too_big": (
        "{name} has {size_kb} KB, more than the limit of {limit_kb} KB for a file.",
        "Keep only code; in a notebook, clear the outputs and save it again.",
    ),
    "upload.too_much": (
        "{name} contains more than {limit_mb} MB of code.",
        "Keep only the files you wrote for this course.",
    ),
    "upload.too_many": (
        "{name} contains more than {limit} files and folders.",
        "Keep only the files you wrote for this course.",
    ),
    "upload.unreadable": (
        "{name} cannot be read ({reason}).",
        "Check the file and its permissions and try again.",
    ),
    "upload.slow": (
        "Reading {name} takes Python more than {limit_s} s.",
        "Leave out generated code and very long names, lists or expressions.",
    ),
    "upload.heavy": (
        "Reading {name} takes Python more than {limit_mb} MB of memory.",
        "Leave out generated code and very long names, lists or expressions.",
    ),
    "upload.crash": (
        "Python itself crashes when it reads {name}.",
        "Leave out generated code and very long or deeply nested expressions.",
    ),
    "upload.not_a_file": (
        "{name} is a {kind}, not a file.",
        "Choose a .py, .ipynb or .zip file, or a folder of them.",
    ),
    "upload.wrong_type": (
        "{name} is a {suffix} file; expected .py, .ipynb, .zip or a folder.",
        "Save your work as a .py or .ipynb file and use that.",
    ),
    "upload.slip": (
        "{name} contains the name {entry}, which points outside its folder.",
        "Zip the folder with your code and try again.",
    ),
    "upload.link": (
        "{name} contains {entry}, which is a link or a device and not a file.",
        "Replace it with the file itself and try again.",
    ),
    "upload.name": (
        "{name} contains the file name {entry}, which has control characters, is too long or is nested too deeply.",
        "Rename the file and try again.",
    ),
    "upload.collision": (
        "{name} contains {entry} and {other}, which are the same name on case-insensitive systems.",
        "Rename or remove one of them and try again.",
    ),
    "upload.locked": ("{name} contains {entry}, which has a password.", "Make the zip without a password."),
    "upload.startup": (
        "{name} contains {entry}, a file that Python or a test runner would run automatically.",
        "Remove it and try again.",
    ),
    "upload.shadow": (
        "{name} contains {entry}, which would be imported instead of the library {library}.",
        "Rename the file and try again.",
    ),
    "upload.class_zip": (
        "{name} looks like the download of a whole class.",
        "Unpack it and grade the folder.",
    ),
    "source.empty": ("{file} is empty.", "Save your work and try again."),
    "source.encoding": (
        "{file} is not UTF-8: line {line} contains a byte that cannot be read (it looks like {guess}).",
        "Save the file as UTF-8 and try again.",
    ),
    "source.cookie": (
        "{file}, line {line}, declares the encoding {encoding}; expected utf-8.",
        "Remove that line and save the file as UTF-8.",
    ),
    "source.character": (
        "{file}, line {line}, contains the character {character}, which can hide or reorder code.",
        "Delete it (retype the line) and try again.",
    ),
    "source.long": (
        "{file} has {size_kb} KB of Python, more than the limit of {limit_kb} KB.",
        "Leave out data and generated text; keep the code you wrote.",
    ),
    "source.name": (
        "{file}, line {line}, contains a name of {count} characters, more than the limit of {limit}.",
        "Give it a short name.",
    ),
    "source.dots": (
        "{file}, line {line}, joins more than {limit} names with dots.",
        "Import or use what you need by a shorter path.",
    ),
    "source.keywords": (
        "{file}, line {line}, has a call with {count} named arguments, more than the limit of {limit}.",
        "Pass them in a dictionary.",
    ),
    "source.captures": (
        "{file}, line {line}, has a pattern that captures {count} names, more than the limit of {limit}.",
        "Use a shorter pattern.",
    ),
    "source.nested": (
        "{file} nests expressions too deeply to be read.",
        "Split long chains of operators or brackets into several lines.",
    ),
    "notebook.damaged": (
        "{file} is a damaged notebook: line {line}, column {column}: {reason}.",
        "Open it in Jupyter, save it and try again.",
    ),
    "notebook.form": (
        "{file} cannot be read as a notebook: {reason}.",
        "Open it in Jupyter, save it and try again.",
    ),
    "notebook.no_code": ("{file} has no code cells.", "Choose the notebook you worked in."),
    "notebook.outputs": (
        "{file} contains more than {limit} values besides its code.",
        "Clear the outputs, save it and try again.",
    ),
    "submission.no_code": (
        "{name} contains no code, only {others}: expected a file such as {example}.py or {example}.ipynb.",
        "Save your work in that format and try again.",
    ),
    "submission.no_units": (
        "{name} contains no unit: expected a file such as {example}.py or {example}.ipynb.",
        "Name your file after its unit, or give the unit with --unit.",
    ),
    "submission.unknown_unit": (
        "{file} belongs to no unit of this course.",
        "Name the file after its unit, or give the unit with --unit.",
    ),
    "submission.near_unit": (
        "{file} belongs to no unit of this course; did you mean {near}?",
        "Name the file after its unit, or give the unit with --unit.",
    ),
    "submission.unit_absent": (
        "{name} contains no {unit}; it contains {found}.",
        "Add {unit}, or give another unit with --unit.",
    ),
    "submission.ambiguous": (
        "{name} contains several files that could be {unit}: {files}.",
        "Keep the one that counts and try again.",
    ),
    "submission.many_versions": (
        "{name} contains {count} different files for {unit}, more than the {limit} that are compared.",
        "Keep the one that counts, remove the others and try again.",
    ),
    "submission.both_edited": (
        "{unit} was edited in several files: {files}.",
        "Keep the one that counts, remove the others and try again.",
    ),
}


def refusal(message_id: str, **params: str | int) -> SubmissionError:
    """The error for a ``raise``; parameters that come from the upload are made safe to print."""
    shown = {name: excerpt(value) if isinstance(value, str) else value for name, value in params.items()}
    sentence, next_step = REFUSALS[message_id]
    return SubmissionError(sentence.format(**shown), next_step.format(**shown), message_id=message_id, **shown)


def excerpt(text: str, longest: int = 160) -> str:
    """A piece of an upload on one printable line: control and direction characters are escaped, the rest is cut."""
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:longest])
    return plain + ("…" if len(text) > longest else "")
