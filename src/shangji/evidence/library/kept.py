"""The bureau's folder of texts: what was imported, whole, under digests; written whole or not."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Problem, Refused, Where
from shangji.evidence.library.policy import Policy, Repeal, same_number, same_title
from shangji.evidence.library.text import Passage, Text
from shangji.evidence.library.versions import by_document, order_of
from shangji.snapshot import made_beside, put
from shangji.snapshot.freeze import write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
MANIFEST, ORIGINALS = "manifest.json", "originals"
FORMAT = 1
TABLES: dict[str, dict[str, str]] = {
    "policy": {
        "row_key": "VARCHAR",
        **{
            one.name: "DATE"
            if one.name in {"issued_on", "effective_from", "effective_to", "own_end"}
            else {"numbering_complete": "BOOLEAN", "size_bytes": "BIGINT"}.get(one.name, "VARCHAR")
            for one in fields(Policy)
        },
    },
    "passage": {
        "row_key": "VARCHAR", "policy_id": "VARCHAR", "number": "BIGINT", "kind": "VARCHAR",
        "article": "VARCHAR", "heading": "VARCHAR", "start": "BIGINT", "end": "BIGINT",
    },
    "text": {
        "row_key": "VARCHAR", "policy_id": "VARCHAR", "words": "VARCHAR", "pages": "VARCHAR",
        "wrapping": "VARCHAR", "unread": "VARCHAR",
    },
}  # fmt: skip


class Library:
    """A library as it stands in its folder. Texts are read when they are asked for."""

    def __init__(self, folder: Path, policies: Sequence[Policy], sealed: Mapping[str, Any]) -> None:
        """Keep the folder, its policies and what its manifest says; `opened` is the way in."""
        self.folder = folder
        self.policies = tuple(policies)
        self.digest = str(sealed["digest"])
        self.passage_count = int(sealed["tables"]["passage"]["rows"])
        self._texts: dict[str, Text] = {}
        self._passages: dict[str, list[Passage]] = {}

    @cached_property
    def by_id(self) -> Mapping[str, Policy]:
        """The policies by their ids."""
        return {one.policy_id: one for one in self.policies}

    @cached_property
    def by_number(self) -> Mapping[str, Sequence[Policy]]:
        """The policies by document number as it is compared, oldest first."""
        return _grouped(self.policies, lambda one: same_number(one.doc_no))

    @cached_property
    def by_title(self) -> Mapping[str, Sequence[Policy]]:
        """The policies by title as it is compared, oldest first."""
        return _grouped(self.policies, lambda one: same_title(one.title))

    @cached_property
    def repealed_elsewhere(self) -> Mapping[str, Policy]:
        """Who repeals a document that the library need not hold, by number and by 《title."""
        found: dict[str, Policy] = {}
        for one in sorted(self.policies, key=order_of):
            for gone in one.repeals:
                for key in {same_number(gone.doc_no), f"《{same_title(gone.title)}"} - {"", "《"}:
                    found.setdefault(key, one)
        return found

    def text(self, policy_id: str) -> Text:
        """A policy's text, exactly as imported."""
        if policy_id not in self._texts:
            row = self._rows("text", "words, pages, wrapping, unread", policy_id)[0]
            pages, wrapping, unread = (json.loads(one) for one in row[1:])
            self._texts[policy_id] = Text(
                row[0], tuple(pages), tuple((a, b) for a, b in wrapping), tuple(unread)
            )
        return self._texts[policy_id]

    def passages(self, policy_id: str) -> list[Passage]:
        """A policy's passages in order."""
        if policy_id not in self._passages:
            names = 'number, kind, article, heading, start, "end"'
            rows = self._rows("passage", names, policy_id)
            self._passages[policy_id] = [Passage(*row) for row in rows]
        return self._passages[policy_id]

    def every_passage(self) -> Iterable[tuple[str, Passage, str]]:
        """Every passage of every policy with its words, in order."""
        for policy in self.policies:
            words = self.text(policy.policy_id).words
            for passage in self.passages(policy.policy_id):
                yield policy.policy_id, passage, words[passage.start : passage.end]

    def _rows(self, table: str, names: str, policy_id: str) -> list[tuple[Any, ...]]:
        import duckdb

        with duckdb.connect() as connection:
            return connection.execute(
                f"SELECT {names} FROM read_parquet(?) WHERE policy_id = ? ORDER BY row_key",
                [str(self.folder / f"{table}.parquet"), policy_id],
            ).fetchall()


def _grouped(policies: Sequence[Policy], key: Callable[[Policy], str]) -> dict[str, list[Policy]]:
    found: dict[str, list[Policy]] = {}
    for one in sorted(policies, key=order_of):
        if name := key(one):
            found.setdefault(name, []).append(one)
    return found


