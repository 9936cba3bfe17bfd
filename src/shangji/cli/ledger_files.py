"""What the commands of the ledger read and write: entries, keys, notes, bundles."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.ledger.entry import Entry
    from shangji.ledger.keys import PublicKey

INPUT = {"kind", "who", "person", "when", "body", "body_digest"}
SHOWN = 5


def read_bytes(place: str) -> bytes:
    """Read a file."""
    try:
        return Path(place).read_bytes()
    except OSError as error:
        says = f"读不到（{error.strerror or error}）。"
        problem = Problem("file-unreadable", Where(file=place), says, "请核对路径和权限。")
        raise Refused([problem]) from error


def read_text(place: str) -> str:
    """Read a text file; one that Windows has saved too."""
    try:
        return read_bytes(place).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        problem = Problem("file-unreadable", Where(file=place), "不是 UTF-8 文字。", "请核对文件。")
        raise Refused([problem]) from error


def put(text: str, place: str | None) -> None:
    """Write to a file, or to the screen where none is named."""
    if place is None:
        click.echo(text, nl=False)
        return
    try:
        Path(place).write_text(text, "utf-8")
    except OSError as error:
        says = f"写不进去（{error.strerror or error}）。"
        fix = "请检查文件夹、权限和磁盘。"
        raise Refused([Problem("output-unwritable", Where(file=place), says, fix)]) from error


def there(log: str) -> None:
    """Refuse a log that is not there, rather than make an empty one."""
    if not Path(log).is_file():
        fix = "请核对 --log，或先用 shangji ledger append 记账。"
        raise Refused([Problem("ledger-missing", Where(file=log), "没有这个文件。", fix)])


def public_keys(places: Sequence[str]) -> list[PublicKey]:
    """Read public keys."""
    from shangji.ledger import keys

    return [keys.load_public(Path(place)) for place in places]


def root_text(root: bytes) -> str:
    """A root as checkpoints write it."""
    return base64.b64encode(root).decode()


def span(numbers: Sequence[int]) -> str:
    """Numbers in few words."""
    if len(numbers) > SHOWN and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    shown = "、".join(map(str, numbers[:SHOWN]))
    return f"{shown} 等 {len(numbers)} 个" if len(numbers) > SHOWN else shown


def read_entries(data: bytes, file: str, digest_key: str | None) -> Iterator[Entry]:
    """Yield the entries of a file with one JSON object a line; refuse it whole if one is wrong."""
    from shangji.ledger import keys

    secret = keys.digest_key(Path(digest_key)) if digest_key else None
    problems: list[Problem] = []
    entries: list[Entry] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line, secret))
        except ValueError as error:
            fix = "请按 docs/reference/ledger.md 改写这一行。"
            problems.append(Problem("ledger-entry", Where(file, line=number), str(error), fix))
    if problems:
        raise Refused(problems)
    yield from entries


def _entry(line: bytes, secret: bytes | None) -> Entry:
    from shangji import digest
    from shangji.ledger import Entry, keyed_digest
    from shangji.ledger.entry import unfit

    value = _object(line)
    strange = set(value) - INPUT
    if strange or "kind" not in value or ("who" in value) == ("person" in value):
        names = "、".join(sorted(strange))
        raise ValueError(f"要有 kind 和 who（或 person），不能有别的栏目{names and '：'}{names}。")
    if not all(isinstance(value.get(name, ""), str) for name in INPUT - {"body"}):
        raise ValueError("除 body 外，各栏都写成文字。")
    if "person" in value and secret is None:
        raise ValueError("person 要换成摘要，请加 --digest-key。")
    who = value.get("who") or f"person:{keyed_digest(secret or b'', value['person'])}"
    body = value.get("body")
    if wrong := unfit(body):
        raise ValueError(f"body {wrong}")
    body_digest = value.get("body_digest") or ("" if body is None else digest.of_json(body))
    return Entry(value["kind"], who, _when(value.get("when")), body_digest, body)


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ValueError("不是一个 JSON 对象，或有重复的键。") from error
    if not isinstance(value, dict):
        raise ValueError("不是一个 JSON 对象。")  # noqa: TRY004 - one refusal for whatever a line is
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _when(text: str | None) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("when 应是带时区的时间，如 2026-11-22T08:00:00+08:00。") from error
