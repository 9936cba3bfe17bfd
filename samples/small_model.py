"""The small sample as rows, made from its texts; faults are put in last, each with its place."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from decimal import Decimal

import small_bureau as bureau
import small_faults as faults
import small_people
import small_works

SEED = 20270
YEAR = 2027
LEVEL2 = {
    "成本": ("成本指标", "经济成本指标"), "数量": ("产出指标", "数量指标"),
    "质量": ("产出指标", "质量指标"), "时效": ("产出指标", "时效指标"),
    "经济": ("效益指标", "经济效益指标"), "社会": ("效益指标", "社会效益指标"),
    "生态": ("效益指标", "生态效益指标"), "满意": ("满意度指标", "服务对象满意度指标"),
}  # fmt: skip
LANES = {
    "rigid": "刚性测算", "formula": "标准公式", "works": "工程", "operation": "运行维护与采购",
    "policy": "专项资金与政策", "one_off": "一次性及其他",
}  # fmt: skip
CATEGORIES = {"11": "人员类", "21": "公用经费", "22": "其他运转类", "3": "特定目标类"}
# token: kind, issuer, its level, document number, title, kind of attachment
BASES = {
    "政纪": ("政府会议纪要", "样例县人民政府", "县级", "样例县政纪〔2026〕{n}号",
           "样例县人民政府常务会议纪要（第{n}次）", "政府会议纪要"),
    "上级": ("上级文件", "样例省主管厅", "省级", "样例厅发〔2025〕{n}号",
           "样例省主管厅关于做好有关工作的通知（样例）", "上级文件"),
    "部门": ("部门文件", "样例县主管局", "县级", "样例局发〔2026〕{n}号",
           "样例县主管局2027年工作计划（样例）", "部门文件"),
    "批示": ("领导批示", "样例县人民政府", "县级", "", "关于请示事项的批示（样例）", "领导批示"),
    "合同": ("合同", "", "", "样例合同2025-{n}", "服务合同（样例）", "合同"),
    "三定": ("三定职责", "样例县机构编制委员会", "县级", "", "职能配置规定（样例）", "三定规定"),
    "批复": ("部门文件", "样例县发展和改革局", "县级", "样例发改审批〔2026〕{n}号",
           "关于项目的批复（样例）", "立项批复"),
}  # fmt: skip
ATTACHED_ONLY = {"检测": "检测鉴定报告", "报价": "询价报价单"}
APPROVALS = {"概算": "概算批复", "可研": "可研批复", "立项": "立项批复"}
RIGID_MORE = (("职工基本医疗保险缴费", "30110", 8), ("职业年金缴费", "30109", 8), ("工会经费", "30228", 2))
INDICATOR = re.compile(r"^(.+?)(≥|≤|=|>|<)(-?[\d.]+)(.*)$")


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
    _rank(projects, draw)
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
        "unit_code": unit, "unit_name": bureau.UNITS[unit][0], "budget_year": YEAR,
        "project_category": CATEGORIES[category], "lane": LANES[lane], "functional_class": function,
        "is_secret": "否",
    }  # fmt: skip
    project = Project(key, row)
    if lane != "rigid":
        row["project_attribute"] = attribute
        row["start_date"], row["end_date"] = _term(lane, attribute, draw)
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
        project.row |= dict(part.split("=", 1) for part in text.split(", "))
    elif mark == "-":
        project.tables["line"].append(_line(project, text))
    elif mark == "=":
        for part in text.split(";"):
            _target(project, part)
        _weigh(project)
    elif mark == "@":
        for token in text.split():
            _basis(project, token, draw)
    elif mark == "^":
        project.past = tuple(Decimal(part) for part in text.split())


def _line(project, text):
    item, economic, quantity, price, *options = text.split("|")
    row = {
        "project_code": project.row["project_code"], "expense_item": item,
        "line_no": len(project.tables["line"]) + 1, "economic_class": economic,
        "fund_source": "一般公共预算本级",
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
            row[OPTIONS[name]] = value
    row["amount_yuan"] = product(row)
    return row


OPTIONS = {
    "price": "price_basis", "months": "months_covered", "days": "days", "persons": "persons",
    "staff": "staff_persons", "meeting": "meeting_class", "training": "training_class",
    "special": "is_special_purpose", "asset": "asset_category",
}  # fmt: skip


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
        row["level3"], row["direction"], row["value"], row["measure_unit"] = match.groups()
        row["value_text"] = f"{match[2]}{match[3]}{match[4]}"
        row["value"] = Decimal(match[3])
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
    attached = token.startswith("*")
    token = token.removeprefix("*")
    head, number = token[:2], re.sub(r"\D", "", token)
    code = project.row["project_code"]
    day = f"{draw.choice((2025, 2026))}-{draw.randrange(1, 9):02d}-{draw.randrange(1, 28):02d}"
    attachments = project.tables["attachment"]
    if head in ATTACHED_ONLY:
        attachments.append({
            "project_code": code, "attachment_no": len(attachments) + 1,
            "kind": ATTACHED_ONLY[head], "title": f"{project.row['project_name']}{head}材料（样例）",
            "issued_on": day, "file_name": f"{project.key}-{len(attachments) + 1}.pdf",
        })  # fmt: skip
        return
    row = {"project_code": code, "basis_no": len(project.tables["basis"]) + 1}
    if head == "法规":
        row |= {"kind": "法律", "issuer_level": "中央", "title": f"中华人民共和国{token[2:]}"}
    else:
        kind, issuer, level, doc_no, title, paper = BASES[head]
        paper = APPROVALS.get(token[2:4], paper)
        row |= {
            "kind": kind, "issuer": issuer, "issuer_level": level, "title": title.format(n=number),
            "doc_no": doc_no.format(n=number), "issued_on": day,
            "names_project": "是" if head in {"政纪", "批复", "批示", "合同"} else "否",
            "names_amount": "是" if head in {"批复", "合同"} else "否",
        }  # fmt: skip
        if head == "合同":
            row["named_amount_yuan"] = project.tables["line"][0]["amount_yuan"]
        if attached:
            row["attachment_no"] = len(attachments) + 1
            attachments.append({
                "project_code": code, "attachment_no": len(attachments) + 1, "kind": paper,
                "title": row["title"], "doc_no": row["doc_no"], "issued_on": day,
                "file_name": f"{project.key}-{len(attachments) + 1}.pdf",
            })  # fmt: skip
    project.tables["basis"].append(row)


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


def _rank(projects, draw):
    """Each department puts its projects in order; pay and running costs are not ranked."""
    for department in bureau.DEPARTMENTS:
        own = [
            project for project in projects.values()
            if project.unit.startswith(department) and not project.rigid
        ]  # fmt: skip
        draw.shuffle(own)
        for rank, project in enumerate(own, 1):
            project.row["dept_rank"] = rank


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
            row[column] = row[column] * 10000 if value == "×10000" else value
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
