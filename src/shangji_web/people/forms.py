"""Forms of people: log-in, password, accounts, posts, recusals, codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from shangji.ledger.entry import IDENTITY
from shangji_web.people.administration import NEEDED
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from shangji_web.seasons.models import Season


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


class PersonForm(forms.Form):
    """A new account: log-in and name."""

    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$",
        label="登录名",
        help_text="3 至 40 个字母、数字、点、横线，开立后不能改。不要用身份证号。",
        error_messages={"invalid": "登录名只能用字母、数字、点和横线，3 至 40 个字符。"},
    )
    name = forms.CharField(label="姓名", max_length=60)

    def clean_login(self) -> str:
        """Refuse what has the form of an identity number."""
        login: str = self.cleaned_data["login"].lower()
        if IDENTITY.fullmatch(login.upper()):
            raise forms.ValidationError("登录名不能用身份证号。")
        return login


class PostForm(forms.Form):
    """A post to ask for: a role, and the place that its scope needs."""

    role = forms.ChoiceField(label="岗位")
    unit_code = forms.ChoiceField(label="单位（单位经办、负责人）", required=False)
    department_code = forms.ChoiceField(
        label="主管部门（主管部门业务科室、乡镇财政所）", required=False
    )
    division_code = forms.ChoiceField(label="归口科室（初审、复核）", required=False)
    place = forms.CharField(label="其他岗位的科室或机构名称", max_length=120, required=False)

    def __init__(self, *args: object, season: Season | None, **more: object) -> None:
        super().__init__(*args, **more)
        units = list(season.units.all()) if season else []
        self.names = {
            "unit_code": {unit.code: unit.name for unit in units},
            "department_code": {unit.department_code: unit.department_name for unit in units},
            "division_code": {
                unit.division_code: unit.division_name for unit in units if unit.division_code
            },
        }
        for name, named in self.names.items():
            choices = [(code, f"{words}（{code}）") for code, words in sorted(named.items())]
            self.fields[name].choices = [("", "不适用"), *choices]
        offered = [(name, role.zh) for name, role in roles().items() if role.side != "public"]
        self.fields["role"].choices = offered

    def clean(self) -> dict[str, object]:
        """Keep the one code that the role's scope needs, and give the place its name."""
        cleaned: dict[str, object] = super().clean()
        role = roles().get(str(cleaned.get("role", "")))
        if role is None:
            return cleaned
        needed = NEEDED.get(role.scope, "")
        for name, named in self.names.items():
            if name != needed:
                cleaned[name] = ""
            elif not cleaned.get(name):
                self.add_error(name, f"{role.zh}要选定这一项。")
            else:
                cleaned["place"] = named[str(cleaned[name])]
        if needed == "department_code":
            cleaned["unit_code"] = self._own_unit(str(cleaned.get(needed, "")))
        return cleaned

    def _own_unit(self, department: str) -> str:
        """The department's own unit, where it has the department's name or code."""
        names = self.names["unit_code"]
        own = self.names["department_code"].get(department, "")
        return next((code for code, name in names.items() if name == own), "")


class RecusalForm(forms.Form):
    """A unit or a project to keep out of, and why."""

    unit_code = forms.ChoiceField(label="回避的单位", required=False)
    project_code = forms.CharField(label="或回避的项目编号", max_length=60, required=False)
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：配偶在该单位任职。")

    def __init__(self, *args: object, season: Season | None, **more: object) -> None:
        super().__init__(*args, **more)
        units = season.units.all() if season else []
        choices = [(unit.code, f"{unit.name}（{unit.code}）") for unit in units]
        self.fields["unit_code"].choices = [("", "不按单位回避"), *choices]


class CodeForm(forms.Form):
    """The six digits that a phone shows."""

    code = forms.RegexField(
        r"^\d{6}$",
        label="六位动态口令",
        error_messages={"invalid": "动态口令是六位数字。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