def opened(folder: Path) -> Library:
    """Open a library, each table compared with its digest.

    Raises:
        Refused: there is none, or it does not fit its own digests.
    """
    path = folder / MANIFEST
    if not path.is_file():
        fix = "请先执行 shangji library import 文件夹，或用 --library 指明位置。"
        says = "这里没有政策法规库。"
        raise Refused([Problem("library-missing", Where(str(folder)), says, fix)])
    import duckdb

    try:
        sealed = json.loads(path.read_text("utf-8"))
        unsealed = {key: value for key, value in sealed.items() if key != "digest"}
        fits = digest.of_json(unsealed) == sealed["digest"] and sealed["format"] == FORMAT
        with duckdb.connect() as connection:
            for name, table in sealed["tables"].items():
                told = (table["rows"], table["sha256"])
                at = folder / f"{name}.parquet"
                fits = fits and digest.of_parquet(connection, at, list(TABLES[name])) == told
            rows = connection.execute(
                f"SELECT {', '.join(one.name for one in fields(Policy))} FROM read_parquet(?) "
                "ORDER BY row_key",
                [str(folder / "policy.parquet")],
            ).fetchall()
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        raise Refused([_damaged(folder)]) from error
    if not fits:
        raise Refused([_damaged(folder)])
    return Library(folder, [_policy(row) for row in rows], sealed)


def _damaged(folder: Path) -> Problem:
    says = "政策法规库与自身摘要不符，可能被改动或没有写完。"
    return Problem("library-damaged", Where(folder.name), says, "请用原来的文件夹重新导入。")


def _policy(row: tuple[Any, ...]) -> Policy:
    record = dict(zip((one.name for one in fields(Policy)), row, strict=True))
    record["repeals"] = tuple(Repeal(*pair) for pair in json.loads(record["repeals"]))
    record["notes"] = tuple(json.loads(record["notes"]))
    return Policy(**record)


Kept = tuple[Policy, Text, "list[Passage]"]
"""What is kept of a document."""


def keep(folder: Path, kept: Sequence[Kept], originals: Mapping[str, Path]) -> None:
    """Write a library at a folder, whole, in place of what stands there.

    Args:
        folder: the bureau's folder.
        kept: every document, settled.
        originals: files by their digest, copied as they are; those already there are kept.
    """
    import duckdb

    with made_beside(folder) as work:
        held = {}
        with duckdb.connect() as connection:
            for name, rows in _tables(kept).items():
                write_table(connection, name, TABLES[name], rows, work)
                at = work / f"{name}.parquet"
                count, sha256 = digest.of_parquet(connection, at, list(TABLES[name]))
                held[name] = {"rows": count, "sha256": sha256}
        (work / ORIGINALS).mkdir()
        files = {}
        for policy, _, _ in kept:
            name = f"{policy.document_sha256}{Path(policy.file_name).suffix.lower()}"
            source = originals.get(policy.document_sha256, folder / ORIGINALS / name)
            shutil.copyfile(source, work / ORIGINALS / name)
            files[policy.document_sha256] = policy.file_name
        manifest: dict[str, Any] = {"format": FORMAT, "tables": held, "originals": files}
        manifest["digest"] = digest.of_json(manifest)
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        (work / MANIFEST).write_text(text + "\n", "utf-8")
        put(work, folder)


def _tables(kept: Sequence[Kept]) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for policy, text, passages in sorted(kept, key=lambda one: one[0].policy_id):
        key = policy.policy_id
        record = asdict(policy)
        record["repeals"] = digest.canonical([[one.title, one.doc_no] for one in policy.repeals])
        record["notes"] = digest.canonical(list(policy.notes))
        made["policy"].append({"row_key": key, **record})
        made["text"].append(
            {
                "row_key": key,
                "policy_id": key,
                "words": text.words,
                "pages": digest.canonical(list(text.pages)),
                "wrapping": digest.canonical([list(one) for one in text.wrapping]),
                "unread": digest.canonical(list(text.unread)),
            }
        )
        made["passage"] += [
            {"row_key": f"{key}|{one.number:06d}", "policy_id": key, **asdict(one)}
            for one in passages
        ]
    return made


def versions_of(library: Library, policy: Policy) -> list[Policy]:
    """All versions of a policy's document, oldest first."""
    for versions in by_document(library.policies).values():
        if any(one.policy_id == policy.policy_id for one in versions):
            return versions
    return [policy]


def version_on(versions: Sequence[Policy], day: date) -> Policy | None:
    """The version in force on a day; none where none is, or where the texts do not say."""
    return next((one for one in reversed(versions) if one.in_force(day)), None)
