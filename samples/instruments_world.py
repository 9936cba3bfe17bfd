"""The clean world of samples/instruments: nothing in it breaks a rule that is more than a hint."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WAN = 10000
SCENARIO = "H01"
SURNAMES = ("青石", "云岭", "禾丰", "金沙", "南湖", "白水", "长坪", "东岗", "石桥", "柳溪", "松岭", "桃源",
            "高埂", "新塘", "望江", "龙门", "北坡", "清河", "大田", "秀水", "仙岩", "永兴", "安平", "双溪")  # fmt: skip
TRADES = ("精密机械", "电子材料", "食品", "陶瓷", "新能源", "包装", "纺织", "化工", "农机", "医疗器械")

# Code, name, department, nature, purpose, mode, clause (from, below, rate, fixed, cap), whether an
# award under it may be had beside another, 拟安排 and last year's figures in 万元, grade.
FUNDS = (
    ("J01", "工业企业技术改造补助", "D12", "产业发展", "设备更新和技术改造", "事后奖补",
     ((500, 3000, "0.05", 0, 150), (3000, None, "0.06", 0, 300)), "否", 800, 760, 730, "良"),
    ("J02", "智能化改造奖补", "D12", "产业发展", "智能化改造和数字化转型", "事后奖补",
     ((100, None, "0.10", 0, 100),), "否", 400, 420, 390, "良"),
    ("J03", "企业上云补助", "D31", "产业发展", "智能化改造和数字化转型", "事后奖补",
     ((20, None, "0.20", 0, 20),), "否", 120, 130, 118, "中"),
    ("J04", "规上企业培育奖励", "D12", "产业发展", "升规上限和竣工投产", "事后奖补",
     ((2000, None, "0", 10, 10),), "是", 200, 200, 188, "良"),
    ("J05", "小升规奖励", "D33", "产业发展", "升规上限和竣工投产", "事后奖补",
     ((2000, None, "0", 15, 15),), "否", 150, 160, 150, "中"),
    ("J06", "竣工投产激励", "D35", "产业发展", "升规上限和竣工投产", "事后奖补",
     ((1000, None, "0.01", 0, 50),), "否", 260, 250, 231, "良"),
    ("J07", "研发投入后补助", "D12", "科技创新", "研发投入和成果转化", "事后奖补",
     ((50, 500, "0.08", 0, 30), (500, None, "0.10", 0, 100)), "否", 500, 480, 466, "优"),
    ("J08", "成果转化补助", "D36", "科技创新", "研发投入和成果转化", "事后奖补",
     ((50, None, "0.12", 0, 50),), "否", 180, 190, 176, "良"),
    ("J09", "绿色工厂奖补", "D12", "生态环保", "绿色低碳和安全生产", "事后奖补",
     ((0, None, "0", 20, 20),), "是", 100, 100, 100, "良"),
    ("J10", "品牌质量奖励", "D38", "产业发展", "品牌标准和质量", "事后奖补",
     ((0, None, "0", 10, 10),), "是", 90, 95, 90, "良"),
    ("J11", "市场开拓补助", "D34", "产业发展", "市场开拓", "事后奖补",
     ((10, None, "0.30", 0, 20),), "否", 130, 140, 129, "中"),
    ("J12", "高层次人才安居补助", "D05", "人才", "人才引育", "多种方式", (), "否", 300, 300, 286, "优"),
    ("J13", "乡村产业以奖代补", "D21", "农业农村", "园区和平台", "事后奖补", (), "否", 600, 620, 590, "良"),
    ("J14", "支农支小贷款贴息", "D33", "产业发展", "融资支持", "贷款贴息", (), "否", 220, 230, 214, "良"),
)  # fmt: skip
MERGED = tuple(f"J{at:02d}" for at in range(1, 12))
PLAN = (
    ("设备更新和技术改造", 500, "0.06", 0, 300), ("智能化改造和数字化转型", 20, "0.12", 0, 120),
    ("升规上限和竣工投产", 1000, "0", 20, 20), ("研发投入和成果转化", 50, "0.10", 0, 100),
    ("绿色低碳和安全生产", 0, "0", 20, 20), ("品牌标准和质量", 0, "0", 5, 5),
    ("市场开拓", 20, "0.20", 0, 20),
)  # fmt: skip
BASES = {"J01": 1200, "J02": 460, "J03": 42, "J04": 2600, "J05": 2300, "J06": 1700, "J07": 310,
         "J08": 160, "J09": 300, "J10": 80, "J11": 38}  # fmt: skip
CERTIFIERS = ("税务", "统计", "审计或第三方审计", "财政评审")


def credit(number: int) -> str:
    """A credit code of a company that does not exist, with a right check character."""
    body = f"91990101MA{number:07d}"
    total = sum(ALPHABET.index(mark) * weight for mark, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def company(number: int) -> tuple[str, str]:
    """Code and name of a company."""
    town, trade = SURNAMES[number % len(SURNAMES)], TRADES[number % len(TRADES)]
    return credit(number), f"样例县{town}{trade}有限公司"


class World:
    """All rows by table."""

    def __init__(self) -> None:
        """Make the clean rows."""
        self.rows: dict[str, list[dict]] = {}
        self.rows["special_fund"] = [_fund(*one) for one in FUNDS]
        self.rows["award_clause"] = _clauses()
        self.rows["award"] = _awards()
        self.rows["interest_subsidy"] = _subsidies()
        self.rows["compensation_pool"], self.rows["pool_product"] = _pools()
        self.rows["guarantee_institution"] = _guarantees()
        self.rows["guidance_fund"], self.rows["guidance_investment"] = _guidance()
        self.rows["spending_floor"] = _floors()

    def of(self, table: str, **wanted) -> list[dict]:
        """The rows of a table that have some values."""
        return [row for row in self.rows[table]
                if all(row.get(key) == value for key, value in wanted.items())]  # fmt: skip

    def one(self, table: str, **wanted) -> dict:
        """The first of them."""
        return self.of(table, **wanted)[0]


def _fund(code, name, department, nature, purpose, mode, _, __, planned, last, executed, grade):
    number = int(code[1:])
    return {
        "special_fund_code": code, "special_fund_name": name, "department_code": department,
        "setup_doc_no": f"样政发〔2023〕{number}号", "setup_year": 2023,
        "expires_on": date(2028, 12, 31), "measures_doc_no": f"样财〔2023〕{number + 20}号",
        "measures_expires_on": date(2028, 12, 31),
        "distribution_method": "据实据效" if mode == "事后奖补" else "项目法",
        "recipient_kind": "个人" if code == "J12" else "企业",
        "last_amount_yuan": last * WAN, "last_executed_yuan": executed * WAN,
        "planned_yuan": planned * WAN, "touches_business": "否" if code == "J12" else "是",
        "fair_competition_on": None if code == "J12" else date(2023, 6, 1),
        "ties_to_local_tax": "否", "last_evaluated_year": 2025, "last_grade": grade,
        "fund_nature": nature, "fund_purpose": purpose, "support_mode": mode,
        "merges_into": SCENARIO if code in MERGED else None,
    }  # fmt: skip


def _clauses():
    made = []
    for code, name, _, _, purpose, _, tiers, stacks, *_ in FUNDS:
        for at, (low, high, rate, fixed, cap) in enumerate(tiers, 1):
            made.append({
                "clause_code": f"T{code[1:]}", "tier_no": at, "special_fund_code": code,
                "is_scenario": "否", "award_matter": purpose, "clause_title": name,
                "doc_no": f"样财〔2023〕{int(code[1:]) + 20}号", "article": f"第{at + 5}条",
                "from_yuan": low * WAN, "below_yuan": None if high is None else high * WAN,
                "rate": Decimal(rate), "fixed_yuan": fixed * WAN, "cap_yuan": cap * WAN,
                "stacks": stacks, "effective_from": date(2023, 7, 1),
                "effective_to": date(2028, 12, 31),
            })  # fmt: skip
    for at, (matter, low, rate, fixed, cap) in enumerate(PLAN, 1):
        made.append({
            "clause_code": f"{SCENARIO}-{at}", "tier_no": 1, "special_fund_code": SCENARIO,
            "is_scenario": "是", "award_matter": matter, "clause_title": f"合并方案：{matter}",
            "from_yuan": low * WAN, "rate": Decimal(rate), "fixed_yuan": fixed * WAN,
            "cap_yuan": cap * WAN, "stacks": "否",
        })  # fmt: skip
    return made


def due(code: str, certified: int) -> int:
    """What a clause gives for a base, both in yuan."""
    tiers = next(fund[6] for fund in FUNDS if fund[0] == code)
    for low, high, rate, fixed, cap in tiers:
        if certified >= low * WAN and (high is None or certified < high * WAN):
            return min(cap * WAN, int(certified * Decimal(rate)) + fixed * WAN)
    return 0


def _awards():
    made = []
    for code in MERGED:
        fund = next(one for one in FUNDS if one[0] == code)
        number = int(code[1:])
        for at in range(5 if code in {"J01", "J02", "J07"} else 4):
            who = (number * 3 + at * 7) % 40 + 1
            certified = int(BASES[code] * WAN * (100 + 17 * at) / 100 / WAN) * WAN
            claim = f"{code}-2026-{at + 1:03d}"
            made.append(award(claim, code, fund[4], who, f"备{code}{at + 1:03d}", certified))
    return made


def award(claim, code, matter, who, thing, certified):
    """A clean award of a fund to a company."""
    number = len(claim) + who
    recipient, name = company(who)
    return {
        "claim_no": claim, "unit_code": "112001", "special_fund_code": code,
        "clause_code": f"T{code[1:]}", "award_matter": matter, "recipient_code": recipient,
        "recipient_name": name, "object_no": thing, "base_yuan": certified + 5 * WAN,
        "certified_yuan": certified, "certified_by": CERTIFIERS[number % 4],
        "certified_doc_no": f"样核〔2026〕{number}号", "claimed_yuan": due(code, certified),
        "happened_on": date(2026, 3 + who % 6, 1 + who % 27), "in_pool": "是",
        "paid_yuan": due(code, certified) if who % 6 < 3 else None,
    }  # fmt: skip


def _subsidies():
    made = []
    for at in range(1, 19):
        loan = (40 + 15 * at) * WAN
        paid = loan * 4 * 180 // 36000
        made.append({
            "subsidy_no": f"TX2026{at:03d}", "unit_code": "133001", "special_fund_code": "J14",
            "borrower_name": company(at + 5)[1],
            "borrower_kind": ("小型企业", "微型企业", "农户和新型农业经营主体", "个体工商户")[at % 4],
            "bank_name": ("样例农商行", "样例村镇银行", "样例县农行")[at % 3],
            "loan_no": f"借2026{at:04d}", "loan_use": ("流动资金", "购置设备")[at % 2],
            "loan_yuan": loan, "loan_percent": Decimal("4.00"), "subsidy_percent": Decimal("2.00"),
            "days": 180, "from_date": date(2026, 1, 1), "to_date": date(2026, 6, 29),
            "loan_ends_on": date(2026, 12, 31), "interest_paid_yuan": paid,
            "subsidy_yuan": loan * 2 * 180 // 36000, "is_overdue": "否",
        })  # fmt: skip
    return made


def _pools():
    pools, products = [], []
    for code, name, size, grade in (("FX1", "现代产业发展风险补偿资金池", 3000, "良"),
                                    ("FX2", "科创贷风险补偿资金池", 1000, "优"),
                                    ("FX3", "惠农贷风险补偿资金池", 800, "良")):  # fmt: skip
        balance, issued = size * 9, size * 7
        pools.append({
            "pool_code": code, "pool_name": name, "unit_code": "133001",
            "manager_name": "样例县产业发展融资担保有限公司", "measures_doc_no": f"样财金〔2024〕{code[-1]}号",
            "size_yuan": size * WAN, "balance_yuan": int(size * 0.92) * WAN,
            "compensation_percent": 50, "required_multiple": 8, "stop_percent": 5,
            "loan_balance_yuan": balance * WAN, "issued_yuan": issued * WAN,
            "loss_yuan": issued * WAN // 100, "compensated_yuan": issued * WAN // 200,
            "total_compensated_yuan": issued * WAN // 50, "recovered_yuan": issued * WAN // 180,
            "issuing_now": "是", "fee_yuan": size * 60, "last_fee_yuan": size * 62,
            "manager_grade": grade, "pay_tied": "是",
        })  # fmt: skip
        for at, product in enumerate(("园保贷", "制惠贷") if code == "FX1" else ("科创贷",)
                                     if code == "FX2" else ("惠农贷",), 1):  # fmt: skip
            parts = 2 if code == "FX1" else 1
            products.append({
                "pool_code": code, "product_code": f"{code}-{at}", "product_name": product,
                "unit_code": "133001", "bank_name": ("样例农商行", "样例县农行")[at % 2],
                "product_mode": "按比例分险", "compensation_percent": 50, "bank_percent": 30,
                "loan_balance_yuan": balance * WAN // parts, "issued_yuan": issued * WAN // parts,
                "borrower_count": 120, "first_loan_count": 31,
                "compensated_yuan": issued * WAN // 200 // parts, "grade": "良",
                "fee_yuan": size * 20, "last_fee_yuan": size * 21, "deposit_yuan": size * 3000,
                "last_deposit_yuan": size * 2900,
            })  # fmt: skip
    return pools, products


def _guarantees():
    made = []
    for code, name, assets in (("DB1", "样例县农业融资担保有限公司", 12000),
                               ("DB2", "样例县中小企业融资担保有限公司", 20000)):  # fmt: skip
        balance, new = assets * 4, assets * 3
        made.append({
            "institution_code": code, "institution_name": name, "unit_code": "133001",
            "year": 2026, "net_assets_yuan": assets * WAN, "balance_yuan": balance * WAN,
            "small_farm_yuan": balance * 88 * 100, "within_five_million_yuan": balance * 60 * 100,
            "platform_yuan": 0, "new_yuan": new * WAN, "fee_yuan": new * 85, "bank_percent": 20,
            "released_yuan": new * 9000, "compensated_yuan": new * 120,
            "total_compensated_yuan": new * 400, "recovered_yuan": new * 150,
            "subsidy_yuan": new * 10,
        })  # fmt: skip
    return made


def _guidance():
    funds, investments = [], []
    for code, name, kind, fiscal, state, social, target in (
        ("YD1", "样例县产业转型升级引导基金", "产业投资类", 20000, 5000, 30000, 1),
        ("YD2", "样例县科创天使投资基金", "创业投资类", 3000, 1000, 5000, 1),
        ("YD3", "样例县乡村振兴产业基金", "产业投资类", 6000, 2000, 8000, 1),
    ):
        paid = fiscal + state + social
        funds.append({
            "guidance_code": code, "guidance_name": name, "unit_code": "140001",
            "manager_name": "样例创业投资管理有限公司", "guidance_kind": kind,
            "guidance_level": "直投基金", "founder_level": "县级", "set_up_on": date(2021, 5, 10),
            "invest_until": date(2027, 5, 9), "ends_on": date(2031, 5, 9),
            "approval_doc_no": f"样政函〔2021〕{code[-1]}号", "fiscal_agreed_yuan": fiscal * 15000,
            "fiscal_paid_yuan": fiscal * WAN, "state_paid_yuan": state * WAN,
            "social_agreed_yuan": social * 15000, "social_paid_yuan": social * WAN,
            "target_multiple": target, "cash_yuan": paid * 3000,
            "last_invested_on": date(2026, 8, 15), "returned_yuan": fiscal * 500,
            "fee_base_yuan": paid * WAN, "fee_percent": 2, "fee_yuan": paid * 190, "fee_tied": "是",
            "last_grade": "良", "planned_yuan": fiscal * 1000,
        })  # fmt: skip
        each = paid * 65 * 100 // 8
        for at in range(1, 9):
            known = ("不会投", "不会投", "说不清", "不会投", "说不清", "不会投", "不会投", "说不清")[at - 1]
            recipient, named = company(at * 3 + int(code[-1]))
            investments.append({
                "guidance_code": code, "investment_no": f"{code}-{at:02d}", "unit_code": "140001",
                "company_code": recipient, "company_name": named,
                "invest_purpose": ("新材料", "装备制造", "食品加工")[at % 3], "in_direction": "是",
                "invested_on": date(2022 + at % 4, 1 + at, 15), "amount_yuan": each // WAN * WAN,
                "social_yuan": fiscal * WAN * 30 // 100, "without_fund": known,
                "without_evidence": "三家机构的放弃函" if known == "不会投" else None,
                "exit_state": "上市后持有" if (code, at) == ("YD1", 2) else
                "已退出" if at == 1 else "持有", "exited_yuan": each if at == 1 else None,
            })  # fmt: skip
    return funds, investments


def _floors():
    return [
        {"floor_kind": kind, "year": 2027, "this_yuan": this * WAN, "last_yuan": last * WAN,
         "this_one_off_yuan": one * WAN, "last_one_off_yuan": two * WAN,
         "last_executed_yuan": last * 9600}
        for kind, this, last, one, two in (
            ("科学技术支出", 6300, 6000, 100, 100), ("教育支出", 98000, 95000, 2000, 2000),
            ("教育生均支出", 2, 2, 0, 0), ("农林水支出", 52000, 51000, 3000, 3200))
    ]  # fmt: skip
