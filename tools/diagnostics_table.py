"""Reads the rows of src/base/diag/rows/*.def for the scripts beside it."""

import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent

ROW = re.compile(
    r'WRIT_DIAGNOSTIC\(\s*(\d{4}),\s*(\w+),\s*k(Error|Warning),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)',
    re.S)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclasses.dataclass(frozen=True)
class Row:
    number: int
    name: str
    severity: str
    title: str  # the message with … for its arguments

    @property
    def code(self):
        return f"W{self.number:04}"


def rows():
    """All rows in ascending order of number."""
    found = []
    for path in sorted((ROOT / "src" / "base" / "diag" / "rows").glob("*.def")):
        text = path.read_text(encoding="utf-8")
        if text.count("WRIT_DIAGNOSTIC(") != len(ROW.findall(text)):
            raise SystemExit(f"{path}: a row of another form than (number, Name, severity, text")
        for number, name, severity, literal in ROW.findall(text):
            message = "".join(STRING.findall(literal)).replace('\\"', '"').replace("\\\\", "\\")
            title = re.sub(r"\{[^{}]*\}", "…", message.replace("{{", "\1").replace("}}", "\2"))
            title = title.replace("\1", "{").replace("\2", "}")
            found.append(Row(int(number), name, severity.lower(), title))
    return sorted(found, key=lambda row: row.number)
