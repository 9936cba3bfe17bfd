"""The form of an answer."""

from __future__ import annotations

from django import forms


class AnswerForm(forms.Form):
    """What the unit says to a finding, and what it asks back."""

    words = forms.CharField(label="说明", max_length=4000)
    restores_yuan = forms.DecimalField(
        label="请求恢复金额（元）", required=False, max_digits=18, decimal_places=2
    )
