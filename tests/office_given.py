"""What tests of workbooks are given: a form filled in by program, and LibreOffice to save it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from shangji.forms import fields
from shangji.forms.template import TOP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.pack.form import Form


def fill(
    path: Path, pack: Pack, form: Form, rows: Mapping[str, Sequence[Mapping[str, str]]]
) -> None:
    """Type rows of text into a form, by sheet, as a clerk does: labels of codes, figures, days."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    for sheet in form.sheets:
        asked = {item.column.name: (at, item) for at, item in enumerate(fields(form, sheet, pack))}
        for number, row in enumerate(rows.get(sheet.name, ()), start=TOP + 1):
            for name, text in row.items():
                at, item = asked[name]
                cell = book[sheet.name].cell(number, at + 1)
                figure = item.column.numeric and text.replace(".", "", 1).isdigit()
                cell.value = float(text) if figure else item.shown(text)
    book.save(path)
    book.close()


def through_office(path: Path, folder: Path, kind: str = "xlsx") -> Path:
    """The file as LibreOffice saves it; the test is skipped where there is none."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: no file was opened and saved by it")
    folder.mkdir(exist_ok=True)
    profile = folder.resolve() / "profile"
    subprocess.run(
        [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.{kind}"
