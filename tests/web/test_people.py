"""Logging in, being locked out, first passwords, codes, and the three administrators."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from shangji.errors import Refused
from shangji.ledger.entry import decode
from shangji_web.people import administration, demo
from shangji_web.people.models import Person, Post
from shangji_web.people.queries import locked_logins
from shangji_web.people.services import give_post
from shangji_web.rights.scope import projects_seen
from web.filed import UNIT
from web.reached import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

LOGIN = "/people/login/"
pytestmark = pytest.mark.usefixtures("season")


def enter(client: Any, login: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"username": login, "password": password})


def test_five_wrong_passwords_lock_and_the_right_one_no_longer_opens(
    client: Any, people: dict[str, Any]
) -> None:
    assert people
    for _ in range(4):
        assert enter(client, "director", "wrong").status_code == 200
    fifth = enter(client, "director", "wrong")
    assert fifth.status_code == 429
    assert "暂时停用" in fifth.content.decode()
    assert enter(client, "director").status_code == 429
    assert locked_logins() == ["director"]
    administration.unlock(people["security_admin"].posts.get(), people["director"])
    assert enter(client, "director")["Location"] == "/"


def test_four_wrong_passwords_do_not_lock(client: Any, people: dict[str, Any]) -> None:
    assert people
    for _ in range(4):
        enter(client, "director", "wrong")
    assert enter(client, "director")["Location"] == "/"


def test_a_first_password_has_to_be_changed_before_anything(
    client: Any, people: dict[str, Any]
) -> None:
    Person.objects.filter(pk=people["director"].pk).update(must_change=True)
    enter(client, "director")
    assert client.get("/")["Location"] == "/people/password/"
    assert client.get("/notices/")["Location"] == "/people/password/"
    given = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "不能与原口令相同" in client.post("/people/password/", given).content.decode()
    new = "另一个足够长的口令-88"
    given |= {"new_password1": new, "new_password2": new}
    assert client.post("/people/password/", given)["Location"] == "/people/account/"
    assert client.get("/").status_code == 200


def test_an_old_password_has_to_be_changed_where_the_operator_says_so(
    client: Any, people: dict[str, Any], settings: Any
) -> None:
    old = timezone.localdate() - timedelta(days=91)
    Person.objects.filter(pk=people["director"].pk).update(password_on=old)
    enter(client, "director")
    assert client.get("/")["Location"] == "/people/password/"
    settings.PASSWORD_DAYS = 0
    assert client.get("/").status_code == 200


def test_work_puts_off_the_end_of_a_session(
    asked: Callable[[str], Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = asked("director")
    begin = time.time()

    def after(minutes: int) -> int:
        with monkeypatch.context() as clock:
            later = timezone.now() + timedelta(minutes=minutes)
            clock.setattr(timezone, "now", lambda: later)
            clock.setattr(time, "time", lambda: begin + 60 * minutes)
            return int(client.get("/").status_code)

    idle = settings.SESSION_COOKIE_AGE // 60
    assert [after(minutes) for minutes in (0, 40, 80, 81 + idle)] == [200, 200, 200, 302]


def test_one_changes_to_a_post_of_ones_own_only(
    asked: Callable[[str], Any], people: dict[str, Any]
) -> None:
    more = give_post(people["first_reviewer"], "joint_reviewer", "资产科")
    client = asked("first_reviewer")
    client.post("/people/post/", {"post": more.pk})
    assert "资产科" in client.get("/").content.decode()
    foreign = people["director"].posts.get()
    assert client.post("/people/post/", {"post": foreign.pk}).status_code == 404


def test_who_has_no_post_sees_the_account_and_nothing_else(client: Any) -> None:
    Person.objects.create_user("nobody", PASSWORD, name="新人")
    assert enter(client, "nobody").status_code == 302
    assert client.get("/")["Location"] == "/people/account/"
    assert "还没有岗位" in client.get("/people/account/").content.decode()
    assert client.get("/notices/").status_code == 403
    assert client.post("/people/logout/").status_code == 302


def test_an_account_is_made_by_one_and_its_post_approved_by_another(
    asked: Callable[[str], Any], client: Any, season: Any
) -> None:
    season.units.create(
        code=UNIT, name="样例县图书馆", department_code="D01", department_name="县文旅局"
    )
    asked("system_admin")
    shown = client.post("/people/new/", {"login": "xinren", "name": "新人"}).content.decode()
    person = Person.objects.get(login="xinren")
    assert person.must_change
    assert "只在这里显示这一次" in shown
    wanted = {"role": "unit_clerk", "unit_code": UNIT}
    client.post(f"/people/{person.pk}/ask/", wanted)
    post = person.posts.get()
    assert (post.waiting, post.place_name) == (True, "样例县图书馆")
    act = {"act": "approve", "of": post.pk}
    assert client.post(f"/people/{person.pk}/act/", act).status_code == 403
    assert Post.objects.get(pk=post.pk).waiting
    asked("security_admin")
    client.post(f"/people/{person.pk}/act/", act)
    post.refresh_from_db()
    assert not post.waiting
    assert post.approved_by is not None
    assert post.approved_by.login == "security_admin"


def test_a_post_that_waits_opens_nothing(client: Any, people: dict[str, Any]) -> None:
    person = Person.objects.create_user("xinren", PASSWORD, name="新人")
    administration.ask_post(people["system_admin"].posts.get(), person, "director", "县财政局")
    enter(client, "xinren")
    assert client.get("/notices/").status_code == 403


def test_administrators_do_nothing_to_themselves_and_see_no_project(
    people: dict[str, Any],
) -> None:
    security = people["security_admin"].posts.get()
    for does in (
        lambda: administration.reset_password(security, people["security_admin"]),
        lambda: administration.set_active(security, people["security_admin"], active=False),
        lambda: administration.approve_post(security, security),
    ):
        with pytest.raises(Refused, match="自己"):
            does()
    for name in ("system_admin", "security_admin", "audit_admin"):
        assert not projects_seen(people[name].posts.get()).exists()


def test_whoever_asked_for_a_post_does_not_approve_it(people: dict[str, Any]) -> None:
    security = people["security_admin"].posts.get()
    person = Person.objects.create_user("xinren", PASSWORD, name="新人")
    post = administration.ask_post(security, person, "director", "县财政局")
    with pytest.raises(Refused, match="不能自己核准"):
        administration.approve_post(security, post)


def test_the_three_administrators_are_three_persons(people: dict[str, Any]) -> None:
    by = people["system_admin"].posts.get()
    with pytest.raises(Refused, match="不能再兼任"):
        administration.ask_post(by, people["audit_admin"], "security_admin", "信息中心")


def test_a_stopped_account_is_out_at_once(client: Any, people: dict[str, Any]) -> None:
    enter(client, "director")
    by = people["system_admin"].posts.get()
    administration.set_active(by, people["director"], active=False)
    assert client.get("/")["Location"].startswith(LOGIN)


def test_the_ledger_tells_what_was_done_without_a_name(
    asked: Callable[[str], Any], people: dict[str, Any]
) -> None:
    from django.db import connection

    administration.unlock(people["security_admin"].posts.get(), people["director"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_outbox ORDER BY id DESC LIMIT 1")
        entry = decode(bytes(cursor.fetchone()[0]))
    assert entry.body["act"] == "unlocked"
    assert people["director"].name not in str(entry)
    text = asked("audit_admin").get("/ledger/").content.decode()
    assert "解除锁定：测试局长（director）" in text
    assert "测试安全管理员（security_admin）" in text


@pytest.mark.django_db(transaction=True)
def test_a_check_of_the_whole_ledger_sees_a_changed_entry(
    asked: Callable[[str], Any], people: dict[str, Any]
) -> None:
    from django.db import connection

    administration.unlock(people["security_admin"].posts.get(), people["director"])
    client = asked("audit_admin")
    text = client.post("/ledger/check/").content.decode()
    assert "账本完好" in text
    assert "待编号" not in text
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, data FROM ledger_entry ORDER BY number DESC LIMIT 1")
        number, data = cursor.fetchone()
        changed = bytes(data).replace(b"unlocked", b"recuseds")
        cursor.execute("UPDATE ledger_entry SET data = %s WHERE number = %s", [changed, number])
    assert "账本核对不符" in client.post("/ledger/check/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET data = %s WHERE number = %s", [data, number])
    assert "账本完好" in client.post("/ledger/check/").content.decode()


def test_recusal_by_oneself_holds_and_only_security_lifts_it(
    asked: Callable[[str], Any], people: dict[str, Any]
) -> None:
    client = asked("first_reviewer")
    client.post("/people/recuse/", {"project_code": "P9", "reason": "配偶在该单位任职"})
    recusal = people["first_reviewer"].recusals.get()
    act = {"act": "lift", "of": recusal.pk}
    address = f"/people/{people['first_reviewer'].pk}/act/"
    assert client.post(address, act).status_code == 403
    assert asked("system_admin").post(address, act).status_code == 403
    assert asked("security_admin").post(address, act).status_code == 302
    assert not people["first_reviewer"].recusals.exists()


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}"


def test_a_bound_code_is_asked_after_the_password(client: Any, people: dict[str, Any]) -> None:
    enter(client, "director")
    assert "data:image/svg+xml;base64," in client.get("/people/bind/").content.decode()
    device = TOTPDevice.objects.get(user=people["director"])
    assert "不对" in client.post("/people/bind/", {"code": "000000"}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/people/bind/", {"code": code_of(device)}).status_code == 302
    client.post("/people/logout/")
    enter(client, "director")
    assert client.get("/")["Location"] == "/people/code/"
    assert client.get("/people/password/")["Location"] == "/people/code/"
    TOTPDevice.objects.update(last_t=-1)
    assert client.post("/people/code/", {"code": code_of(device)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_where_codes_are_required_heads_and_administrators_bind_first(
    settings: Any, asked: Callable[[str], Any]
) -> None:
    settings.OTP_REQUIRED = True
    assert asked("director").get("/")["Location"] == "/people/bind/"
    assert asked("audit_admin").get("/ledger/")["Location"] == "/people/bind/"
    assert asked("first_reviewer").get("/").status_code == 200


def test_the_samples_log_ins_show_for_made_up_data_only(
    client: Any, people: dict[str, Any], season: Any, settings: Any
) -> None:
    from shangji_web.seasons.demo import password

    assert people
    word = password()
    assert word in client.get(LOGIN).content.decode()
    settings.DEMO_LOGINS = False
    assert word not in client.get(LOGIN).content.decode()
    settings.DEMO_LOGINS = True
    season.data_kind = ""
    season.save()
    assert word not in client.get(LOGIN).content.decode()
    assert demo.password() == ""
