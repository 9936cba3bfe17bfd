"""How the kept pack calls its parts in Chinese, as far as a summary shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.verify.rulebook import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.rulebook import Book, Doc


class Names:
    """The Chinese names of a pack's parts; the first document that names something counts."""

    def __init__(self, book: Book) -> None:
        """Gather them by kind and name."""
        self.book = book
        self.zh: dict[tuple[str, str], str] = {}
        for kind, doc in book.docs:
            for key, part in _parts(kind, doc):
                self.zh.setdefault(key, text(part, "title" if kind == "rules" else "zh"))

    def title(self, rule_id: str) -> str:
        """The title of a rule; a rule that a table states itself is called after its column."""
        rule, named = self.book.rules[rule_id], self.zh
        if rule.column is None:
            return named["rule", rule_id]
        table = named["table", rule.subject]
        column = named["column", f"{rule.subject}.{rule.column.name}"]
        if rule_id.startswith("C-"):
            return f"{table}未填{column}"
        return f"{table}的{column}不合代码或格式"

    def field(self, name: str) -> str:
        """A missing input: table and column, a fact, a lookup, or a standard."""
        named = self.zh
        if name.startswith("standard:"):
            code = name.removeprefix("standard:")
            return f"本地区标准“{named['standard', code]}”" if code in self.book.standards else name
        alias, _, rest = name.partition(".")
        lookup: Doc | None = next((one for one in self.book.lookups if one["name"] == alias), None)
        table = str(lookup["from"]) if lookup else alias
        if table not in self.book.tables:
            return name
        head = text(lookup, "zh") if lookup else named["table", table]
        if rest == "found":
            return head
        key = f"{table}.{rest}"
        return f"{head}“{named.get(('column', key)) or named.get(('fact', key)) or rest}”"

    def table(self, name: str) -> str:
        """A table or relation; its own name where nobody called it anything."""
        return self.zh.get(("table", name), name)


def _parts(kind: str, doc: Doc) -> Iterator[tuple[tuple[str, str], Doc]]:
    """Yield the named parts of a document under the key by which each is asked for."""
    if kind in {"tables", "relations"}:
        name = text(doc, "table") or text(doc, "relation") or text(doc, "extends")
        yield ("table", name), doc
        for column in doc["columns"]:
            yield ("column", f"{name}.{text(column, 'name')}"), column
    elif kind == "facts":
        for fact in doc.get("facts") or []:
            yield ("fact", f"{text(fact, 'of')}.{text(fact, 'name')}"), fact
    elif kind == "standards":
        yield ("standard", text(doc, "standard")), doc
    elif kind == "rules":
        yield ("rule", text(doc, "id")), doc


def grades(framework: Doc) -> dict[str, str]:
    """The letters of a framework with their words, best first."""
    said = framework.get("grades") or {}
    names = said.get("names") or {name: name for name in said.get("bands") or {}}
    return dict(names) if isinstance(names, dict) else {name: name for name in names}
