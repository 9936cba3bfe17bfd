"""The small sample as rows, made from its texts; faults are put in last, each with its place."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

import small_bureau as bureau
import small_faults as faults
import small_people
import small_works
from small_codes import APPROVALS, ATTACHED_ONLY, BASES, CATEGORIES, LANES, LEVEL2, RIGID_MORE

SEED = 20270
YEAR = 2027
INDICATOR = re.compile(r"^(.+?)(≥|≤|=|>|<)(-?[\d.]+)([^←]*)(?:←([\d.]+),(.+))?$")
TOKEN = re.compile(r"^(概算|可研|立项)?(\d*)([pas]*)(?:~(\S+))?$")
LINE_OPTIONS = {
    "price": "price_basis", "months": "months_covered", "days": "days", "persons": "persons",
    "staff": "staff_persons", "meeting": "meeting_class", "training": "training_class",
    "special": "is_special_purpose", "asset": "asset_category", "fund": "fund_source",
    "ent": "entitlement_code", "plate": "replaces_plate_no",
}  # fmt: skip


@dataclass
class Project:
    """A project's own row and the rows under it, by table."""

    key: str
    row: dict
    tables: dict = field(default_factory=lambda: {
        "line": [], "target": [], "basis": [], "attachment": [],
    })  # fmt: skip
    past: tuple = ()

    def rows(self, table):
        return [self.row] if table == "project" else self.tables[table]

    @property
    def unit(self):
        return self.row["unit_code"]

    @property
    def rigid(self):
        return self.row["lane"] == LANES["rigid"]


@dataclass
class Plant:
    """One planted fault: whose, of what kind, where (table, row or its stand-in, column), what."""

    project: str
    kind: str
    table: str
    at: object
    column: str
    what: str


def build():
    """Return the projects in order, the extra rows by department, and the planted faults."""
    draw = random.Random(SEED)
    projects = {}
    for text in (small_people.TEXT, small_works.TEXT):
        for block in text.strip().split("\n# "):
            project = _project(block.removeprefix("# "), draw)
            projects[project.key] = project
    _rank(projects)
    for code, *_, keys in bureau.TASKS:
        for key in keys:
            projects[key].row["priority_task_code"] = code
    plants = _faults(projects)
    extra, more = _extra(projects)
    return projects, extra, plants + more


def _project(block, draw):
    lines = block.split("\n")
    key, unit, lane, category, function, attribute, name = lines[0].split(" ", 6)
    letter = "R" if category == "11" else "Y" if category in {"21", "22"} else "T"
    serial = f"{draw.randrange(10**7):012d}"
    row = {
        "project_code": f"990101{YEAR % 100}{letter}{serial}", "project_name": name,
        "unit_code": unit, "unit_name": bureau.UNITS[unit][0], "region": bureau.REGION,
        "budget_year": YEAR,
        "project_category": CATEGORIES[category], "lane": LANES[lane], "functional_class": function,
        "is_secret": "否",
    }  # fmt: skip
    project = Project(key, row)
    if lane != "rigid":
        row["project_attribute"] = attribute
        row["start_date"], row["end_date"] = _term(lane, attribute, draw)
        if attribute == "延续" and lane in {"operation", "formula"}:
            row["recurrence"] = "经常性"
    for line in lines[1:]:
        _part(project, line[0], line[2:], draw)
    if category == "11":
        _more_pay(project)
    _sum(project)
    if project.past:
        row["prior_project_code"] = f"990101{YEAR % 100 - 1}{letter}{draw.randrange(10**7):012d}"
    return project


def _term(lane, attribute, draw):
    if lane in {"operation", "formula", "policy"}:
        return f"{YEAR}-01-01", f"{YEAR}-12-31"
    start = draw.choice(("03-01", "04-01", "03-15", "05-10"))
    first = YEAR - 1 if attribute == "延续" else YEAR
    return f"{first}-{start}", f"{YEAR}-{draw.choice(('09-30', '10-31', '11-30', '12-20'))}"


def _part(project, mark, text, draw):
    if mark == "概":
        project.row["summary"] = text
    elif mark == "目":
        project.row["annual_goal"] = text
    elif mark == "+":
        pairs = (part.split("=", 1) for part in text.split(", "))
        project.row |= {
            name: Decimal(value) if name.endswith("_yuan") else value for name, value in pairs
        }
    elif mark == "-":
        project.tables["line"].append(_line(project, text))
    elif mark == "=":
        for part in text.split(";"):
            _target(project, part)
        _weigh(project)
    elif mark == "@":
        for token in text.split():
            _basis(project, token, draw)
    elif mark == "“":
        number, quote = text.split(" ", 1)
        project.tables["basis"][int(number) - 1]["quote"] = quote
    elif mark == "^":
        project.past = tuple(Decimal(part) for part in text.split())


