"""Documents and their facts as rows of the snapshot: 资料, 资料页, 证据, and what 附件 gains."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.evidence.attachments.extract import extract
from shangji.evidence.attachments.instructions import instructions
from shangji.evidence.attachments.kinds import kind_of, title_of
from shangji.evidence.attachments.naming import naming
from shangji.snapshot import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.evidence.attachments.found import Evidence
    from shangji.evidence.attachments.matching import Match
    from shangji.intake import Document
    from shangji.pack import Pack
    from shangji.schema import Table
    from shangji.snapshot import Collected

DOCUMENT, PAGE, EVIDENCE, ATTACHMENT = "document", "document_page", "evidence", "attachment"
SHOWN = {"document_title": 300, "quote": 2000, "value_text": 300, "label": 200}
PREFIX = "资料/"
"""Before the names of documents among the sources, so that none is taken for a workbook."""

HUNDRED = Decimal(100)


@dataclass
class Held:
    """What reading brought: documents once each by digest, and the evidence by project."""

    documents: dict[str, Document] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    facts: dict[str, list[Evidence]] = field(default_factory=dict)
    projects: dict[str, set[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Rows:
    """Turns documents into rows, one after another."""

    def __init__(self, pack: Pack, collected: Collected) -> None:
        """Write rows beside those that were collected."""
        self.pack, self.collected = pack, collected
        self.held = Held()
        self.persons: dict[str, int] = {}

    def add(self, document: Document, match: Match) -> None:
        """Take in one document with the projects that it belongs to."""
        held = self.held
        held.problems += document.problems()
        attachments = self.collected.rows.get(ATTACHMENT, [])
        declared = next((str(attachments[at].get("kind") or "") for at in match.rows), "")
        if document.digest not in held.documents:
            kind = kind_of(document, self.pack, declared)
            held.documents[document.digest] = document
            held.kinds[document.digest] = kind
            held.facts[document.digest] = self._checked(document, kind)
            held.problems += [
                Problem(
                    "document-hidden",
                    Where(document.name, cell=f"第 {page} 页"),
                    "有写给评审者的指令，已标记；它不影响任何得分、疑点和金额。",
                    "请核对原件，问清来由。",
                    value=sentence[:60],
                )
                for page, sentence in instructions(document)
            ]
        held.projects.setdefault(document.digest, set()).update(match.projects)
        for at in match.rows:
            attachments[at]["document_sha256"] = document.digest
            attachments[at]["page_count"] = document.page_count

    def _checked(self, document: Document, kind: str) -> list[Evidence]:
        """The facts whose quotes stand on their pages; any other is refused, and said."""
        pages = {page.number: page for page in document.pages}
        kept = []
        for one in extract(document, kind, self.pack):
            if one.founded(pages.get(one.page)):
                kept.append(one)
                continue
            where = Where(document.name, cell=f"第 {one.page} 页", field=one.fact)
            says = "摘录不在原文里，这一条没有收。"
            self.held.problems.append(
                Problem("document-quote", where, says, "请核对原件。", value=one.quote[:60])
            )
        return kept

    def write(self, projects: Mapping[str, Mapping[str, Any]]) -> None:
        """Put the rows into what was collected; `projects` are the projects by their codes."""
        tables = self.pack.tables
        rows: dict[str, list[dict[str, Any]]] = {DOCUMENT: [], PAGE: [], EVIDENCE: []}
        for digest, document in sorted(self.held.documents.items()):
            source = PREFIX + document.name
            made = list(self._document(document, source, projects))
            for name, row in made:
                blank = dict.fromkeys(tables[name].stored())
                rows[name].append({**blank, **row})
            supplied = {
                name: tuple(_brought(tables[name]))
                for name in dict.fromkeys([DOCUMENT, PAGE, EVIDENCE])
            }
            self.collected.sources.append(Source(source, source, "bureau", digest, supplied))
        for name, found in rows.items():
            self.collected.rows.setdefault(name, []).extend(found)

    def _document(
        self, document: Document, source: str, projects: Mapping[str, Mapping[str, Any]]
    ) -> Iterable[tuple[str, dict[str, Any]]]:
        codes = sorted(self.held.projects.get(document.digest, ()))
        owners = {str(projects[code]["unit_code"]) for code in codes
                  if projects.get(code, {}).get("unit_code")}  # fmt: skip
        facts = self.held.facts[document.digest]
        told = {"row_source": source, "row_sheet": "", "row_number": 1}
        yield DOCUMENT, {**told, **self._about(document, facts), "unit_code":
                         owners.pop() if len(owners) == 1 else None}  # fmt: skip
        tables = {table.page for table in document.tables}
        hidden = {item.page for item in document.hidden}
        for page in document.pages:
            yield (
                PAGE,
                {
                    "document_sha256": document.digest,
                    "page": page.number,
                    "page_text": page.text,
                    "method": page.method,
                    "confidence": Decimal(page.confidence) / HUNDRED,
                    "has_table": page.number in tables,
                    "has_hidden_text": page.number in hidden,
                    "row_source": source,
                    "row_sheet": f"第 {page.number} 页",
                    "row_number": page.number,
                },
            )
        for code in codes:
            named = naming(document, str(projects.get(code, {}).get("project_name") or ""))
            for ordinal, one in enumerate([*facts, *([named] if named else [])], 1):
                yield EVIDENCE, self._evidence(document, one, code, (source, ordinal))

    def _about(self, document: Document, facts: Sequence[Evidence]) -> dict[str, Any]:
        def first(fact: str) -> Any:  # noqa: ANN401 - text or a day
            one = next((item for item in facts if item.fact == fact), None)
            return None if one is None else one.value.day or one.value.text

        unread = {item.page for item in document.unread if item.code == "document-unread"}
        whole = document.page_count if 0 in unread and not document.pages else 0
        blank = sum(1 for page in document.pages if page.method == "unread")
        spoken = any(one.fact == "instruction" for one in facts)
        return {
            "document_sha256": document.digest,
            "file_name": document.name[-300:],
            "media_type": document.media,
            "size_bytes": document.size,
            "kind": self.held.kinds[document.digest],
            "title": title_of(document)[:300] or None,
            "doc_no": first("doc_no"),
            "issuer": first("issuer"),
            "issued_on": first("issued_on"),
            "page_count": document.page_count,
            "unread_count": max(blank, whole, 1 if unread else 0),
            "is_scanned": document.scanned,
            "has_hidden_text": bool(document.hidden) or spoken,
        }

    def _evidence(
        self, document: Document, one: Evidence, project: str, place: tuple[str, int]
    ) -> dict[str, Any]:
        value = one.value
        text = value.text or str(self._ordinal(one.secret))
        return {
            "document_sha256": document.digest,
            "project_code": project,
            "page": one.page,
            "start_char": one.start,
            "end_char": one.end,
            "box": " ".join(map(str, one.box)) if one.box else None,
            "quote": one.quote[: SHOWN["quote"]],
            "fact": one.fact,
            "label": value.label[: SHOWN["label"]] or None,
            "value_text": text[: SHOWN["value_text"]],
            "measure_unit": value.unit or None,
            "amount_yuan": value.amount,
            "number_value": value.number,
            "date_value": value.day,
            "year_value": value.year,
            "extractor": one.extractor,
            "confidence": one.confidence,
            "row_source": place[0],
            "row_sheet": f"第 {one.page} 页",
            "row_number": place[1],
        }

    def _ordinal(self, secret: str) -> int:
        """A number's place in the order in which the review met them: equal numbers, one place."""
        return self.persons.setdefault(secret, len(self.persons) + 1)


def _brought(table: Table) -> list[str]:
    """The columns that reading fills; whether a paper bears a seal is not told by its text."""
    return [column.name for column in table.columns if column.name != "has_seal"]
