"""The county of the repository: built by its command, its pack in YAML only, one of each form."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shangji.faults.grading import read_side
from shangji.faults.kinds import KINDS
from shangji.faults.sample import make
from shangji.intake import read
from shangji.pack import load
from shangji.pack.load import required

if TYPE_CHECKING:
    from shangji.pack import Pack

COUNTY = Path(__file__).resolve().parents[2] / "samples" / "county"
SEED = 2027
BYTES_MOST = 6_000_000


@pytest.fixture(scope="module")
def national() -> Pack:
    pack, _ = load(["national"])
    assert pack
    return pack


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_is_what_the_command_makes(national: Pack, tmp_path: Path) -> None:
    make(tmp_path / "again", national, SEED)
    assert digests(tmp_path / "again" / "data") == digests(COUNTY / "data")
    assert (tmp_path / "again" / "planted.csv").read_bytes() == (
        COUNTY / "planted.csv"
    ).read_bytes()
    assert sum(path.stat().st_size for path in COUNTY.rglob("*.xlsx")) < BYTES_MOST


def test_every_planted_fault_names_a_rule_of_the_pack_or_none(national: Pack) -> None:
    from shangji.errors import CODES

    rows = read_side(COUNTY / "planted.csv")
    assert len(rows) == 390
    assert {row["kind"] for row in rows} <= set(KINDS)
    expected = {name for row in rows for name in row["expected"].split("|") if name}
    assert expected <= set(national.rules) | set(CODES)


def test_intake_reads_it_whole(national: Pack) -> None:
    collected, problems = read([COUNTY / "data"], national)
    told = [problem for problem in problems if problem.effect != "changed"]
    assert {problem.code for problem in told} == {"cell-date", "cell-number"}
    assert len(collected.rows["project"]) == 861


def test_some_projects_offer_three_packages_the_last_of_which_is_what_they_ask(
    national: Pack,
) -> None:
    collected, _ = read([COUNTY / "data"], national)
    asked = {row["project_code"]: row["amount_yuan"] for row in collected.rows["project"]}
    held: dict[str, list[Decimal]] = {}
    for row in collected.rows["package"]:
        held.setdefault(row["project_code"], []).append(Decimal(row["amount_yuan"]))
        assert row["output_text"]
    assert len(held) > 20
    for code, amounts in held.items():
        assert amounts == sorted(amounts)
        assert (len(amounts), amounts[-1]) == (3, Decimal(asked[code]))


def test_its_pack_is_yaml_only_and_changes_three_standards(national: Pack) -> None:
    kinds = {path.suffix for path in (COUNTY / "pack").rglob("*") if path.is_file()}
    assert kinds == {".yaml", ".toml"}
    pack, problems = load(required((str(COUNTY / "pack"),)))
    assert pack, problems
    more = {rule for rule in pack.rules if rule not in national.rules}
    assert more == {"L-0001"}
    changed = {
        code
        for code, standard in pack.standards.items()
        if code in national.standards and standard.rows != national.standards[code].rows
    }
    assert changed == {"meeting.person_day", "training.person_day", "vehicle.price"}
