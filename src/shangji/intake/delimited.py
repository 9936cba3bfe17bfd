"""CSV files: UTF-8 first, then GB 18030, strictly; comma or tab."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath

from shangji.errors import Problem, Where
from shangji.intake.sheet import CELLS, Sheet

ENCODINGS = ("utf-8-sig", "gb18030")
FIELD_CHARACTERS = 1_000_000


def read_csv(name: str, data: bytes) -> tuple[list[Sheet], Problem | None]:
    """Return the one sheet of a CSV file, or why it cannot be read."""
    text = _decoded(data)
    if text is None:
        return [], Problem(
            "file-unreadable",
            Where(name),
            "文字编码既不是 UTF-8 也不是 GB 18030。",
            "请用表格软件另存为“CSV UTF-8”后重报。",
        )
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    # A quote left open would swallow the rows after it: strict reading refuses that.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    cells = 0
    before = csv.field_size_limit(FIELD_CHARACTERS)
    try:
        for row in reader:
            cells += len(row)
            if cells > CELLS:
                return [], Problem(
                    "file-too-large",
                    Where(name),
                    f"单元格超过 {CELLS} 个。",
                    "请拆成几个文件后重报。",
                )
            rows.append(row)
    except csv.Error:
        return [], Problem(
            "file-unreadable",
            Where(name, line=reader.line_num),
            "引号没有成对，或有不该出现的字符。",
            "请用表格软件打开核对，另存为“CSV UTF-8”后重报。",
        )
    finally:
        csv.field_size_limit(before)
    return [Sheet(PurePosixPath(name).stem, rows, alone=True)], None


def _decoded(data: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None
