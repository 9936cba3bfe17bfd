"""Forms of people: log-in, password."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm


class LoginForm(AuthenticationForm):
    """Name and password; which of the two was wrong is not told."""

    error_messages: ClassVar[dict[str, str]] = {
        "invalid_login": "登录名或口令不对。连续错 5 次，这个登录名在本机上会停用半小时。",
        "inactive": "这个登录名已停用，请与系统管理员联系。",
    }

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.fields["username"].label = "登录名"
        self.fields["password"].label = "口令"


class PasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages: ClassVar[dict[str, str]] = {
        "password_incorrect": "原口令不对。",
        "password_mismatch": "两次填写的新口令不一样。",
    }

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.fields["old_password"].label = "原口令"
        self.fields["new_password1"].label = "新口令"
        self.fields["new_password2"].label = "再填一次新口令"
        self.fields[
            "new_password1"
        ].help_text = "至少 10 个字符，不能全是数字，不能与登录名、姓名相近，不能是常见口令。"

    def clean(self) -> dict[str, object]:
        """Refuse the old password as the new one."""
        cleaned: dict[str, object] = super().clean()
        old, new = cleaned.get("old_password"), cleaned.get("new_password1")
        if old and old == new:
            self.add_error("new_password1", forms.ValidationError("新口令不能与原口令相同。"))
        return cleaned
