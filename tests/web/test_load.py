"""What a page may cost, and that nothing which is kept to make it cheap crosses to another post."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji_web import remembered, statements
from shangji_web.people.models import Post, Recusal
from shangji_web.projects.models import Project
from shangji_web.rights.scope import projects_seen
from shangji_web.seasons.queries import season_now
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

FRAME = 13
"""Queries of the frame: session, person, posts, code, year, recusals, badges, notices;
some that PostgreSQL adds to see whether the connection lives."""


@pytest.fixture
def pool(season: Any, people: Any) -> list[Project]:
    """Eight projects at the first review, two findings on each."""
    filed.unit(season)
    run = filed.run(season)
    made = [filed.project(season, f"P{n}", by=people["unit_clerk"]) for n in range(8)]
    for project in made:
        for number in (1, 2):
            filed.finding(run, project, number)
    return made


@pytest.mark.parametrize(
    ("role", "path", "most"),
    [
        ("first_reviewer", "/reviews/desk/P3/", FRAME + 18),
        ("first_reviewer", "/reviews/desk/", FRAME + 18),
        ("unit_clerk", "/filings/", FRAME + 4),
        ("unit_clerk", "/projects/P1/", FRAME + 10),
        ("budget_office", "/reviews/list/", FRAME + 6),
    ],
)
def test_a_page_runs_no_more_queries_than_it_may(
    pool: Any,  # noqa: ARG001 - the projects
    asked: Callable[[str], Any],
    role: str,
    path: str,
    most: int,
) -> None:
    client = asked(role)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) <= most


def test_more_projects_of_a_queue_cost_no_more_queries(
    season: Any, pool: Any, people: Any, asked: Callable[[str], Any]
) -> None:
    client = asked("first_reviewer")

    def cost() -> int:
        client.get("/reviews/desk/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/reviews/desk/")
        return len(queries)

    before = cost()
    for number in range(8):
        filed.project(season, f"Q{number}", by=people["unit_clerk"])
    assert cost() == before
    assert len(pool) < Project.objects.count()


class _Asked:
    """A request for the middleware alone."""

    def __init__(self, method: str) -> None:
        self.method = method


def answered(method: str, reads: Callable[[], Any]) -> Any:
    """What is read within a request."""
    return remembered.Remembering(lambda _: reads())(_Asked(method))


def test_a_request_that_reads_asks_once_and_the_next_one_asks_anew(season: Any) -> None:
    def reads() -> tuple[Any, Any]:
        return season_now(), season_now()

    with CaptureQueriesContext(connection) as queries:
        first, again = answered("GET", reads)
    assert (len(queries), first is again) == (1, True)
    season.title = "另一个县"
    season.save()
    assert answered("GET", reads)[0].title == "另一个县"


def test_a_request_that_writes_and_whoever_asks_outside_remember_nothing(season: Any) -> None:
    def reads() -> str:
        season_now()
        season.title = "改过"
        season.save()
        now: Any = season_now()
        return str(now.title)

    assert answered("POST", reads) == "改过"
    season.title = "起初"
    season.save()
    assert reads() == "改过"
    season.title = "起初"
    season.save()
    assert answered("GET", reads) == "起初"  # the twin: a reading request sees one state


def test_what_one_post_remembers_no_other_is_given(pool: Any, people: Any) -> None:
    reviewer = Post.objects.get(person=people["first_reviewer"])
    other = Post.objects.get(person=people["second_reviewer"])
    Recusal.objects.create(person=people["second_reviewer"], project_code="P1", reason="亲属在单位")

    def reads() -> list[set[str]]:
        return [{project.code for project in projects_seen(post)} for post in (reviewer, other)]

    seen, less = answered("GET", reads)
    assert seen - less == {"P1"}
    assert len(seen) == len(pool)


def test_a_recusal_counts_at_the_next_request(
    pool: Any,  # noqa: ARG001 - the projects
    people: Any,
    asked: Callable[[str], Any],
) -> None:
    client = asked("first_reviewer")
    assert client.get("/reviews/desk/P1/").status_code == 200
    Recusal.objects.create(person=people["first_reviewer"], project_code="P1", reason="亲属在单位")
    assert client.get("/reviews/desk/P1/").status_code == 404


def test_a_plane_kept_for_one_post_is_not_shown_to_another(
    pool: Any, people: Any, season: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shangji_web.leaders import plane
    from shangji_web.reviews.models import Run

    assert pool
    run = Run.objects.get(season=season)
    monkeypatch.setattr(plane, "plane", lambda _, outcomes: {one.project.code for one in outcomes})
    monkeypatch.setattr(plane, "_drawn", remembered.Briefly(60, 8))
    shown: Any = plane.plane_seen
    head, deputy = (Post.objects.get(role=role) for role in ("director", "deputy_director"))
    Recusal.objects.create(person=people["deputy_director"], project_code="P2", reason="亲属在单位")
    assert shown(head, run) - shown(deputy, run) == {"P2"}
    assert "P2" in shown(head, run)
    assert len(plane._drawn.held) == 2
    # The twin: under a key without the rights' condition the second post is given the first's.
    loose: remembered.Briefly[Any] = remembered.Briefly(60, 8)
    monkeypatch.setattr(plane, "str", lambda _: "", raising=False)
    monkeypatch.setattr(plane, "_drawn", loose)
    assert shown(head, run) == shown(deputy, run)


def test_what_is_kept_briefly_grows_old_and_never_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    kept: remembered.Briefly[int] = remembered.Briefly(60, 2)
    assert [kept.of("a", lambda: 1), kept.of("a", lambda: 2)] == [1, 1]
    now[0] = 60.0
    assert kept.of("a", lambda: 3) == 3
    for key in "bc":
        kept.of(key, lambda: 0)
    assert list(kept.held) == ["b", "c"]


def test_a_kept_statement_is_run_anew_and_no_row_is_kept(season: Any) -> None:
    def made() -> Any:
        calls.append(1)
        return Project.objects.filter(season=season).only("code")

    calls: list[int] = []
    key = ("test", season.pk)
    assert (statements.count(key, made), statements.listed(Project, key, made)) == (0, [])
    filed.project(season, "P1")
    assert statements.count(key, made) == 1
    assert [one.code for one in statements.listed(Project, key, made)] == ["P1"]
    assert len(calls) == 2  # made once to count, once to list
    none = Project.objects.filter(pk__in=[])
    assert statements.count(("none", season.pk), lambda: none) == 0
    assert statements.listed(Post, key, Post.objects.all) == []  # another model, the same key


def test_a_count_kept_for_one_post_counts_for_no_other(pool: Any, people: Any) -> None:
    from shangji_web.reviews.queue import waiting

    post = Post.objects.get(person=people["first_reviewer"])
    assert waiting(post) == len(pool)
    Recusal.objects.create(person=people["first_reviewer"], project_code="P1", reason="亲属在单位")
    assert waiting(post) == len(pool) - 1
    post.division_code = "V99"
    assert waiting(post) == 0
    post.role = "unit_clerk"
    assert waiting(post) == 0
    # The twin: under a key without the standpoint the first answer is everybody's.
    both = (Post.objects.get(role="first_reviewer"), Post.objects.get(role="expert"))
    seen = [statements.count("loose", partial(projects_seen, one)) for one in both]
    assert seen[0] == seen[1] == len(pool) - 1


def test_passwords_are_hashed_at_owasps_least_and_old_hashes_are_renewed(settings: Any) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

    settings.PASSWORD_HASHERS = ["shangji_web.people.hashers.Argon2"]
    made = make_password("a-long-password")
    assert made.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    old = Argon2PasswordHasher()
    old.memory_cost = 20480
    kept = old.encode("a-long-password", "saltsaltsalt")
    renewed: list[str] = []
    assert check_password("a-long-password", kept, renewed.append)
    assert renewed == ["a-long-password"]
    assert not check_password("another", made)


def test_an_address_is_djangos_own_and_escaped(season: Any) -> None:
    from django.template import Context, engines
    from django.urls import NoReverseMatch, reverse

    from shangji_web.addresses import address

    assert season
    for code in ("P1", "项目 1&<2>", "P1"):
        assert address("projects:project", code) == reverse("projects:project", args=[code])
    with pytest.raises(NoReverseMatch):
        address("projects:nothing")
    engine: Any = engines["django"]
    text = '{% url "projects:project" code %}|{% url "projects:project" code=code as x %}{{ x }}'
    made = engine.engine.from_string(text).render(Context({"code": "a&'b"}))
    assert made == "|".join(["/projects/a&amp;&#x27;b/"] * 2)


def test_the_fields_of_a_correction_hold_no_markup() -> None:
    from shangji_web.reviews.corrections import Field, Group

    group = Group("表", [Field('a".b', "<b>", '"><script>')])
    assert group.labels == (
        '<label class="asked" title="&quot;&gt;&lt;script&gt;"><input class="form-check-input" '
        'type="checkbox" name="field" value="a&quot;.b" checked>&lt;b&gt;</label>'
    )


def test_a_plane_of_very_many_draws_the_largest_and_counts_the_rest(
    season: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from decimal import Decimal

    from shangji_web.leaders import plane
    from shangji_web.reviews.models import Outcome

    run = filed.run(season)
    run.summary = {"framework": "project_review"}
    scores = {"necessity": ["80", "80", "100", "100"], "importance": ["70", "90", "100", "100"]}
    projects = [Project(season=season, code=f"P{n}", name=f"项目{n}") for n in range(4)]
    outcomes = [
        Outcome(run=run, project=one, low_grade="B", scores=scores, asked_yuan=Decimal(1000 + n))
        for n, one in enumerate(projects)
    ]
    monkeypatch.setattr(plane, "DRAWN", 3)
    told = plane.plane(run, outcomes)
    assert (told["shown"], told["smaller"], told["without"]) == (3, 1, 0)
    assert "项目0" not in str(told["option"])
    assert "项目3" in str(told["option"])
