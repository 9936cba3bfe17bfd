"""Lines of spending that come to about the money of a draft: quantities move, standards do not."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.faults.data import county
from shangji.faults.world import Project, Row, product

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.drafts import Draft

OPTIONS = {
    "price": "price_basis",
    "days": "days",
    "training": "training_class",
    "asset": "asset_category",
    "special": "is_special_purpose",
    "staff": "headcount_kind",
    "vehicle": "vehicle_kind",
    "share": "share",
}
ROUND_SHARE = 0.8
"""Of the projects whose sum may be made round: what the others leave comes to 55 % in all."""
GOODS = frozenset({"30209", "31002", "31003", "31007", "31013", "30224", "31008"})
MAY_BUY = frozenset({"30202", "30209", "30227", "30213", "30214"})
TRAVEL = "30211"
LARGE = Decimal(1_000_000)


def fill(project: Project, draft: Draft, draw: Random) -> None:
    """Write the project's lines and its sums."""
    lane = draft["lane"]
    base = [_line(text) for text in draft["lines"] if _fits(text, draft.place)]
    asked = Decimal(str(round(draft.wan * 10000)))
    whole = sum(product(row) for row in base)
    ratio = float(asked / whole)
    for row in base:
        _scale(row, ratio, draw)
    big = asked >= LARGE
    parts = _areas(base[0], draw) if big and lane == "formula" else [base[0]]
    for row in [*parts, *base[1:]]:
        _keep(project, row, draft)
    main = sum((row["amount_yuan"] for row in project.lines), Decimal(0))
    if (big or draw.random() < 0.45) and not draft["plain"]:
        _extras(project, draft, main, draw)
    if lane != "formula" and not draft["plain"] and draw.random() < ROUND_SHARE:
        _round(project, draft, draw)
    project.total()


def _fits(text: str, place: str) -> bool:
    """A primary school has no pupils of a middle school, and the other way round."""
    if place.endswith("小学"):
        return "初中" not in text
    return not (place.endswith("中学") and "小学" in text)


def _line(text: str) -> Row:
    item, economic, quantity, price, *options = text.split("|")
    number, unit = quantity.split(" ")
    row: Row = {
        "expense_item": item,
        "economic_class": economic,
        "quantity": Decimal(number),
        "unit_of_measure": unit,
    }
    if price.startswith("@"):
        code = price[1:]
        _, _, _, _, _, standard, period, months, share = county()["entitlements"][code]
        row |= {
            "unit_price_yuan": Decimal(standard),
            "entitlement_code": code,
            "price_basis": "支出标准",
            "share": Decimal(share),
            "fixed": True,
        }
        if period == "每月":
            row |= {"factor_2": Decimal(months), "factor_2_name": "月", "months_covered": months}
        return row
    row["unit_price_yuan"] = Decimal(price)
    for part in options[0].split(",") if options else ():
        name, value = part.split("=")
        if name == "x":
            count, row["factor_2_name"] = value.split(" ")
            row["factor_2"], row["months_covered"] = Decimal(count), int(count)
        elif name == "persons":
            row["by_persons"] = True
        else:
            row[OPTIONS[name]] = int(value) if name == "days" else value
    if "share" in row:
        row["share"] = Decimal(row["share"])
    if row.get("training_class"):
        row |= {"factor_2": Decimal(row["days"]), "factor_2_name": "天"}
    row["fixed"] = row.get("price_basis") == "支出标准"
    return row


def _scale(row: Row, ratio: float, draw: Random) -> None:
    """Move the quantity; where it is one thing, or would be less than one, move the price."""
    quantity = float(row["quantity"]) * ratio
    if row["unit_of_measure"] == "村":  # there are no more villages than there are
        quantity = min(quantity, float(row["quantity"]))
    if row["fixed"]:
        row["quantity"] = Decimal(max(1, round(quantity)))
        return
    price = float(row["unit_price_yuan"])
    if row["quantity"] == 1:
        price *= ratio
    else:
        row["quantity"] = _rounded(quantity)
        price *= draw.uniform(0.95, 1.05)
    row["unit_price_yuan"] = _figures(price)


def _rounded(quantity: float) -> Decimal:
    """A quantity as people count it: small ones whole, large ones to two or three figures."""
    for above, step in ((20000, 100), (2000, 10), (300, 5)):
        if quantity >= above:
            return Decimal(round(quantity / step) * step)
    return Decimal(max(1, round(quantity)))


