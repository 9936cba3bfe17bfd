"""Logging in and out, changing the password, choosing the post in which one acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import views as auth
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_otp import user_has_device

from shangji.errors import Refused
from shangji_web.people import demo
from shangji_web.people.administration import recuse
from shangji_web.people.forms import LoginForm, PasswordForm, RecusalForm
from shangji_web.people.queries import CHOSEN, posts_now
from shangji_web.seasons.queries import season_now
from shangji_web.typed import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from shangji.errors import Problem


class Login(auth.LoginView):
    """The log-in."""

    template_name = "people/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, str]:
        """The name that a line of the sample's log-ins gives."""
        return {"username": self.request.GET.get("as", "")}

    def get_context_data(self, **more: object) -> dict[str, object]:
        """Add the sample's log-ins, where they may be shown."""
        shown = demo.password()
        told = {"demo_password": shown, "demo_posts": demo.posts()} if shown else {}
        return super().get_context_data(**more) | told


class Logout(auth.LogoutView):
    """The log-out; by POST only."""


class Password(auth.PasswordChangeView):
    """A new password, after the old one."""

    template_name = "people/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("people:account")

    def form_valid(self, form: Form) -> HttpResponse:
        """Keep it, and note that it was changed."""
        self.request.user.must_change = False
        self.request.user.password_on = timezone.localdate()
        messages.success(self.request, "口令已修改。")
        return super().form_valid(form)


@require_POST
def post(request: HttpRequest) -> HttpResponse:
    """Choose the post in which one acts from now on."""
    chosen = get_object_or_404(posts_now(request), pk=count(request.POST.get("post")))
    request.session[CHOSEN] = chosen.pk
    return redirect("home")


def account(request: HttpRequest) -> HttpResponse:
    """One's own name, posts, recusals and second proof."""
    return _account(request, RecusalForm(season=season_now()))


@require_POST
def recuse_oneself(request: HttpRequest) -> HttpResponse:
    """Keep out of a unit or a project by one's own word; only an administrator lifts it."""
    form = RecusalForm(request.POST, season=season_now())
    if not form.is_valid():
        return _account(request, form)
    given = form.cleaned_data
    try:
        recuse(
            request.post,
            request.user,
            given["reason"],
            given["unit_code"],
            given["project_code"],
        )
    except Refused as refused:
        return _account(request, form, refused.problems)
    messages.success(request, "回避已登记，立即生效；需要解除的，请与安全管理员联系。")
    return redirect("people:account")


def _account(
    request: HttpRequest, form: RecusalForm, problems: Sequence[Problem] = ()
) -> HttpResponse:
    told = {
        "held": posts_now(request),
        "recusals": request.user.recusals.order_by("pk"),
        "recusal_form": form,
        "has_device": user_has_device(request.user),
        "problems": problems,
        "may_recuse": request.post is not None and request.post.side in {"bureau", "outside"},
    }
    return render(request, "people/account.html", told)
