"""The second proof of who one is: codes of a phone (TOTP), asked after the password."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django_otp import devices_for_user, login, user_has_device
from django_otp.plugins.otp_totp.models import TOTPDevice

from shangji_web import statements
from shangji_web.people.administration import note_device
from shangji_web.people.forms import CodeForm
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji_web.people.models import Post

NAME = "手机动态口令"
HEADS = ("deputy_director", "director")
ASK, BIND = "people:code", "people:bind"


def has_code(user: Any) -> bool:  # noqa: ANN401 - a person
    """Whether a phone is bound: what `user_has_device` says of the one kind that there is."""
    return bool(
        statements.count(
            ("device", user.pk), lambda: TOTPDevice.objects.filter(user=user.pk, confirmed=True)
        )
    )


def owed(request: HttpRequest) -> str:
    """The page that has to be passed before any other: the code's, the binding's, or none."""
    user = request.user
    if user.is_verified():
        return ""
    if has_code(user):
        return ASK
    return BIND if settings.OTP_REQUIRED and _held_by_rule(request.post) else ""


def _held_by_rule(post: Post | None) -> bool:
    return post is not None and (roles()[post.role].side == "admin" or post.role in HEADS)


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; whoever has no device is past it."""
    if request.user.is_verified() or not user_has_device(request.user):
        return redirect("home")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for device in devices_for_user(request.user, for_verify=True):
            allowed, _ = device.verify_is_allowed()
            if allowed and device.verify_token(form.cleaned_data["code"]):
                login(request, device)
                return redirect("home")
        form.add_error("code", "动态口令不对，或试得太快。请等手机上换了新的一组再填。")
    return render(request, "people/code.html", {"form": form})


@never_cache
def bind(request: HttpRequest) -> HttpResponse:
    """Bind a phone: show the secret once as a square and as text, take the first code."""
    if user_has_device(request.user):
        return redirect("people:account")
    device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        device = TOTPDevice.objects.create(user=request.user, name=NAME, confirmed=False)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            with transaction.atomic():
                device.confirmed = True
                device.save()
                note_device(request.user, request.post)
            login(request, device)
            messages.success(request, "动态口令已绑定，以后登录时在口令之后再填六位数字。")
            return redirect("people:account")
        form.add_error("code", "动态口令不对。请核对手机的时间，等换了新的一组再填。")
    told = {"form": form, "picture": picture(device.config_url), "secret": secret(device)}
    return render(request, "people/bind.html", told)


def secret(device: TOTPDevice) -> str:
    """The secret as authenticators take it by hand, in groups of four."""
    text = base64.b32encode(device.bin_key).decode("ascii").rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def picture(address: str) -> str:
    """The address as a square code in an image of data; empty without the library for it."""
    try:
        import qrcode
        from qrcode.image.svg import SvgPathImage
    except ImportError:
        return ""
    out = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode("ascii")
