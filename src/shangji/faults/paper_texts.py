"""The papers behind a made county's projects, as text: heads, sentences and tables of each kind.

Every sentence is ours; names, numbers and offices are those of the made county.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.world import Project, Row

WAN = Decimal(10000)
Table = tuple[tuple[str, ...], ...]
"""Rows of texts; a cell that repeats the one before it is merged with it."""

NUMERALS = "零壹贰叁肆伍陆柒捌玖"
SMALL, GREAT = ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")
OFFERS = (
    "本单位按照询价通知的要求派员到现场看过，人员、车辆、工具和耗材全部自备，包括税金、保险和安全措施费。",
    "报价依据近一年同类业务的实际成本测算，含人工、材料、运输、管理费和税费，价格在有效期内不作调整。",
    "我方承诺按约定时间进场，指定一名负责人全程联系，发现质量问题两个工作日内返工，不另外收取费用。",
)


@dataclass
class Paper:
    """A paper: head, number, title, paragraphs, table, foot; what is hidden in it, what is wrong.

    `stamp` is a mark of secrecy above everything else.
    """

    kind: str
    title: str
    body: list[str]
    number: str = ""
    foot: tuple[str, str] = ("", "")
    table: Table = ()
    hidden: str = ""
    stamp: str = ""
    more: list[str] = field(default_factory=list)


def wan(amount: Decimal) -> str:
    """An amount as papers write it in ten thousands, exactly.

    >>> wan(Decimal("30960000.00")), wan(Decimal("123450.50"))
    ('3096万元', '123450.50元')
    """
    value = Decimal(amount) / WAN
    short = value.quantize(Decimal("0.0001"))
    if short != value or short != short.quantize(Decimal("0.01")):
        return f"{amount:.2f}元"
    return f"{short.normalize():f}万元"


def capital(amount: Decimal) -> str:
    """A whole amount of yuan in the numerals of contracts.

    >>> capital(Decimal("3000000")), capital(Decimal("10203.00"))
    ('叁佰万元整', '壹万零贰佰零叁元整')
    """
    digits = str(int(amount))
    groups = []
    while digits:
        digits, group = digits[:-4], digits[-4:]
        groups.append(group)
    text = ""
    for at in range(len(groups) - 1, -1, -1):
        part = _group(groups[at])
        if not part:
            continue
        if text and groups[at].rjust(4, "0")[0] == "0":
            text += "零"
        text += part + GREAT[at]
    return f"{text or '零'}元整"


def _group(digits: str) -> str:
    text = ""
    for at, digit in enumerate(digits):
        place = len(digits) - at - 1
        if digit != "0":
            text += NUMERALS[int(digit)] + SMALL[place]
        elif text and not text.endswith("零") and digits[at:].strip("0"):
            text += "零"
    return text.strip("零") if digits.startswith("0") else text


def day(text: str) -> str:
    """A date as papers write it."""
    year, month, number = text.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def minutes(project: Project, row: Row, amount: Decimal, *, opinion: str = "") -> Paper:
    """Minutes of a meeting of the county's government on a project."""
    name = project.row["project_name"]
    said = opinion or (f"会议同意实施{name}，由县财政安排资金{wan(amount)}，列入2027年部门预算。")
    body = [
        f"{day(row['issued_on'])}，县人民政府召开常务会议，听取有关单位汇报，现将议定事项纪要如下：",
        f"一、听取了{project.row['unit_name']}关于{name}的汇报。{said}",
        "二、有关单位要按照批准的方案组织实施，资金专款专用，年底前报告完成情况。",
    ]
    return Paper("government_minutes", row["title"], body, row.get("doc_no", ""),
                 ("样例县人民政府办公室", day(row["issued_on"])))  # fmt: skip


def instruction(project: Project, row: Row, *, words: str) -> Paper:
    """A leader's words on a request."""
    body = [
        f"来文单位：{project.row['unit_name']}",
        f"来文标题：关于{project.row['project_name']}经费的请示",
        f"拟办意见：拟请县领导阅示。{day(row['issued_on'])}",
        f"批示意见：{words}",
    ]
    return Paper(
        "instruction", "县领导批示件", body, "", ("样例县人民政府办公室", day(row["issued_on"]))
    )


