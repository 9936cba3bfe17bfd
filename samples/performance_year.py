"""A fictitious county's 120 projects through the year 2026: monitoring, self-evaluation, use.

Every figure is made up from the project's number, so the same rows come out every time, and they
agree with one another; samples/performance_faults.py then plants the faults.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from performance_departments import YEAR, Row, Rows, assessed, whole_department

CENT = Decimal("0.01")
DEPARTMENTS = (
    ("101", "教育体育局", ("班班通设备更新", "校舍维修", "校园安保服务", "教师培训", "普惠幼儿园补助", "中高考组考")),
    ("102", "卫生健康局", ("基本公共卫生服务", "村卫生室运行补助", "卫生院设备购置", "疾控试剂采购", "急救站运行", "妇幼保健项目")),
    ("103", "农业农村局", ("高标准农田建设", "农业保险补贴", "动物防疫", "户厕改造", "村级防疫员补助", "产业大棚建设")),
    ("104", "交通运输局", ("农村公路日常养护", "危桥改造", "县道路面改造", "城乡公交运营补贴", "安防工程", "养护机械购置")),
    ("105", "城市管理局", ("城区道路保洁服务", "生活垃圾收运", "绿化养护", "智慧城管运维", "公厕改造", "路灯维护")),
    ("106", "民政局", ("养老机构运行补贴", "高龄津贴核发服务", "敬老院改造", "社区服务站建设", "流浪救助", "殡葬设施维修")),
    ("107", "水利局", ("小型水库维修养护", "山塘清淤", "农村饮水维修", "河道巡查服务", "灌区改造", "防汛物资储备")),
    ("108", "林业局", ("松材线虫防治", "森林防火监控", "护林员补助", "造林补植", "林区道路维护", "古树保护")),
    ("109", "住房和城乡建设局", ("老旧小区改造", "污水管网维护", "农房危改", "房屋安全鉴定", "海绵设施维护", "燃气安全检查")),
    ("110", "自然资源局", ("地灾防治监测", "国土空间规划编制", "地籍测绘", "矿山复绿", "不动产档案整理", "卫片核查")),
    ("111", "生态环境分局", ("空气站运维", "入河排污口整治", "危废处置", "秸秆禁烧巡查", "环境监测设备更新", "饮用水源保护")),
    ("112", "公安局", ("视频点位租赁", "执法装备购置", "交通信号设施维护", "禁毒宣传", "看守所设施维修", "反诈平台运维")),
    ("113", "应急管理局", ("应急物资储备", "安全生产检查服务", "避灾场所建设", "应急指挥系统运维", "森防队伍装备", "灾害信息员补助")),
    ("114", "市场监督管理局", ("食品抽检", "特种设备检验", "计量器具检定", "农贸市场快检", "知识产权资助", "药品抽检")),
    ("115", "文化和旅游局", ("公共馆免费开放", "文物抢险修缮", "送戏下乡", "图书购置", "旅游标识建设", "非遗保护")),
    ("116", "融媒体中心", ("新闻采编设备更新", "应急广播运维", "公益宣传制作", "演播室改造", "云平台租用", "传输线路租赁")),
    ("117", "科技和工业信息化局", ("研发后补助", "企业上云补贴", "技改项目奖补", "科普活动", "工业园区道路维护", "人才培训")),
    ("118", "人力资源和社会保障局", ("公益岗位补贴", "就业培训", "创业担保贴息", "劳动仲裁服务", "社保档案数字化", "人才招聘活动")),
    ("119", "退役军人事务局", ("优抚对象短期疗养", "烈士设施维护", "退役士兵培训", "双拥慰问", "服务站建设", "军休服务")),
    ("120", "青石镇人民政府", ("集镇保洁", "便民中心维修", "村道硬化", "山塘整修", "人居环境整治", "文化广场维护")),
)  # fmt: skip
UNITS = ("处", "人次", "公里", "台套", "户", "亩", "件", "场次")
GRADES = ("cost", "plain", "usual", "usual", "usual")
MONITORED = ((date(2026, 7, 31), 7), (date(2026, 10, 31), 10))


def cents(value: Decimal | str | int) -> Decimal:
    """Money to the cent, cut off."""
    return Decimal(value).quantize(CENT, ROUND_DOWN)


def project(at: int) -> Row:
    """What everything about a project follows from, by its number."""
    department, bureau, names = DEPARTMENTS[at // 6]
    size = (at * 7919 + 13) % 97
    adjusted = Decimal(120000 + size * size * 900 + (at % 9) * 35000)
    done = Decimal(92 + (at * 5) % 9) / 100
    return {
        "at": at,
        "project_code": f"99010126T{at * 1013 + 500007:012d}",
        "project_name": f"{names[at % 6]}（样例）",
        "department_code": department,
        "department_name": f"样例县{bureau}",
        "unit_code": f"{department}00{1 + at % 2}",
        "adjusted": adjusted,
        "executed": cents(adjusted * done),
        "kind": GRADES[at % len(GRADES)],
        "target": 20 + (at * 37) % 480,
        "measure": UNITS[at % len(UNITS)],
    }


def indicators(one: Row) -> list[Row]:
    """A project's indicators: level, name, direction, target, final value, weight, how scored."""
    kind, target, at = one["kind"], one["target"], one["at"]
    short = Decimal(target * (96 + at % 5)) / 100
    output, benefit = {"cost": (40, 20), "plain": (50, 40), "usual": (50, 30)}[kind]
    satisfied = Decimal(90 + at % 9)
    made = [
        ("产出指标", "数量指标", f"完成{one['measure']}数", "≥", target, short, output - 20, "完成比例赋分"),
        ("产出指标", "质量指标", "验收合格率", "≥", 98, Decimal(98 + at % 3), 10, "完成比例赋分"),
        ("产出指标", "时效指标", "按期完成率", "=", 100, Decimal(100), 10, "直接赋分"),
        ("效益指标", "社会效益指标", "服务保障能力", "定性", None, None, benefit - 10, "评判等级赋分"),
        ("效益指标", "社会效益指标", "受益覆盖率", "≥", 85, Decimal(86 + at % 8), 10, "完成比例赋分"),
    ]  # fmt: skip
    if kind == "cost":
        made.append(
            ("成本指标", "经济成本指标", "单位成本", "≤", 5000, Decimal(4800), 20, "直接赋分")
        )
    if kind != "plain":
        made.append(
            (
                "满意度指标",
                "服务对象满意度指标",
                "服务对象满意度",
                "≥",
                90,
                satisfied,
                10,
                "满意度赋分",
            )
        )
    names = ("level1", "level2", "level3", "direction", "target_value", "final", "full_score")
    return [
        dict(zip((*names, "scoring"), row, strict=True)) | {"target_no": number}
        for number, row in enumerate(made, 1)
    ]


