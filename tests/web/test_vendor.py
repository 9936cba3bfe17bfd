"""What others made and we carry: byte for byte what was published, with its licence."""

from __future__ import annotations

import hashlib
import json
import re

import licences
import vendor

LISTED = json.loads(vendor.DIGESTS.read_text("utf-8"))


def test_every_vendored_file_is_byte_for_byte_what_was_brought() -> None:
    there = {
        path.relative_to(vendor.VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(vendor.VENDOR.rglob("*"))
        if path.is_file() and path != vendor.DIGESTS
    }
    assert there == {row["file"]: row["sha256"] for row in LISTED}


def test_every_package_has_its_licence_beside_it_and_on_the_page() -> None:
    page = licences.PAGE.read_text("utf-8")
    for row in LISTED:
        folder = row["file"].partition("/")[0]
        assert (vendor.VENDOR / folder / "LICENSE").is_file()
        assert f"| {row['name']} | {row['version']} | {row['licence']} |" in page
        assert not licences.COPYLEFT.search(row["licence"])


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    site = vendor.VENDOR.parent.parent
    drawn = set(
        re.findall(r'<symbol id="([^"]+)"', (vendor.VENDOR / "icons/icons.svg").read_text())
    )
    named = set()
    for path in (site / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r'{% icon "([^"]+)"', text)) | set(
            re.findall(r' icon="([^"]+)"', text)
        )
    named |= set(re.findall(r"icon: ([\w-]+)", (site / "rights" / "menu.yaml").read_text("utf-8")))
    assert named - {"or"} <= drawn
