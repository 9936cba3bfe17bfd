"""The bureau's half of samples/small: units, history, lists, evaluations, ceilings, counts."""

from __future__ import annotations

from decimal import Decimal

import small_bureau as bureau
import small_faults as faults

WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WAN = Decimal(10000)
UNIT_FIELDS = (
    "unit_name", "unit_type", "unit_level", "quota_count", "staff_count", "retired_count",
    "contract_staff_count", "office_area_sqm", "vehicle_quota_count", "vehicle_count",
    "student_count", "bed_count", "village_count", "population_count",
)  # fmt: skip
ZERO_IS_BLANK = frozenset({
    "office_area_sqm", "student_count", "bed_count", "village_count", "population_count",
})  # fmt: skip


def write(projects, loaded, book_of, region):
    """Write the workbooks; returns the records of the faults planted in them."""

    def book(name, sheets, provider="财政"):
        folder = "外部数据" if provider == "外部" else "财政数据"
        made = book_of(f"{folder}/{name}.xlsx")
        made.cover(数据提供=provider)
        for table, rows, heads in sheets:
            fields = list(dict.fromkeys(field for row in rows for field in row))
            named = {
                field: heads.get(field, loaded.tables[table].column(field).zh) for field in fields
            }
            made.sheet(loaded.tables[table].zh, named, rows)
        made.book.close()
        return made

    units, evaluations = _units(region), _evaluations(projects)
    organisation = book("单位基本信息", [
        ("organisation", units, {"own_fund_balance_yuan": "单位资金结余（元）"}),
        ("region", [_region(region)], {}),
    ])  # fmt: skip
    history, lineage = _past(projects)
    wan = {name: f"{zh}（万元）" for name, zh in (
        ("original_yuan", "年初预算数"), ("adjusted_yuan", "全年预算数"), ("executed_yuan", "执行数"),
    )}  # fmt: skip
    book("历年预算执行", [("history", history, wan), ("lineage", lineage, {})])
    book("年度重点任务", [("priority_task", _tasks(), {})])
    book("三定职责", [("duty", _duties(), {})])
    book("补助政策清单", [
        ("entitlement", _entitlements(region), {"standard_yuan": "补助标准（元）"}),
    ])  # fmt: skip
    book("疑似重复项目", [("duplicate_pair", _pairs(projects), {})])
    book("车辆台账", [("vehicle", _vehicles(), {"price_yuan": "购置价格（元）",
                                             "running_yuan": "上年运行维护费（元）"})])  # fmt: skip
    evaluated = book("绩效评价结果", [("evaluation", evaluations, {})])
    book("预算控制数", [("ceiling", _ceilings(projects), {"amount_yuan": "控制数（元）"})])
    book("受益人数核对", [("beneficiary_count", _counts(region), {})], "外部")
    return _planted(projects, (units, organisation), (evaluations, evaluated))


def _planted(projects, organisation, evaluated):
    """Where the two faults of the bureau's own data stand."""
    unit, kind, what = faults.BAD_CREDIT_CODE
    rows, made = organisation
    row = next(row for row in rows if row["unit_code"] == unit)
    sheet, cell = made.places[id(row), "credit_code"]
    records = [["", kind, sheet, cell, f"{unit} {what}", made.name]]
    key, kind, what = faults.SELF_SCORE_GAP
    rows, made = evaluated
    prior = projects[key].row["prior_project_code"]
    row = next(row for row in rows if row["project_code"] == prior and row["kind"] == "单位自评")
    sheet, cell = made.places[id(row), "score"]
    return [*records, ["", kind, sheet, cell, f"{projects[key].row['project_name']}{what}", made.name]]


def _region(region):
    return {"region": region, "region_name": "样例县（虚构）", "region_level": "县级",
            "population_count": 420000, "registered_count": 503000, "township_count": 18,
            "village_count": 280, "as_of": "2025-12-31"}  # fmt: skip


