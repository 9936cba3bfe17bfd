"""Forms of meetings, batch cuts, frozen versions and workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from shangji_web import snapshot
from shangji_web.meetings.batches import Rule
from shangji_web.projects.models import Project
from shangji_web.typed import wan_to_yuan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from shangji_web.seasons.models import Season

Pairs = list[tuple[str, str]]
DAY = forms.DateInput(attrs={"type": "date"})
XLSX = ".xlsx"


def meeting_kinds() -> Pairs:
    """The kinds of meetings that the pack lists."""
    return list(snapshot.pack().codes["decision_meeting_kind"].codes.items())


class MeetingForm(forms.Form):
    """A meeting that decides: kind, name, day, number of its minute."""

    kind = forms.ChoiceField(label="会议类型", choices=meeting_kinds)
    name = forms.CharField(
        label="会议名称", max_length=120, help_text="如“县财政局 2026 年第 12 次局党组会议”。"
    )
    held_on = forms.DateField(label="会议日期", widget=DAY)
    minute_no = forms.CharField(
        label="纪要号", max_length=80, help_text="会议纪要的文号或编号；每次会议只登记一次。"
    )


class WanField(forms.CharField):
    """An amount in 万元, as yuan."""

    def clean(self, value: Any) -> Decimal | None:  # noqa: ANN401 - Django's
        """The amount in yuan, or nothing where nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return wan_to_yuan(text)
        except ValueError as error:
            says = "请填数字，单位万元，最多六位小数。"
            raise forms.ValidationError(says) from error


class CutForm(forms.Form):
    """A cut over many projects: how much, of what, without which."""

    name = forms.CharField(
        label="名称", max_length=60, help_text="写进每个项目的理由，如“一般性支出统一压减 10%”。"
    )
    percent = forms.DecimalField(
        label="压减比例（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    departments = forms.MultipleChoiceField(
        label="只压这些部门", required=False, help_text="不选的为全部部门。"
    )
    categories = forms.MultipleChoiceField(label="只压这些项目类别", required=False)
    grades = forms.MultipleChoiceField(
        label="只压这些等级", required=False, choices=[(one, f"{one} 类") for one in "ABCD"]
    )
    least_yuan = WanField(label="决定数不低于（万元）", required=False)
    with_rigid = forms.BooleanField(
        label="连刚性支出一起压", required=False, help_text="人员、基本民生等刚性项目平常不压。"
    )
    excluded = forms.CharField(
        label="不压的项目代码",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，或用空格、逗号隔开；在预览里勾了“不压”的，再预览时自动列在这里。",
    )

    def __init__(self, season: Season, *given: Any, **more: Any) -> None:  # noqa: ANN401 - Django's
        """Lists of what there is in the season."""
        super().__init__(*given, **more)
        rows = Project.objects.filter(season=season, submitted_at__isnull=False)
        self.fields["departments"].choices = _pairs(rows, "department_code", "department_name")
        known = snapshot.pack().codes.get("project_category")
        words = known.codes if known else {}
        codes = rows.order_by("category").values_list("category", flat=True).distinct()
        self.fields["categories"].choices = [
            (code, words.get(code, code)) for code in codes if code
        ]

    def rule(self) -> Rule:
        """The cut as it was filled in."""
        told = self.cleaned_data
        text = told["excluded"].replace(",", " ").replace("，", " ").replace("、", " ")
        return Rule(
            percent=told["percent"],
            departments=tuple(told["departments"]),
            categories=tuple(told["categories"]),
            grades=tuple(told["grades"]),
            least_yuan=told["least_yuan"],
            with_rigid=told["with_rigid"],
            excluded=tuple(sorted(set(text.split()))),
        )


def _pairs(rows: Any, code: str, name: str) -> Sequence[tuple[str, str]]:  # noqa: ANN401 - a query
    return list(rows.order_by(code).values_list(code, name).distinct())


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label="理由", min_length=4, max_length=200)


class VersionForm(forms.Form):
    """The name of a version to be frozen."""

    name = forms.CharField(
        label="版本名称", max_length=60, help_text="如“党组会稿”；编号自动加在前面。"
    )


class WorkbookForm(forms.Form):
    """The summary table as it came back from a meeting, with decided amounts."""

    file = forms.FileField(label="填好决定数的汇总表（xlsx）")

    def clean_file(self) -> Any:  # noqa: ANN401 - Django's uploaded file
        """A workbook by its name; what is in it the library reads."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(XLSX):
            raise forms.ValidationError("请上传由上计导出的 xlsx 汇总表。")
        return file