def monitored(one: Row, rows: Rows) -> None:
    """Two monitoring dates of a project, its indicators, and the bureau's own figures."""
    for day, months in MONITORED:
        share = (
            Decimal(56 + one["at"] % 9) / 100 if months == 7 else Decimal(84 + one["at"] % 7) / 100
        )
        executed = cents(one["adjusted"] * share)
        head = {
            "project_code": one["project_code"],
            "unit_code": one["unit_code"],
            "year": YEAR,
            "as_of": day,
        }
        rows["monitoring"].append(
            head
            | {
                "project_name": one["project_name"],
                "department_code": one["department_code"],
                "months": months,
                "adjusted_yuan": one["adjusted"],
                "executed_yuan": executed,
                "end_date": date(YEAR, 12, 20),
                "unit_forecast": "能完成",
                "is_stopped": "否",
                "has_problem": "否",
                "reported_on": day + timedelta(days=6),
                "report_due_on": day + timedelta(days=10),
            }
        )
        history(one, rows, day, months, executed)
        for each in indicators(one):
            rows["indicator_progress"].append(head | progress(one, each, share))
    history(one, rows, date(YEAR, 12, 31), 12, one["executed"])


def progress(one: Row, each: Row, share: Decimal) -> Row:
    """An indicator on a monitoring date; only the quantity adds up month by month."""
    names = ("target_no", "level1", "level2", "level3", "direction", "target_value")
    made = {name: each[name] for name in names} | {"unit_forecast": "能完成", "is_cumulative": "否"}
    if each["direction"] == "定性":
        return made | {"state": "达成年度指标"}
    if each["level2"] == "数量指标":
        planned = cents(each["target_value"] * share)
        return made | {
            "is_cumulative": "是",
            "measure_unit": one["measure"],
            "planned_value": planned,
            "actual_value": planned,
        }
    return made | {"actual_value": each["final"], "measure_unit": "%"}


