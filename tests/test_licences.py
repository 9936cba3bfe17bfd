"""No copyleft among the pinned packages, and the licence page says what the lists pin."""

from __future__ import annotations

import re

import pytest

import licences

ROW = re.compile(r"^\| (\S+) \| (\S+) \| (.+?) \| ([a-z, ]+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str, str]]:
    table = licences.PAGE.read_text("utf-8").partition("## Native")[0].partition("|---")[2]
    return ROW.findall(table)


@pytest.mark.parametrize("name", sorted({name for name, _ in licences.pins()}))
def test_package_is_not_copyleft(name: str) -> None:
    said = licences.licence_of(name)
    if said is None:  # of a list that is not installed here: what the page recorded counts
        said = {row[0]: row[2] for row in rows()}[name]
    assert said != "unknown"
    if name not in licences.EXCEPTIONS:
        assert not licences.COPYLEFT.search(said), said


def test_page_lists_exactly_what_is_pinned() -> None:
    said = {(name, version): lists.split(", ") for name, version, _, lists in rows()}
    assert said == licences.pins()


def test_lists_agree_where_they_overlap() -> None:
    versions: dict[str, dict[str, set[str]]] = {}
    for (name, version), lists in licences.pins().items():
        for listed in lists:
            versions.setdefault(name, {}).setdefault(listed, set()).add(version)
    different = {
        name: by_list
        for name, by_list in versions.items()
        if len({tuple(sorted(pinned)) for pinned in by_list.values()}) > 1
    }
    assert not different


@pytest.mark.parametrize("listed", licences.LISTS)
def test_list_is_hashed_and_names_no_index(listed: str) -> None:
    text = (licences.ROOT / "requirements" / f"{listed}.txt").read_text("utf-8")
    for pin in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in pin, pin
    assert not re.search(r"https?:|file:|--index|--extra|--find-links", text)
    assert "ortools" not in text


def test_postgres_family_stays_in_its_list() -> None:
    for (name, _), lists in licences.pins().items():
        if name in licences.EXCEPTIONS:
            assert lists == ["postgres"]
