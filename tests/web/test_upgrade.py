"""A site of an earlier day is brought up to date with everything that it held.

`databases/first.sql` is what the site's first released schema looked like, with a row of each kind.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

FIRST = Path(__file__).with_name("databases") / "first.sql"
SRC = Path(__file__).resolve().parents[2] / "src"
UPGRADE = """
import json
import django
django.setup()
from django.core.management import call_command
from shangji_web.backups import before_upgrade
copy = before_upgrade()
call_command("migrate", verbosity=0)
assert before_upgrade() is None
from shangji_web.ledgered.services import sequence
from shangji_web.people.models import Person
from shangji_web.projects.models import Project
person, project = Person.objects.get(), Project.objects.select_related("season").get()
print(json.dumps({
    "copy": str(copy),
    "login": person.login,
    "role": person.posts.get().role,
    "code": project.code,
    "asked": str(project.asked_yuan),
    "year": project.season.year,
    "stages": project.season.stages.count(),
    "numbered": sequence(),
}))
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A site's folder as an earlier day left it."""
    with closing(sqlite3.connect(tmp_path / "site.sqlite3")) as database:
        database.executescript(FIRST.read_text("utf-8"))
    return tmp_path


def test_a_first_database_comes_up_to_date_and_loses_nothing(old: Path) -> None:
    environment = {
        **os.environ,
        "SHANGJI_HOME": str(old),
        "SHANGJI_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "shangji_web.settings",
        "PYTHONPATH": str(SRC),
    }
    command = [sys.executable, "-c", UPGRADE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    copy = Path(told.pop("copy"))
    assert told == {
        "login": "tushuguan",
        "role": "unit_clerk",
        "code": "99010127T000006286074",
        "asked": "23862988.00",
        "year": 2027,
        "stages": 2,
        "numbered": 0,
    }
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT count(*) FROM projects_project").fetchone() == (1,)


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