def history(one: Row, rows: Rows, day: date, months: int, executed: Decimal) -> None:
    """The bureau's figures of a project up to a day."""
    rows["history"].append(
        {
            "project_code": one["project_code"],
            "project_name": one["project_name"],
            "unit_code": one["unit_code"],
            "department_code": one["department_code"],
            "year": YEAR,
            "as_of": day,
            "period_months": months,
            "original_yuan": one["adjusted"],
            "adjusted_yuan": one["adjusted"],
            "executed_yuan": executed,
        }
    )


def paid(one: Row, rows: Rows) -> None:
    """Four payments that add up to what was executed."""
    left = one["executed"]
    for number, share in enumerate(("0.3", "0.3", "0.25", ""), 1):
        amount = cents(one["executed"] * Decimal(share)) if share else left
        left -= amount
        rows["payment"].append(
            {
                "payment_no": f"YL{one['at']:03d}-{number}",
                "unit_code": one["unit_code"],
                "project_code": one["project_code"],
                "year": YEAR,
                "paid_on": date(YEAR, 3 * number, 10 + one["at"] % 15),
                "amount_yuan": amount,
                "pay_method": "财政直接支付",
                "payee": f"样例{one['at'] * 3 % 41:02d}公司（虚构）",
                "payee_kind": "企业",
                "purpose": one["project_name"],
            }
        )


def scored(each: Row) -> Decimal:
    """What an indicator earns by its way of scoring."""
    full = Decimal(each["full_score"])
    if each["direction"] in {"定性", "≤", "="} or each["final"] >= each["target_value"]:
        return full
    return cents(full * each["final"] / each["target_value"])


def self_evaluated(one: Row, rows: Rows) -> None:
    """A project's self-evaluation, scored as its final values allow."""
    execution = cents(one["executed"] * 10 / one["adjusted"])
    total = execution
    head = {"project_code": one["project_code"], "unit_code": one["unit_code"], "year": YEAR}
    for each in indicators(one):
        score = scored(each)
        total += score
        short = each["final"] is not None and score < each["full_score"]
        names = ("target_no", "level1", "level2", "level3", "direction", "target_value", "scoring")
        rows["self_indicator"].append(
            head
            | {name: each[name] for name in (*names, "full_score")}
            | {
                "actual_value": each["final"],
                "state": "达成年度指标" if each["direction"] == "定性" else None,
                "score": score,
                "measure_unit": one["measure"] if each["level2"] == "数量指标" else None,
                "respondents": 60 + one["at"] if each["level1"] == "满意度指标" else None,
                "reason": "雨季影响，已顺延完成" if short else None,
                "evidence": "验收单、台账",
            }
        )
    rows["self_evaluation"].append(
        head
        | {
            "project_name": one["project_name"],
            "department_code": one["department_code"],
            "original_yuan": one["adjusted"],
            "adjusted_yuan": one["adjusted"],
            "executed_yuan": one["executed"],
            "evidence_yuan": one["executed"],
            "execution_score": execution,
            "total_score": total,
            "expected_goal": f"完成{one['target']}{one['measure']}，保障正常运行",
            "actual_goal": f"按计划完成{one['measure']}任务",
            "planned_finish_on": date(YEAR, 12, 20),
            "finished_on": date(YEAR, 12, 1 + one["at"] % 18),
            "evaluated_on": date(YEAR + 1, 2, 5 + one["at"] % 15),
            "report_due_on": date(YEAR + 1, 2, 28),
        }
    )


