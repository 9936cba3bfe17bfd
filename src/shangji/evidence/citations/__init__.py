"""Citations: every basis of a project against the library, before the snapshot is sealed.

What is present and repealed, wrong, silent or misquoted can fail; what is not in the library is not
yet known. Words shown are slices of the texts, and verify looks for them on their page again.
"""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.evidence.citations.gathered import named
from shangji.evidence.citations.quoting import pages_of
from shangji.evidence.citations.resolving import Found, Resolver
from shangji.evidence.citations.uploaded import Uploads
from shangji.evidence.library.importing import open_texts
from shangji.snapshot import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.evidence.citations.gathered import Named
    from shangji.evidence.library.kept import Library
    from shangji.evidence.library.policy import Policy
    from shangji.pack import Pack
    from shangji.snapshot import Collected, RunFacts

SOURCE = "政策法规库"
FACT, EXTRACTOR = "cited_words", "library-1"
FOUND = "found_basis"
TABLES = ("citation", "policy", "document", "document_page", "evidence")
SURE = Decimal("1.00")
KINDS = {"regulation": "law"}
"""Kinds of basis that as kinds of document have another code."""


def cite(collected: Collected, pack: Pack, facts: RunFacts, library: Library) -> dict[str, int]:
    """Add to collected rows what the library says of each basis; returns the count of each state.

    Rows of `citation`, one a basis, with the documents that they mean (`policy`, `document`,
    `document_page`) and the words shown (`evidence`); of `found_basis`, one for each document that
    only the papers of a project name.
    """
    resolver = Resolver(library, pack, facts.budget_year, facts.region, Uploads(collected))
    projects = _projects(collected)
    writer = _Writer(collected, pack, library, resolver)
    counts: dict[str, int] = {}
    for basis in collected.rows.get("basis", ()):
        if basis["kind"] == "none" or None in (basis["project_code"], basis["basis_no"]):
            continue
        found = resolver.resolve(basis, projects.get(basis["project_code"], {}))
        writer.add(basis, found)
        counts[found.state] = counts.get(found.state, 0) + 1
    if FOUND in pack.tables:
        for one in list(named(collected, library.by_number)):
            held = resolver.resolve(one.basis(), projects.get(one.project_code, {}))
            writer.add_found(one, held)
    writer.finish()
    return {state: counts[state] for state in sorted(counts)}


def held_against(collected: Collected, pack: Pack, facts: RunFacts, folder: Path) -> dict[str, int]:
    """Hold the bases that were read against a library, or against a folder of texts; as `cite`.

    Raises:
        Refused: there is neither there.
    """
    listed = pack.codes["region"].codes if "region" in pack.codes else {}
    regions = {zh: code for code, zh in listed.items()}
    with tempfile.TemporaryDirectory(prefix="shangji-") as scratch:
        return cite(collected, pack, facts, open_texts(folder, regions, Path(scratch) / "texts"))


def _projects(collected: Collected) -> Mapping[str, Mapping[str, Any]]:
    units = {
        row["unit_code"]: row.get("unit_name") for row in collected.rows.get("organisation", ())
    }
    return {
        row["project_code"]: {**row, "unit_name": units.get(row["unit_code"])}
        for row in collected.rows.get("project", ())
        if row["project_code"]
    }