def _line(project, text):
    item, economic, quantity, price, *options = text.split("|")
    row = {
        "project_code": project.row["project_code"], "expense_item": item,
        "line_no": len(project.tables["line"]) + 1, "economic_class": economic,
        "fund_source": "一般公共预算本级", "is_procurement": "否",
    }  # fmt: skip
    if not quantity:
        row["amount_yuan"] = Decimal(price or options[0])
        return row
    number, row["unit_of_measure"] = quantity.split(" ")
    row["quantity"], row["unit_price_yuan"] = Decimal(number), Decimal(price)
    for part in (options[0].split(",") if options else ()):
        name, value = part.split("=")
        if name == "x":
            count, row["factor_2_name"] = value.split(" ")
            row["factor_2"] = Decimal(count)
        elif name == "share":
            row["share"] = Decimal(value)
            row["persons"] = row["quantity"]
            if value != "1":
                row["factor_3"], row["factor_3_name"] = Decimal(value), "县级分担"
                row["price_basis"] = "支出标准"
        elif name == "proc":
            row["is_procurement"], row["catalogue_item"] = "是", value
        else:
            row[LINE_OPTIONS[name]] = value
    row["amount_yuan"] = product(row)
    return row


def product(row):
    """Quantity times factors times price, to the cent."""
    amount = Decimal(row["quantity"]) * Decimal(row["unit_price_yuan"])
    for name in ("factor_2", "factor_3"):
        amount *= Decimal(row.get(name) or 1)
    return amount.quantize(Decimal("0.01"))


def _target(project, text):
    class_, rest = text.split(":")
    level1, level2 = LEVEL2[class_]
    row = {
        "project_code": project.row["project_code"], "level1": level1, "level2": level2,
        "target_no": len(project.tables["target"]) + 1, "value_source": "计划标准",
    }  # fmt: skip
    match = INDICATOR.match(rest)
    if match:
        row["level3"], row["direction"], value, row["measure_unit"], before, source = match.groups()
        row["value_text"] = f"{match[2]}{match[3]}{match[4]}"
        row["value"] = Decimal(value)
        if before:
            row |= {"baseline_value": Decimal(before), "baseline_year": YEAR - 2,
                    "data_source": source, "value_source": "历史标准"}  # fmt: skip
    else:
        row["level3"], row["value_text"] = rest.split("~")
        row["direction"] = "定性"
    project.tables["target"].append(row)


def _weigh(project):
    """Only the education department sets weights, in tens, the rest on the first indicator."""
    targets = project.tables["target"]
    if not project.unit.startswith("101"):
        return
    each = 100 // len(targets) // 5 * 5
    for row in targets:
        row["weight"] = each
    targets[0]["weight"] = 100 - each * (len(targets) - 1)


def _basis(project, token, draw):
    """A basis: `*` attached; kind; number; p names the matter, a the amount, s who pays; ~ until."""
    attached = token.startswith("*")
    head, rest = token.removeprefix("*")[:2], token.removeprefix("*")[2:]
    code = project.row["project_code"]
    day = f"{draw.choice((2025, 2026))}-{draw.randrange(1, 9):02d}-{draw.randrange(1, 28):02d}"
    if head in ATTACHED_ONLY:
        title = f"{project.row['project_name']}{head}材料（样例）"
        _attach(project, {"kind": ATTACHED_ONLY[head], "title": title, "issued_on": day})
        return
    row = {"project_code": code, "basis_no": len(project.tables["basis"]) + 1}
    if head in {"法规", "条例"}:
        title = f"中华人民共和国{rest}" if head == "法规" else rest
        row |= {"kind": "法律" if head == "法规" else "行政法规", "issuer_level": "中央",
                "title": title}  # fmt: skip
        paper = {"kind": "法律法规", "title": title}
    else:
        approval, number, flags, until = TOKEN.match(rest).groups()
        kind, issuer, level, doc_no, title, paper = BASES[head]
        row |= {
            "kind": kind, "issuer": issuer, "issuer_level": level, "title": title.format(n=number),
            "doc_no": doc_no.format(n=number), "issued_on": day, "effective_to": until or "",
        } | _names(project.unit, flags)  # fmt: skip
        if head == "合同":
            row["named_amount_yuan"] = project.tables["line"][0]["amount_yuan"]
        paper = {"kind": APPROVALS.get(approval, paper), "title": row["title"],
                 "doc_no": row["doc_no"], "issued_on": day}  # fmt: skip
    if attached:
        row["attachment_no"] = _attach(project, paper)
    project.tables["basis"].append(row)


