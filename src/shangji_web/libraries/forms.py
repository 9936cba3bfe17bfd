"""Forms of the libraries: a table of standards copied from a document, a change of status."""

from __future__ import annotations

from django import forms

from shangji_web import snapshot
from shangji_web.libraries.services import MOVES


def standards() -> list[tuple[str, str]]:
    """Every standard of the pack, and the choice of none."""
    known = sorted(snapshot.pack().standards.values(), key=lambda one: one.zh)
    return [("", "表里有“标准”一列")] + [(one.code, f"{one.zh}（{one.unit}）") for one in known]


class EntryForm(forms.Form):
    """A table of standards as it stands in the county's document."""

    code = forms.ChoiceField(label="哪一个标准", choices=standards, required=False)
    doc_no = forms.CharField(
        label="文号", max_length=80, help_text="本县文件的文号，如“样财行〔2026〕5号”。"
    )
    title = forms.CharField(label="文件标题", max_length=120)
    start = forms.DateField(label="施行日期", widget=forms.DateInput(attrs={"type": "date"}))
    table = forms.CharField(
        label="标准表",
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=False,
        help_text="从表格软件连表头一起复制、粘贴。表头用标准的分类名称（如“会议类别”）和“标准金额”。",
    )
    reason = forms.CharField(
        label="理由", min_length=4, max_length=200, help_text="如经哪次会议研究。"
    )


class MoveForm(forms.Form):
    """A step in the life of a standard."""

    to = forms.ChoiceField(label="改为", choices=list(MOVES.items()))
    reason = forms.CharField(label="理由", min_length=4, max_length=200)
