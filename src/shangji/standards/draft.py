"""Drafts of standards as YAML: what was estimated, or copied from the county's own document."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import DRAFT

if TYPE_CHECKING:
    from datetime import date

    from shangji.pack import Pack
    from shangji.pack.model import Standard
    from shangji.pack.spending import SpendingClass
    from shangji.standards.coverage import Tested
    from shangji.standards.estimate import Estimate

CENT = Decimal("0.01")
FITTED = "由可比记录测算的合理区间上限"


class Plain(str):
    """A text that YAML may write without quotation marks: numbers and dates read back as text."""

    __slots__ = ()


def text(document: Any) -> str:  # noqa: ANN401 - any YAML value
    """A document as YAML, in the order and manner of the packs that we ship."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes lists below their key indented, as people do."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
            """Indent lists too."""
            super().increase_indent(flow, False)  # noqa: FBT003 - the library's own signature

    Dumper.add_representer(
        Plain,
        lambda dumper, value: dumper.represent_scalar(
            dumper.resolve(yaml.ScalarNode, str(value), (True, False)),  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it out
            str(value),
        ),
    )
    return yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)


PLAIN = frozenset(
    {"value", "band_from", "band_to", "effective_from", "effective_to", "day", "at_most", "scale"}
)
"""Keys whose values stand without quotation marks: numbers and dates."""


def plain(item: Any, key: str = "") -> Any:  # noqa: ANN401 - any YAML value
    """A document that was read strictly, as one that `text` writes as before."""
    if isinstance(item, dict):
        return {name: plain(value, name) for name, value in item.items()}
    if isinstance(item, list):
        return [plain(value) for value in item]
    return Plain(item) if key in PLAIN else item


def head(standard: Standard) -> dict[str, Any]:
    """What stands above the values of a standard that a pack has."""
    made: dict[str, Any] = {
        "standard": standard.code,
        "zh": standard.zh,
        "kind": standard.value.kind,
        "unit": standard.unit,
    }
    if standard.value.kind == "number":
        made["scale"] = Plain(standard.value.scale)
    made["at_most"] = Plain(standard.value.at_most)
    if standard.keys:
        made["keys"] = [{"name": name, "zh": zh} for name, zh in standard.keys]
    if standard.band:
        made["band"] = {"name": standard.band[0], "zh": standard.band[1]}
    return made


def value(  # noqa: PLR0913 - each is named where it is called
    rows: list[dict[str, Any]],
    *,
    region: str,
    start: date,
    basis: dict[str, str],
    by: str,
    on: date,
    reason: str,
    note: str = "",
    evidence: str = "",
) -> dict[str, Any]:
    """One dated value of a standard, as a draft."""
    made: dict[str, Any] = {
        "region": region,
        "binds": {"regions": [region]},
        "effective_from": Plain(start.isoformat()),
        "basis": basis,
        "checked": "default",
        "status": DRAFT,
    }
    if note:
        made["note"] = note
    if evidence:
        made["evidence"] = evidence
    made["history"] = [{"status": DRAFT, "day": Plain(on.isoformat()), "by": by, "reason": reason}]
    return {**made, "rows": rows}


def of_class(pack: Pack, spending: SpendingClass) -> dict[str, Any]:
    """What stands above the values of a class's standard: the pack's own, or made of the class."""
    known = pack.standards.get(spending.standard)
    if known is not None:
        return head(known)
    table = pack.tables[spending.table]
    made: dict[str, Any] = {
        "standard": spending.standard,
        "zh": f"{spending.zh}单位费用上限",
        "kind": "money",
        "unit": spending.unit,
        "at_most": Plain("99999999.99"),
    }
    if spending.group:
        column = table.column(spending.group)
        made["keys"] = [{"name": column.name, "zh": column.zh}]
    if spending.bands:
        column = table.column(spending.per)
        made["band"] = {"name": column.name, "zh": column.zh}
    return made


def of_estimate(
    pack: Pack,
    fitted: Estimate,
    tested: Tested | None,
    *,
    region: str,
    by: str,
    on: date,
) -> dict[str, Any] | None:
    """An estimate as the draft of a standard; None where no group has an interval.

    A row's value is the upper end of the interval at the group's typical drivers, to the cent.
    """
    from datetime import date as day

    spending = fitted.records.spending
    if not fitted.intervals:
        return None
    starts = [f"{start:f}" for start in spending.bands]
    after = dict(zip(starts, [*starts[1:], ""], strict=True)) if starts else {}
    rows = []
    for group, found in sorted(fitted.intervals.items(), key=lambda one: place(one[0])):
        row: dict[str, Any] = {}
        if spending.group:
            row[spending.group] = group[0]
        if spending.bands:
            row["band_from"] = Plain(group[1])
            if after[group[1]]:
                row["band_to"] = Plain(after[group[1]])
        row["value"] = Plain(cents(found.high))
        row["note"] = (
            f"区间 {cents(found.low)}–{cents(found.high)}，中位 {cents(found.mid)}，{found.n} 条"
        )
        rows.append(row)
    made = value(
        rows,
        region=region,
        start=day(fitted.records.year, 1, 1),
        basis={"kind": "practice", "title": FITTED},
        by=by,
        on=on,
        reason="测算草案",
        evidence=evidence(fitted, tested),
    )
    return {**of_class(pack, spending), "values": [made]}


def place(group: tuple[str, str]) -> tuple[str, Decimal]:
    """Where a group of (kind, least work) stands among the others: bands by their size."""
    return group[0], Decimal(group[1] or 0)


def cents(amount: float) -> Decimal:
    """An estimated amount to the cent, for people."""
    return Decimal(repr(amount)).quantize(CENT, ROUND_HALF_UP)


def evidence(fitted: Estimate, tested: Tested | None) -> str:
    """What a draft rests on, in one sentence that says its weak point too."""
    n = sum(one.n for one in fitted.intervals.values())
    years = "、".join(map(str, fitted.years))
    said = [f"{years} 年 {n} 条可比记录", f"{fitted.model}，{fitted.level}% 区间"]
    if tested is not None and tested.whole.n:
        low, high = tested.whole.count.interval
        said.append(
            f"用较早年度测算、较晚年度检验：{tested.whole.n} 条中 {tested.whole.inside} 条在区间内"
            f"（{tested.whole.count.share:.1%}，95% 区间 {low:.1%}–{high:.1%}）"
        )
    else:
        said.append("年度不够，没有用后来的年度检验过")
    if fitted.peers:
        said.append(f"另有 {len(fitted.peers)} 组不足 30 条，没有给出标准")
    return "；".join(said) + "。"
