"""An anonymous snapshot shows no word of the original, joins as it did, and hides each row."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from click.testing import CliRunner

from shangji.anonymise import Anonymity, _rough, anonymise, pseudonym
from shangji.cli import shangji
from shangji.cli.reviewing import review_paths
from shangji.errors import Refused

if TYPE_CHECKING:
    from shangji.pack import Pack
    from shangji.snapshot import Snapshot

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("anonymise") / "out"
    options = {"paths": [str(SAMPLES / "small")], "packs": (), "year": None, "as_of": None,
               "out": str(out), "region": None, "engine": "duckdb", "threads": 2}  # fmt: skip
    review_paths(options)
    return out


def snapshot_of(report: Path) -> Snapshot:
    from shangji.snapshot import Snapshot

    return Snapshot.open(report / "snapshot")


@pytest.fixture(scope="module")
def done(
    report: Path, national: Pack, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Snapshot, Anonymity]:
    out = tmp_path_factory.mktemp("anonymous") / "out"
    return anonymise(snapshot_of(report), national, KEY, out)


def rows(snapshot: Snapshot, table: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.execute("FROM read_parquet(?)", [str(snapshot.path(table))])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_no_word_of_the_original_is_left(
    report: Path, national: Pack, done: tuple[Snapshot, Anonymity]
) -> None:
    given = snapshot_of(report)
    made, measured = done
    words = set()
    for table in given.tables:
        names = {
            column.name
            for column in national.tables[table].columns
            if column.kind in {"text", "credit_code", "id_no"} and not column.codes
        }
        for row in rows(given, table):
            words |= {str(row[name]) for name in names if row[name] not in {None, "", "无"}}
    shown = {
        str(value)
        for table in made.tables
        for row in rows(made, table)
        for name, value in row.items()
        if value is not None and name != "row_sheet" and not re.fullmatch(r"[\d.\-]+", str(value))
    }
    codes = {code for one in national.codes.values() for code in (*one.codes, *one.codes.values())}
    assert len(words) > 500
    assert shown & words - codes == set()
    assert "project.project_name" in measured.dropped
    assert made.facts.title == ""
    assert made.check() == []


def test_every_row_hides_among_k(
    report: Path, national: Pack, done: tuple[Snapshot, Anonymity]
) -> None:
    made, measured = done
    told = national.anonymous
    assert told is not None
    sizes = Counter(tuple(row[name] for name in told.alike) for row in rows(made, "project"))
    assert measured.rows == sum(sizes.values()) > 0
    assert min(sizes.values()) == measured.smallest >= told.at_least == measured.at_least
    assert measured.rows + measured.left_out == snapshot_of(report).rows("project")


def test_tables_still_join_and_the_rows_left_out_leave_nothing(
    done: tuple[Snapshot, Anonymity],
) -> None:
    made, measured = done
    assert measured.left_out > 0
    projects = {row["project_code"] for row in rows(made, "project")}
    lines = rows(made, "line")
    assert lines
    assert {row["project_code"] for row in lines} <= projects


def test_pseudonyms_need_the_key() -> None:
    assert pseudonym(KEY, "P1") == pseudonym(KEY, "P1")
    assert pseudonym(KEY, "P1") != pseudonym(OTHER, "P1")
    assert pseudonym(KEY, "P1") != pseudonym(KEY, "P2")


def test_the_order_of_rows_tells_nothing(
    report: Path, national: Pack, done: tuple[Snapshot, Anonymity], tmp_path: Path
) -> None:
    one, _ = done
    two, _ = anonymise(snapshot_of(report), national, OTHER, tmp_path / "two")
    assert one.digest != two.digest
    first = [row["amount_yuan"] for row in rows(one, "project")]
    second = [row["amount_yuan"] for row in rows(two, "project")]
    assert sorted(first) == sorted(second)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(12345, 1, 10000), (15999, 2, 16000), (12345, 0, 10000), (98, 0, 10), (7, 0, 7), (0, 1, 0)],
)
def test_rough_numbers(value: int, digits: int, expected: int) -> None:
    assert _rough(value, digits) == expected


def test_a_short_key_is_refused(report: Path, national: Pack, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="密钥太短"):
        anonymise(snapshot_of(report), national, b"short", tmp_path / "anonymous")
    assert not (tmp_path / "anonymous").exists()


def test_the_command_prints_what_was_measured(report: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(KEY)
    made = CliRunner().invoke(
        shangji, ["anonymise", str(report), "--out", str(tmp_path / "out"), "--key", str(key)]
    )
    assert made.exit_code == 0, made.output
    assert "k = 5" in made.output
    assert (tmp_path / "out" / "manifest.json").is_file()