class _Writer:
    """Puts rows beside those that were read, each from the one source."""

    def __init__(
        self, collected: Collected, pack: Pack, library: Library, resolver: Resolver
    ) -> None:
        self.resolver = resolver
        self.collected, self.pack, self.library = collected, pack, library
        self.number = 1
        self.documents = {row["document_sha256"] for row in collected.rows.get("document", ())}
        self.policies: set[str] = set()
        self.said: set[tuple[Any, ...]] = set()
        for name in TABLES:
            collected.rows.setdefault(name, [])

    def add(self, basis: Mapping[str, Any], found: Found) -> None:
        policy, source, quotation = found.policy, found.source, found.quotation
        if source:
            self._document(source)
        row = {
            "project_code": basis["project_code"],
            "basis_no": basis["basis_no"],
            "policy_id": policy.policy_id if policy else None,
            "title": found.title or None,
            "state": found.state,
            "matched_by": found.matched_by,
            "issuer_level": (policy.issuer_level if policy else "") or None,
            "article": found.article or None,
            "file_name": source.file_name if source and quotation else None,
            "document_sha256": source.document_sha256 if source else None,
            **{
                name: getattr(found, name)
                for name in (
                    "in_force", "effective_to", "is_latest", "title_agrees", "level_agrees",
                    "binds", "article_found", "quote_found", "names_project", "names_amount",
                    "amount_agrees", "names_county_share", "declines",
                )
            },
        }  # fmt: skip
        if quotation and source:
            row |= {
                "words": quotation.words,
                "page": quotation.page,
                "start_char": quotation.start,
                "end_char": quotation.end,
            }
            self._evidence(basis, found, source)
        self._row("citation", row)

    def add_found(self, one: Named, found: Found) -> None:
        """A document that only a paper names: what the library says of it."""
        if found.policy:
            self._policy(found.policy)
        told = f"《{one.title}》" if one.title else ""
        self._row(
            FOUND,
            {
                "project_code": one.project_code,
                "document_sha256": one.document_sha256,
                "page": one.page,
                "start_char": one.start_char,
                "end_char": one.end_char,
                "quote": one.quote,
                "doc_no": one.doc_no or None,
                "title": one.title or None,
                "named": told + (f"（{one.doc_no}）" if told and one.doc_no else one.doc_no),
                "policy_id": found.policy.policy_id if found.policy else None,
                "policy_title": found.title or None,
                "state": found.state,
                "matched_by": found.matched_by,
                "in_force": found.in_force,
                "effective_to": found.effective_to,
                "names_project": found.names_project,
            },
        )

    def _evidence(self, basis: Mapping[str, Any], found: Found, source: Policy) -> None:
        quotation = found.quotation
        if quotation is None:
            return
        key = (basis["project_code"], source.document_sha256, quotation.page, quotation.start)
        if key in self.said:
            return
        self.said.add(key)
        self._row(
            "evidence",
            {
                "document_sha256": source.document_sha256,
                "project_code": basis["project_code"],
                "page": quotation.page,
                "start_char": quotation.start,
                "end_char": quotation.end,
                "quote": quotation.words,
                "fact": FACT,
                "value_text": f"{source.title[:200]}{found.article}",
                "extractor": EXTRACTOR,
                "confidence": SURE,
            },
        )

    def _policy(self, policy: Policy) -> None:
        if policy.policy_id in self.policies:
            return
        self.policies.add(policy.policy_id)
        names = {column.name for column in self.pack.tables["policy"].columns}
        record = {name: getattr(policy, name) or None for name in names if hasattr(policy, name)}
        self._row("policy", record | {"numbering_complete": policy.numbering_complete})

    def _document(self, policy: Policy) -> None:
        self._policy(policy)
        if policy.document_sha256 in self.documents:
            return
        self.documents.add(policy.document_sha256)
        text = self.resolver.text(policy)
        self._row(
            "document",
            {
                "document_sha256": policy.document_sha256,
                "file_name": policy.file_name,
                "media_type": policy.file_name.rpartition(".")[2].lower(),
                "size_bytes": policy.size_bytes,
                "kind": KINDS.get(policy.kind, policy.kind) or "other",
                "title": policy.title,
                "doc_no": policy.doc_no or None,
                "issuer": policy.issuer or None,
                "issued_on": policy.issued_on,
                "page_count": len(text.pages),
                "unread_count": len(text.unread),
            },
        )
        for page, words in pages_of(text):
            self._row(
                "document_page",
                {
                    "document_sha256": policy.document_sha256,
                    "page": page,
                    "page_text": words,
                    "method": "text",
                    "confidence": SURE,
                },
            )

    def _row(self, table: str, record: Mapping[str, Any]) -> None:
        self.number += 1
        blank = dict.fromkeys(self.pack.tables[table].stored())
        place = {"row_source": SOURCE, "row_sheet": self.pack.tables[table].zh}
        self.collected.rows.setdefault(table, []).append(
            {**blank, **record, **place, "row_number": self.number}
        )

    def finish(self) -> None:
        """Say where the rows came from: the library, by its digest."""
        supplied = {
            name: tuple(column.name for column in self.pack.tables[name].columns)
            for name in (*TABLES, FOUND)
            if name in self.collected.rows
        }
        self.collected.sources.append(
            Source(SOURCE, SOURCE, "bureau", self.library.digest, supplied)
        )
