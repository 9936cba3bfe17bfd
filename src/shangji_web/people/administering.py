"""Pages of the administrators: accounts, their posts, what waits for approval."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.people import administration as acts
from shangji_web.people.forms import PersonForm, PostForm, RecusalForm
from shangji_web.people.models import Person, Post, Recusal
from shangji_web.people.queries import locked_logins, people_listed, posts_waiting
from shangji_web.rights.roles import roles
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest, HttpResponse

LINES = 30
SYSTEM, SECURITY = "system_admin", "security_admin"
STATE_WORDS = [
    ("active", "可以登录"),
    ("stopped", "已停用"),
    ("locked", "已锁定"),
    ("first", "须先改口令"),
    ("waiting", "有岗位待核准"),
]


def listed(request: HttpRequest) -> HttpResponse:
    """All accounts with their posts and states."""
    words, role, state = (request.GET.get(name, "").strip() for name in ("words", "role", "state"))
    found = people_listed(words, role, state)
    page = Paginator(found, LINES).get_page(request.GET.get("page"))
    options = [(name, item.zh) for name, item in roles().items() if item.side != "public"]
    told = {
        "page": page,
        "locked": locked_logins(),
        "found": f"共 {page.paginator.count} 人",
        "filters": [
            {"name": "words", "zh": "姓名、登录名、单位", "value": words},
            {"name": "role", "zh": "岗位", "value": role, "options": options},
            {"name": "state", "zh": "状态", "value": state, "options": STATE_WORDS},
        ],
    }
    return render(request, "people/list.html", told)


def new(request: HttpRequest) -> HttpResponse:
    """Make an account; its first password is shown on the answer and nowhere else."""
    form = PersonForm(request.POST or None)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            person, password = acts.make_person(request.post, **form.cleaned_data)
        except Refused as refused:
            problems = list(refused.problems)
        else:
            return _shown_once(request, person, password, "账号已开立")
    return render(request, "people/new.html", {"form": form, "problems": problems})


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """An account: posts, recusals, and what the administrator who looks may do."""
    return _person(request, get_object_or_404(Person, pk=pk))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a post."""
    about = get_object_or_404(Person, pk=pk)
    form = PostForm(request.POST, season=season_now())
    if not form.is_valid():
        return _person(request, about, post_form=form)
    given = form.cleaned_data
    codes = {name: given[name] for name in form.names if given[name]}

    def asked() -> str:
        acts.ask_post(request.post, about, given["role"], given["place"], **codes)
        return "已提交，待安全管理员核准后生效。"

    return _done(request, about, asked)


@require_POST
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a recusal of somebody's."""
    about = get_object_or_404(Person, pk=pk)
    form = RecusalForm(request.POST, season=season_now())
    if not form.is_valid():
        return _person(request, about, recusal_form=form)

    def noted() -> str:
        given = form.cleaned_data
        acts.recuse(request.post, about, given["reason"], given["unit_code"], given["project_code"])
        return "回避已登记，立即生效。"

    return _done(request, about, noted)


@never_cache
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one of the acts of the buttons on an account's page, each by the one who may."""
    about = get_object_or_404(Person, pk=pk)
    name = request.POST.get("act", "")
    of = request.POST.get("of", "0")
    by = request.post
    if name == "reset" and by.role == SECURITY:
        try:
            return _shown_once(request, about, acts.reset_password(by, about), "口令已重置")
        except Refused as refused:
            return _person(request, about, problems=list(refused.problems))
    known: dict[str, tuple[str, Callable[[], None], str]] = {
        "stop": (SYSTEM, lambda: acts.set_active(by, about, active=False), "账号已停用。"),
        "resume": (SYSTEM, lambda: acts.set_active(by, about, active=True), "账号已恢复。"),
        "end": (SYSTEM, lambda: acts.end_post(by, _post(about, of), _yesterday()), "岗位已免去。"),
        "approve": (SECURITY, lambda: acts.approve_post(by, _post(about, of)), "岗位已核准。"),
        "refuse": (SECURITY, lambda: acts.refuse_post(by, _waiting(about, of)), "岗位申请已退回。"),
        "unlock": (SECURITY, lambda: acts.unlock(by, about), "已解除锁定。"),
        "unbind": (SECURITY, lambda: acts.remove_devices(by, about), "已解除动态口令绑定。"),
        "lift": (
            SECURITY,
            lambda: acts.lift(by, get_object_or_404(Recusal, pk=of, person=about)),
            "回避已解除。",
        ),
    }
    if name not in known or known[name][0] != by.role:
        raise PermissionDenied
    _, does, says = known[name]

    def did() -> str:
        does()
        return says

    return _done(request, about, did)


def waiting(request: HttpRequest) -> HttpResponse:
    """Posts that wait for approval."""
    return render(request, "people/waiting.html", {"posts": posts_waiting()})


def _person(request: HttpRequest, about: Person, **more: Any) -> HttpResponse:  # noqa: ANN401 - context
    from django_otp import user_has_device

    season = season_now()
    told = {
        "about": about,
        "held": about.posts.select_related("asked_by", "approved_by").order_by("pk"),
        "recusals": about.recusals.order_by("pk"),
        "locked": about.login in locked_logins(),
        "has_device": user_has_device(about),
        "own": about.pk == request.user.pk,
        "post_form": PostForm(season=season),
        "recusal_form": RecusalForm(season=season),
        "unit_names": {unit.code: unit.name for unit in season.units.all()} if season else {},
    }
    return render(request, "people/person.html", told | more)


def _done(request: HttpRequest, about: Person, does: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, does())
    except Refused as refused:
        return _person(request, about, problems=list(refused.problems))
    return redirect("people:person", about.pk)


def _shown_once(request: HttpRequest, about: Person, password: str, says: str) -> HttpResponse:
    told = {"about": about, "password": password, "says": says}
    answer = render(request, "people/first_password.html", told)
    answer["Cache-Control"] = "no-store"
    return answer


def _post(about: Person, pk: str) -> Post:
    return get_object_or_404(Post, pk=pk, person=about)


def _waiting(about: Person, pk: str) -> Post:
    return get_object_or_404(Post, pk=pk, person=about, waiting=True)


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