JUDGED = (
    "basis_grade", "procedure_grade", "goal_grade", "indicator_grade", "budgeting_grade",
    "distribution_grade", "rules_grade", "practice_grade", "effect_grade",
)  # fmt: skip
ITEM_GRADES = ("符合",) * 6 + ("基本符合",) * 4 + ("不符合",)


def evaluated(one: Row, rows: Rows) -> None:
    """One project in four evaluated by its department, one in eight by the bureau; used after."""
    at, adjusted = one["at"], one["adjusted"]
    if at % 4:
        return
    total = rows["self_evaluation"][-1]["total_score"]
    for kind in ("部门评价", "财政评价") if at % 8 == 0 else ("部门评价",):
        score = min(Decimal(96), total - (5 if kind == "部门评价" else 7)).quantize(Decimal("0.1"))
        rows["evaluation"].append(
            {
                "project_code": one["project_code"],
                "unit_code": one["unit_code"],
                "project_name": one["project_name"],
                "department_code": one["department_code"],
                "year": YEAR,
                "kind": kind,
                "evaluator": "样例评价机构（虚构）",
                "score": score,
                "grade": "优" if score >= 90 else "良",
                "evaluated_on": date(YEAR + 1, 5, 20),
                "is_corrected": "是",
                "correct_due_on": date(YEAR + 1, 8, 31),
                "budget_yuan": adjusted,
                "arrived_yuan": adjusted,
                "spent_yuan": one["executed"],
                "misused_yuan": 0,
                "planned_count": one["target"],
                "done_count": one["target"] * (100 - at % 13) // 100,
                "qualified_count": cents(one["target"] * (100 - at % 13) // 100 * Decimal("0.94")),
                "planned_on": date(YEAR, 12, 20),
                "done_on": date(YEAR, 12, 1 + at % 18),
                "planned_cost_yuan": adjusted,
                "actual_cost_yuan": one["executed"],
                "satisfaction_percent": 84 + at % 13,
            }
            | {
                name: ITEM_GRADES[(at // 4 * 5 + number * 3) % 11]
                for number, name in enumerate(JUDGED)
            }
        )
    rows["result_use"].append(
        {
            "project_code": one["project_code"],
            "project_name": one["project_name"],
            "unit_code": one["unit_code"],
            "department_code": one["department_code"],
            "year": YEAR,
            "grade": rows["evaluation"][-1]["grade"],
            "action": "继续安排",
            "base_yuan": adjusted,
            "next_project_code": one["project_code"].replace("99010126", "99010128"),
            "next_asked_yuan": adjusted,
            "tell_due_on": date(YEAR + 1, 6, 30),
            "told_on": date(YEAR + 1, 6, 12),
            "correct_due_on": date(YEAR + 1, 8, 31),
            "corrected_on": date(YEAR + 1, 8, 3),
        }
    )


def year() -> Rows:
    """The whole year without a fault."""
    rows: Rows = {
        name: []
        for name in (
            "monitoring", "indicator_progress", "self_evaluation", "self_indicator",
            "department_evaluation", "ex_ante", "history", "payment", "evaluation", "result_use",
        )
    }  # fmt: skip
    steps: tuple[Callable[[Row, Rows], None], ...] = (monitored, paid, self_evaluated, evaluated)
    for at in range(120):
        one = project(at)
        for step in steps:
            step(one, rows)
    for number, (code, bureau, _) in enumerate(DEPARTMENTS):
        whole_department(number, code, bureau, rows)
        assessed(number, code, rows)
    return rows
