"""Forms of filings that are not generated from tables."""

from __future__ import annotations

from django import forms

from shangji_web.filings.services import NAME_LONGEST


class BeginForm(forms.Form):
    """A new project: its name; everything else is asked on the sheets."""

    name = forms.CharField(
        label="项目名称",
        max_length=NAME_LONGEST,
        help_text="写清做什么事，如“城区主次干道路面日常养护”。不要写“其他”“专项”一类的统称。",
    )
    code = forms.CharField(
        label="项目代码（选填）",
        required=False,
        max_length=38,
        help_text="一体化系统里已有代码的填在这里；没有的空着，系统按单位代码加年度加序号暂编。",
    )