def _names(unit, flags):
    """What a basis says; two departments leave the box empty where the others write 否."""
    no = "" if unit[:3] in bureau.LEAVE_NO_EMPTY else "否"
    columns = {"p": "names_project", "a": "names_amount", "s": "names_county_share"}
    return {name: "是" if flag in flags else no for flag, name in columns.items()}


def _attach(project, paper):
    attachments = project.tables["attachment"]
    number = len(attachments) + 1
    attachments.append({"project_code": project.row["project_code"], "attachment_no": number,
                        **paper, "file_name": f"{project.key}-{number}.pdf"})  # fmt: skip
    return number


def _more_pay(project):
    """Contributions that follow from the first line, where the text does not give them."""
    lines = project.tables["line"]
    held = {row["economic_class"] for row in lines}
    for item, economic, percent in RIGID_MORE:
        if economic not in held:
            amount = (lines[0]["amount_yuan"] * percent / 100).quantize(Decimal(100))
            lines.append(_line(project, f"{item}|{economic}||{amount}"))


def _sum(project):
    total = sum(row["amount_yuan"] for row in project.tables["line"])
    project.row["amount_yuan"] = project.row["fiscal_yuan"] = total


def _rank(projects):
    """The department's own order, and the unit's within it; pay and running costs have none."""
    for keys in bureau.ORDER.values():
        within = Counter()
        for rank, key in enumerate(keys.split(), 1):
            row = projects[key].row
            within[row["unit_code"]] += 1
            row["dept_rank"], row["unit_rank"] = rank, within[row["unit_code"]]


def _faults(projects):
    plants = []
    for key, kind, texts, column, what in faults.ADD:
        project = projects[key]
        added = [_line(project, text) for text in texts]
        for number, row in enumerate(added, len(project.tables["line"]) + 1):
            row["line_no"] = number
        project.tables["line"] += added
        _sum(project)
        plants.append(Plant(key, kind, "line", added[0], column, what))
    for key, kind, table, nth, changes, what in faults.SET:
        project = projects[key]
        row = project.rows(table)[nth]
        for column, value in changes.items():
            slips = value == "÷10000"
            row[column] = (row[column] / 10000).quantize(Decimal("0.01")) if slips else value
        if table == "line":
            if {"quantity", "unit_price_yuan"} & set(changes):
                row["amount_yuan"] = product(row)
            _sum(project)
        plants.append(Plant(key, kind, table, row, next(iter(changes)), what))
    for key, kind, table, column, value, what in faults.DROP:
        project = projects[key]
        project.tables[table] = [
            row for row in project.tables[table] if value is not None and row[column] != value
        ]  # fmt: skip
        plants.append(Plant(key, kind, "project", project.row, "project_code", what))
    plants.append(_split(projects))
    key, kind, what = faults.HOLLOW
    for row in projects[key].tables["target"]:
        row |= {"direction": "=", "value_text": "100", "value": Decimal(100), "measure_unit": ""}
    plants.append(Plant(key, kind, "target", projects[key].tables["target"][0], "value_text", what))
    return plants


def _split(projects):
    key, kind, what = faults.SPLIT
    project = projects[key]
    whole, *rest = project.tables["line"]
    parts = []
    for number in range(3):
        part = whole | {"quantity": whole["quantity"] / 3}
        part["expense_item"] = f"{whole['expense_item']}（第{'一二三'[number]}批）"
        part["amount_yuan"] = product(part)
        parts.append(part)
    project.tables["line"] = parts + rest
    for number, row in enumerate(project.tables["line"], 1):
        row["line_no"] = number
    return Plant(key, kind, "line", parts[0], "catalogue_item", what)


def _extra(projects):
    """Rows that intake or the freeze must turn away."""
    extra, plants = {}, []
    for department, kind, like, values, what in faults.EXTRA:
        first = next(p for p in projects.values() if p.unit.startswith(department) and not p.rigid)
        source = projects[like] if like else first
        row = source.row | values
        if not like:
            row = {
                name: value for name, value in row.items()
                if name not in {"summary", "annual_goal", "prior_project_code", "place"}
            }  # fmt: skip
            row["project_code"] = source.row["project_code"][:-4] + "0000"
            row["dept_rank"] = ""
        extra.setdefault(department, []).append(row)
        plants.append(Plant(like, kind, "project", row, next(iter(values)), what))
    return extra, plants