def approval(
    project: Project, row: Row, amount: Decimal, *, estimate: bool, area: Decimal | None
) -> Paper:
    """An approval of a study or of an estimate, with the table of its parts."""
    name = project.row["project_name"]
    what = "初步设计概算" if estimate else "可行性研究报告"
    total = f"核定概算总投资{wan(amount)}" if estimate else f"项目估算总投资{wan(amount)}"
    size = f"建筑面积{area:f}平方米。" if area else ""
    works = (amount * Decimal("0.86")).quantize(WAN)
    other = (amount * Decimal("0.09")).quantize(WAN)
    parts = [("工程费用", works), ("工程建设其他费用", other), ("预备费", amount - works - other)]
    rows = [("投资构成表（万元）",) * 2, ("项目", "金额（万元）")]
    rows += [(label, f"{value / WAN:.2f}") for label, value in parts]
    rows.append(("总投资", f"{amount / WAN:.2f}"))
    body = [
        f"{project.row['unit_name']}：",
        f"你单位报来的{name}{what}及有关材料收悉，经研究，批复如下：",
        f"一、原则同意{name}的建设内容。{size}",
        f"二、{total}，资金由县财政统筹安排，投资构成见附表。",
        "三、请据此办理后续手续，严格控制投资，不得擅自提高标准、扩大规模。",
    ]
    kind = "estimate_approval" if estimate else "feasibility_approval"
    return Paper(kind, f"关于{name}{what}的批复", body, row.get("doc_no", ""),
                 ("样例县发展和改革局", day(row["issued_on"])), tuple(rows))  # fmt: skip


def contract(
    project: Project, party: str, money: tuple[Decimal, Decimal, Decimal], *, ends: str, signed: str
) -> Paper:
    """A contract: its price in numerals and figures, what is due next year and for service."""
    total, due, service = money
    name = project.row["project_name"]
    rows = (
        ("年度", "应付金额（元）", "付款条件"),
        ("2027年", f"{due:.2f}", "按季考核后支付"),
    )
    body = [
        f"甲方：{project.row['unit_name']}",
        f"乙方：{party}",
        f"根据采购结果，双方就{name}订立本合同。",
        f"第一条 合同总价为人民币（大写）{capital(total)}，￥{total:,.2f}。",
        f"第二条 服务期自2026年1月1日至{day(ends)}。",
        f"第三条 2027年应付{due:.2f}元，其中服务费{service:.2f}元，按季考核后支付。",
        "第四条 乙方未达到考核标准的，按考核办法扣减服务费；任何一方违约的，承担违约责任。",
    ]
    return Paper("contract", f"{name}合同", body, "", (f"签订日期：{day(signed)}", ""), rows)


def quotation(
    project: Project, firm: str, total: Decimal, *, offer: str, person: tuple[str, str], on: str
) -> Paper:
    """A quotation of one firm."""
    rows = (
        ("序号", "内容", "数量", "金额（元）"),
        ("1", f"{project.row['project_name']}", "1项", f"{total:.2f}"),
        ("合计", "合计", "合计", f"{total:.2f}"),
    )
    body = [
        f"致：{project.row['unit_name']}",
        f"报价单位：{firm}",
        f"总报价：人民币（大写）{capital(total)}（￥{total:,.2f}）",
        f"说明：{offer}",
        f"法定代表人：{person[0]}",
        f"联系电话：{person[1]}",
    ]
    return Paper("quotation", f"{project.row['project_name']}报价单", body, "",
                 (f"报价日期：{day(on)}", ""), rows)  # fmt: skip


def appraisal(project: Project, row: Row, grade: str) -> Paper:
    """A report on the state of a building or a bridge."""
    name = project.row["project_name"]
    body = [
        f"委托单位：{project.row['unit_name']}",
        f"鉴定对象：{name}涉及的房屋和设施。",
        "鉴定依据：委托方提供的图纸、现场检测数据和现行鉴定标准。",
        f"鉴定结论：经检测，主体结构的安全性等级评定为{grade}级。",
        "处理建议：按鉴定等级采取相应措施，并做好使用期间的观察。",
    ]
    return Paper("appraisal", f"{name}检测鉴定报告", body, "",
                 ("样例工程检测有限公司（虚构）", day(row["issued_on"])))  # fmt: skip


def acceptance(project: Project, *, passed: bool, on: str) -> Paper:
    """A note of acceptance."""
    said = (
        "经现场查验，工程质量符合要求，验收合格。"
        if passed
        else "部分内容与合同不符，需整改后重新验收。"
    )
    body = [
        f"工程名称：{project.row['project_name']}",
        f"建设单位：{project.row['unit_name']}",
        f"验收日期：{day(on)}",
        f"验收结论：{said}",
    ]
    return Paper(
        "acceptance", f"{project.row['project_name']}验收单", body, "", ("验收组", day(on))
    )


