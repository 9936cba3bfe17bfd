"""Forms of a budget year."""

from __future__ import annotations

from django import forms

from shangji_web.seasons.models import STAGES


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StageForm(forms.Form):
    """A stretch of the calendar."""

    name = forms.ChoiceField(label="阶段", choices=list(STAGES.items()))
    opens_on = forms.DateField(label="开始", widget=_day())
    closes_on = forms.DateField(label="截止", widget=_day())


class ApprovalForm(forms.Form):
    """The day on which the people's congress approved the budget."""

    approved_on = forms.DateField(label="人代会批准日期", widget=_day())