def _figures(price: float) -> Decimal:
    """A price to three figures, whole yuan above ten."""
    if price >= 1000:
        step = Decimal(10) ** (len(str(int(price))) - 3)
        return Decimal(round(price / float(step))) * step
    if price >= 10:
        return Decimal(round(price))
    return Decimal(str(max(0.01, round(price, 2))))


def _areas(row: Row, draw: Random) -> list[Row]:
    """A large entitlement as it is filed: by areas of the county, persons adding up."""
    if row["quantity"] < 60:
        return [row]
    names = draw.sample(["城区", "东片", "南片", "西北片"], draw.choice((2, 3, 4)))
    left, parts = row["quantity"], []
    for at, name in enumerate(names):
        last = at == len(names) - 1
        share = (
            left
            if last
            else Decimal(int(row["quantity"] / len(names) * draw.randint(80, 118) / 100))
        )
        left -= share
        parts.append({**row, "expense_item": f"{row['expense_item']}（{name}）", "quantity": share})
    return parts


def _keep(project: Project, row: Row, draft: Draft) -> Row:
    """Add the line as it is filed: amount, persons, procurement."""
    fixed = row.pop("fixed", False)
    if row.pop("by_persons", False) or row.get("entitlement_code"):
        row["persons"] = int(row["quantity"])
        if row.get("training_class"):
            row["staff_persons"] = row["persons"] // 25
    if row.get("headcount_kind"):
        row["headcount"] = int(row["quantity"])
    if row["economic_class"] == TRAVEL:
        row |= {"persons": int(row["quantity"]) * 2, "days": 4}
    row.setdefault(
        "fund_source", draft["fund"] if draft["fund"] == "政府性基金" else "一般公共预算本级"
    )
    row["amount_yuan"] = product(row)
    if fixed:
        row.setdefault("price_basis", "支出标准")
    return project.add("line", **row)


def _extras(project: Project, draft: Draft, main: Decimal, draw: Random) -> None:
    """The small lines that go with a large one: design, supervision, tools."""
    choices = county()["extras"][draft["lane"]]
    held = "".join(row["expense_item"] for row in project.lines)
    for item, economic, thousandths in choices:
        amount = _figures(float(main) * thousandths / 1000 * draw.uniform(0.85, 1.15))
        if item[-2:] in held or amount < 300 or draw.random() < 0.2:
            continue
        row = {
            "expense_item": item,
            "economic_class": economic,
            "quantity": Decimal(1),
            "unit_of_measure": "项",
            "unit_price_yuan": amount,
            "price_basis": "询价报价",
        }
        _keep(project, row, draft)


def _round(project: Project, draft: Draft, draw: Random) -> None:
    """A last small line that brings the sum to a figure that ends in 0 or 5."""
    kind = "works" if draft["lane"] == "works" else "other"
    asked = sum((row["amount_yuan"] for row in project.lines), Decimal(0))
    step = 5000 if asked < 300_000 else 50_000
    if asked < 20_000:
        step = 1000
    whole = (int(asked * Decimal("1.004")) // step + 1) * step
    rest = Decimal(whole) - asked
    item, economic = draw.choice(county()["tails"][kind])
    row: Row = {
        "expense_item": item,
        "economic_class": economic,
        "quantity": Decimal(1),
        "unit_of_measure": "项",
        "unit_price_yuan": rest,
        "price_basis": "上年价格",
    }
    _keep(project, row, draft)


def buy(project: Project) -> None:
    """Mark what is bought through procurement, with item, method and form."""
    items: dict[str, Any] = county()["goods"]
    for row in project.lines:
        economic, amount = row["economic_class"], row["amount_yuan"]
        bought = economic in GOODS or (economic in MAY_BUY and amount >= 200_000)
        row["is_procurement"] = "是" if bought else "否"
        if not bought:
            continue
        number = zlib.crc32(str(row["expense_item"]).encode()) % 9_000_000 + 1_000_000
        row["catalogue_item"] = items.get(economic, f"C{number:08d}")
        goods = economic in {"31002", "31013"}
        row["org_form"] = "政府集中采购" if goods else "分散采购"
        method = "公开招标" if amount >= 2_000_000 else "竞争性磋商"
        if goods or amount < 200_000:
            method = "电子卖场"
        row["procurement_method"] = method
        row["sme_reserved"] = "是"
        if economic in {"31003", "31002"}:
            count = int(row["quantity"])
            row |= {"asset_count": count, "existing_count": count, "scrapped_count": count}
        if economic == "31013":
            row["engine_litres"] = Decimal("1.6")
    project.row["is_procurement"] = (
        "是" if any(row["is_procurement"] == "是" for row in project.lines) else "否"
    )