def notice(number: str, amount: Decimal, purpose: str, on: str) -> Paper:
    """A notice by which a higher level hands down money."""
    body = [
        "样例县财政局：",
        f"经研究，现下达你县2027年补助资金{wan(amount)}，列入2027年相应支出科目。",
        f"资金用途：{purpose}请按规定分解到项目，加强监管，不得挪作他用。",
    ]
    return Paper("transfer_notice", "关于下达2027年补助资金预算的通知", body, number,
                 ("样例省财政厅", day(on)))  # fmt: skip


def ex_ante(project: Project, *, conclusion: str, on: str) -> Paper:
    """A report of an evaluation before the project was filed."""
    body = [
        f"评估对象：{project.row['project_name']}",
        "评估内容：立项必要性、投入经济性、目标合理性、方案可行性和筹资合规性。",
        f"评估结论：经综合评估，{conclusion}。",
    ]
    return Paper("ex_ante_report", f"{project.row['project_name']}事前绩效评估报告", body, "",
                 ("评估组", day(on)))  # fmt: skip


def headcount(project: Project, row: Row, count: int) -> Paper:
    """An approval of posts beside the establishment."""
    body = [
        f"{project.row['unit_name']}：",
        f"你单位关于{project.row['project_name']}用工的请示收悉。经研究，核定用工控制数{count}名。",
        "人员实行总量控制，退一补一，不得超过核定数使用。",
    ]
    title = f"关于{project.row['project_name']}编外用工控制数的批复"
    foot = ("样例县机构编制委员会办公室", day(row["issued_on"]))
    return Paper("headcount_approval", title, body, row.get("doc_no", ""), foot)


def duties(unit: str, row: Row) -> Paper:
    """The duties and posts of a department."""
    body = [
        f"第一条 {unit}主要职责：",
        f"（一）负责{row.get('duty_name') or '本行业管理和公共服务'}，拟订计划并组织实施。",
        "（二）指导乡镇和所属单位开展相关工作，监督资金使用。",
        "第二条 机关行政编制共23名，设内设机构6个。",
    ]
    return Paper("duty", f"{unit}职能配置、内设机构和人员编制规定", body, "",
                 ("样例县机构编制委员会", "2024年3月18日"))  # fmt: skip


def target_sheet(project: Project, *, changed: str = "") -> Paper:
    """The sheet of a project's targets; `changed` is the indicator that says another value."""
    rows = [("一级指标", "二级指标", "三级指标", "指标值")]
    for target in project.targets:
        value = str(target["value_text"])
        if target["level3"] == changed:
            value = value.replace("1", "2", 1) if "1" in value else f"{value}以上"
        rows.append((str(target["level1"]), str(target["level2"]), str(target["level3"]), value))
    body = [f"项目名称：{project.row['project_name']}", f"年度资金总额：{wan(project.amount)}"]
    return Paper("target_sheet", "项目支出绩效目标表", body, "", ("", ""), tuple(rows))


def roster(project: Project, draw: Random, count: int, *, twice: bool, wrong: bool) -> Paper:
    """A list of persons with numbers of a region that does not exist."""
    from shangji.schema.identity import ID_CHECKS, ID_WEIGHTS

    rows = [("序号", "姓名", "身份证号", "补助金额（元）")]
    numbers: list[str] = []
    for at in range(1, count + 1):
        born = f"{draw.randint(1950, 2015)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
        front = f"990101{born}{draw.randint(1, 999):03d}"
        total = sum(int(d) * w for d, w in zip(front, ID_WEIGHTS, strict=True))
        number = front + ID_CHECKS[total % 11]
        if wrong and at == 5:
            number = front + ID_CHECKS[(total + 1) % 11]
        if twice and at == count:
            number = numbers[2]
        numbers.append(number)
        rows.append((str(at), f"样例{chr(0x4E00 + draw.randint(0, 900))}", number, "600.00"))
    body = [f"项目名称：{project.row['project_name']}"]
    return Paper("recipient_list", f"{project.row['project_name']}补助对象名单", body, "",
                 (str(project.row["unit_name"]), "2026年7月15日"), tuple(rows))  # fmt: skip


def letter(project: Project, row: Row) -> Paper:
    """A document of a higher level that asks for a piece of work."""
    name = project.row["project_name"]
    body = [
        "各县（市、区）有关部门：",
        f"为做好{name}工作，现就有关事项通知如下：",
        "一、明确责任，落实经费，列入年度部门预算。",
        "二、加强监管，按季报告进展。",
    ]
    return Paper("superior_document", row["title"], body, row.get("doc_no", ""),
                 ("样例省主管部门", day(row["issued_on"])))  # fmt: skip
