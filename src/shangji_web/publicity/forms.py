"""Forms of handing over and of notices to the public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from shangji_web.publicity.models import NOTICES

if TYPE_CHECKING:
    from shangji_web.seasons.models import Season


class HandoverForm(forms.Form):
    """To whom a version is handed."""

    receiver = forms.CharField(
        label="移交给", max_length=60, help_text="如“县人大常委会预算工委”“县审计局”。"
    )
    whole = forms.BooleanField(
        label="连同全部快照和规则包移交",
        required=False,
        help_text="不勾的，只移交冻结的金额、疑点和决定；勾了的，对方可以下载整个审核结果独立重算。",
    )


class NoticeForm(forms.Form):
    """A notice on a department."""

    kind = forms.ChoiceField(label="种类", choices=list(NOTICES.items()))
    department = forms.ChoiceField(label="部门")
    title = forms.CharField(label="标题", max_length=120)
    words = forms.CharField(label="内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, season: Season, *given: Any, **more: Any) -> None:  # noqa: ANN401 - Django's
        """The departments of the season."""
        super().__init__(*given, **more)
        rows = season.units.order_by("department_code")
        pairs = rows.values_list("department_code", "department_name").distinct()
        self.fields["department"].choices = list(pairs)