def _credit_code(number: int) -> str:
    """A code of the fictitious region with a right check digit."""
    body = f"11990101MB{number:07d}"
    total = sum(ALPHABET.index(mark) * weight for mark, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[-total % 31]


def _units(region):
    rows = []
    for number, (code, values) in enumerate(bureau.UNITS.items(), 1):
        credit = _credit_code(1000 + number * 37)
        if code == faults.BAD_CREDIT_CODE[0]:
            credit = credit[:-1] + ("1" if credit[-1] != "1" else "2")
        row = {"unit_code": code, "department_code": code[:3],
               "department_name": bureau.DEPARTMENTS[code[:3]], "region": region,
               "credit_code": credit, "funding_form": "财政全额保障",
               "is_township": "是" if code == "106001" else "否"}  # fmt: skip
        for field, value in zip(UNIT_FIELDS, values, strict=True):
            row[field] = "" if value == 0 and field in ZERO_IS_BLANK else value
        row["own_fund_balance_yuan"] = bureau.OWN_FUNDS.get(code, 0)
        row["as_of"] = "2026-08-31"
        rows.append(row)
    return rows


def _past(projects):
    """Two years of each project under last year's code, and how that is this year's project."""
    history, lineage = [], []
    for project in projects.values():
        if not project.past:
            continue
        prior = project.row["prior_project_code"]
        if not isinstance(prior, str):  # the unit's own figure was spoilt; the bureau has the code
            prior = "99010126Y000009090909"
        last, rate, this, to_july = project.past
        name = bureau.RENAMED.get(project.key, project.row["project_name"].replace("2027", "2026"))
        for year, as_of, months, budget, percent in (
            (2025, "2025-12-31", 12, last, rate), (2026, "2026-07-31", 7, this, to_july),
        ):  # fmt: skip
            history.append({
                "project_code": prior, "project_name": name, "unit_code": project.unit,
                "department_code": project.unit[:3], "year": year, "as_of": as_of,
                "period_months": months, "project_category": project.row["project_category"],
                "functional_class": project.row["functional_class"], "original_yuan": budget,
                "adjusted_yuan": budget,
                "executed_yuan": (budget * percent / 100).quantize(Decimal("0.01")),
            })  # fmt: skip
        if project.key not in bureau.NO_LINEAGE:
            lineage.append({
                "project_code": project.row["project_code"], "prior_project_code": prior,
                "prior_year": 2026, "kind": "改名" if project.key in bureau.RENAMED else "同一项目",
                "share": 1, "confirmed_by": "样例审核员", "confirmed_on": "2026-09-08",
            })  # fmt: skip
    return history, lineage


def _tasks():
    return [
        {"task_code": code, "budget_year": 2027, "task_name": name, "kind": kind,
         "title": "样例县（虚构）2027年重点任务清单", "department_code": department}
        for code, name, kind, department, _ in bureau.TASKS
    ]  # fmt: skip


def _duties():
    return [
        {"duty_code": code, "department_code": code[2:5], "duty_text": text, "spending_duty": duty,
         "is_core": core, "doc_no": f"样例编字〔2023〕{code[2:5]}号", "effective_from": "2023-06-01"}
        for code, text, duty, core in bureau.DUTIES
    ]  # fmt: skip


def _entitlements(region):
    fields = ("entitlement_code", "entitlement_name", "department_code", "beneficiary_kind",
              "unit_of_measure", "standard_yuan", "period", "county_share", "doc_no")  # fmt: skip
    return [
        dict(zip(fields, values, strict=True)) | {
            "region": region, "issuer_level": "省级", "effective_from": "2025-01-01",
        }
        for values in bureau.ENTITLEMENTS
    ]  # fmt: skip


def _counts(region):
    return [
        {"entitlement_code": code, "region": region, "as_of": day, "counted_by": system,
         "person_count": persons, "declared_count": declared}
        for code, system, day, persons, declared in bureau.COUNTS
    ]  # fmt: skip


def _pairs(projects):
    code = {key: project.row["project_code"] for key, project in projects.items()}
    return [
        {"project_code": code[key], "other_project_code": code[other], "other_year": 2027,
         "name_similarity": Decimal(name), "content_similarity": Decimal(content),
         "same_place": place, "conclusion": conclusion,
         "confirmed_by": "样例审核员" if conclusion else ""}
        for key, other, name, content, place, conclusion in bureau.PAIRS
    ]  # fmt: skip


def _vehicles():
    fields = ("plate_no", "unit_code", "vehicle_kind", "bought_on", "price_yuan", "mileage_km",
              "running_yuan")  # fmt: skip
    return [dict(zip(fields, values, strict=True)) for values in bureau.VEHICLES]


def _evaluations(projects):
    rows = []
    for key, found in bureau.EVALUATIONS.items():
        project = projects[key]
        for kind, score, grade, problem in found:
            rows.append({
                "project_code": project.row["prior_project_code"], "unit_code": project.unit,
                "year": 2025, "kind": kind, "score": Decimal(score), "grade": grade,
                "problem": problem,
                "evaluated_on": "2026-04-20" if kind == "单位自评" else "2026-07-15",
            })  # fmt: skip
    return rows


def _ceilings(projects):
    rows = []
    for code, percent in bureau.CEILINGS.items():
        asked = sum(
            sum(Decimal(line["amount_yuan"]) for line in project.tables["line"])
            for project in projects.values()
            if project.unit.startswith(code) and not project.rigid
        )
        rows.append({
            "department_code": code, "budget_year": 2027, "fund_source": "一般公共预算本级",
            "kind": "项目支出", "round": "一下",
            "amount_yuan": (asked * percent / 100).quantize(WAN), "issued_on": "2026-09-10",
        })  # fmt: skip
    return rows
