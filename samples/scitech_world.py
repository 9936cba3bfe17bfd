"""The clean world behind samples/scitech: ventures, money, disclosures, panels; no fault in it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from shangji.schema.identity import CREDIT_ALPHABET, CREDIT_WEIGHTS

AS_OF = date(2026, 11, 20)
DATES = (date(2025, 12, 31), date(2026, 6, 30), date(2026, 10, 31))
STAGES = ("初创", "成长", "成熟")
FRAMEWORKS = {"初创": "venture_seed", "成长": "venture_growth", "成熟": "venture_mature"}
NAMES = (
    "高精度减速器关键零件", "茶叶智能分选设备", "竹材纤维复合板", "畜禽疫病快检试剂", "山地果园运输机器人",
    "锂电池隔膜涂覆", "稻谷烘干节能控制", "工业相机镜头", "中药配方颗粒工艺", "小型水轮机调速",
    "污水处理菌剂", "陶瓷三维打印", "电动农机底盘", "桥梁健康监测", "食用菌液体菌种", "特种电缆绝缘料",
    "老人跌倒检测", "铝型材轻量化",
)  # fmt: skip
FIELDS = ("技术", "市场", "财务")
NODES = {"技术": "E1", "市场": "E2", "财务": "E3"}
SUPPLIERS = ("远桥仪器", "正禾材料", "启明设备", "同川电子", "双桥模具", "安屏试剂")
SERVICES = ("理化检测中心", "精加工协作社", "中试服务平台", "标准验证所")


def credit(number: int) -> str:
    """A credit code of the fictitious county with a right check digit."""
    base = f"91990101MAX{number:06d}"
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(base, CREDIT_WEIGHTS, strict=True))
    return base + CREDIT_ALPHABET[(31 - total % 31) % 31]


def wan(value: int) -> Decimal:
    """So many 万元, in yuan."""
    return Decimal(value) * 10000


class World:
    """Rows by table; faults change them before `close` works out balances and what is disclosed."""

    def __init__(self, dice) -> None:
        self.dice = dice
        self.rows = defaultdict(list)
        self.flows = 0
        self._outside()
        self._experts()
        self._lenders()
        for number, name in enumerate(NAMES, 1):
            self._venture(number, name)
        self._claims()

    # Finding rows.

    def venture(self, number: int):
        """The venture of that number."""
        return self.rows["venture"][number - 1]

    def of(self, table: str, **wanted):
        """The rows of a table with these values."""
        return [row for row in self.rows[table] if all(row.get(k) == v for k, v in wanted.items())]

    # Making rows.

    def node(self, code, name, kind, **more):
        """A node of the money."""
        self.rows["fund_node"].append(
            {"node_code": code, "node_name": name, "kind": kind, **more}
        )

    def flow(self, code, paid_on, start, end, amount, purpose):
        """A payment; returns its row."""
        self.flows += 1
        row = {"flow_no": f"{code}-F{self.flows:04d}", "venture_code": code, "paid_on": paid_on,
               "from_node": start, "to_node": end, "amount_yuan": Decimal(amount),
               "purpose": purpose}  # fmt: skip
        self.rows["money_flow"].append(row)
        return row

    def _outside(self) -> None:
        self.node("GK", "样例县国库", "财政国库")
        for at, name in enumerate(SUPPLIERS, 1):
            self.node(f"GY{at}", f"样例{name}有限公司", "设备材料供应商", holder_code=credit(900 + at))
        for at, name in enumerate(SERVICES, 1):
            self.node(f"FW{at}", f"样例{name}", "检测加工服务机构", holder_code=credit(920 + at))
        self.node("JZ1", "样例宏基建筑有限公司", "基建施工单位", holder_code=credit(941))
        self.node("ZY1", "样例新城置业有限公司", "房产土地出让方", holder_code=credit(942))
        self.node("LC1", "样例证券营业部", "理财证券机构", holder_code=credit(943))
        self.node("GR1", "某自然人", "非科研个人")

    def _experts(self) -> None:
        for at in range(18):
            field = FIELDS[at % 3]
            self.rows["expert"].append(
                {"expert_code": f"ZJ{at + 1:02d}", "field": field,
                 "employer_name": f"样例{field}研究机构{at // 3 + 1}", "employer_code": credit(800 + at),
                 "listed_until": date(2028, 12, 31)}
            )  # fmt: skip

    def _lenders(self) -> None:
        for at, name in enumerate(("样例县农商银行", "样例城商行科技支行", "样例融资担保公司"), 1):
            self.rows["lender"].append(
                {"lender_code": f"JR{at}", "lender_name": name,
                 "kind": "融资担保" if at == 3 else "银行",
                 "last_balance_yuan": wan(9000 + 1000 * at), "balance_yuan": wan(11500 + 1000 * at),
                 "bad_yuan": wan(100 + 90 * at), "venture_count": 10 + at, "seed_count": 1 + 2 * at,
                 "check_count": 4 - at}
            )  # fmt: skip

    def _venture(self, number: int, name: str) -> None:
        dice, stage = self.dice, STAGES[(number - 1) % 3]
        at = STAGES.index(stage)
        code = f"KC{number:02d}"
        grant = wan(dice.randrange(*((40, 100), (100, 260), (220, 480))[at], 20))
        own = grant * (60 + 10 * at) / 100
        start = date(2025, 3, 1) + timedelta(days=7 * dice.randrange(16))
        trl = (2, 4, 5)[at] + dice.randrange(2)
        self.rows["venture"].append(
            {"venture_code": code, "venture_name": f"{name}研发", "unit_code": "206",
             "enterprise_name": f"样例{name[:4]}科技有限公司", "enterprise_code": credit(number),
             "stage": stage, "research_kind": "技术研发",
             "founded_on": date((2024, 2019, 2012)[at], 1 + dice.randrange(12), 9),
             "start_date": start, "end_date": start + timedelta(days=900),
             "total_yuan": grant + own, "grant_yuan": grant, "own_yuan": own, "own_paid_yuan": own,
             "direct_yuan": grant * 90 / 100, "equipment_yuan": grant * 35 / 100,
             "indirect_yuan": grant * 10 / 100, "trl_start": trl, "trl_target": trl + 3}
        )  # fmt: skip
        self._budget(code, grant)
        self._money(number, code, grant, start)
        self._appraisals(number, code, stage, trl)
        self._disclosures(code, start)
        self.rows["support"].append(
            {"support_no": f"ZC{number:02d}", "venture_code": code, "kind": "银行贷款",
             "lender_code": f"JR{number % 2 + 1}", "amount_yuan": own * 50 / 100,
             "stage_then": stage, "signed_on": start}
        )  # fmt: skip

    def _budget(self, code, grant) -> None:
        for purpose, share in (("设备费", 35), ("业务费", 40), ("劳务费", 15), ("间接费用", 10)):
            self.rows["venture_budget"].append(
                {"venture_code": code, "purpose": purpose, "amount_yuan": grant * share / 100}
            )
        for at, share in enumerate((20, 10, 5), 1):
            price = grant * share / 100
            self.rows["need_item"].append(
                {"venture_code": code, "item_no": at, "title": f"研发设备{at}", "quantity": 1,
                 "unit_price_yuan": price, "amount_yuan": price, "quoted_yuan": price,
                 "contract_yuan": price * 97 / 100}
            )  # fmt: skip

    def _money(self, number, code, grant, start) -> None:
        dice = self.dice
        special, basic, partner = f"{code}-ZH", f"{code}-JB", f"{code}-HZ"
        holder = credit(number)
        name = self.venture(number)["enterprise_name"]
        until = {"opening_yuan": Decimal(0), "balance_on": date(2026, 10, 31)}
        self.node(special, f"{name}专户", "项目专户", venture_code=code, holder_code=holder, **until)
        self.node(basic, f"{name}基本户", "承担企业其他账户", venture_code=code, holder_code=holder)
        self.node(partner, f"样例合作研究所{number}", "合作研发单位", holder_code=credit(700 + number), **until)
        self.node(f"{code}-RY", f"{name}项目组", "科研人员")
        self.flow(code, start + timedelta(days=20), "GK", special, grant * 60 / 100, "专项资金拨付")
        self.flow(code, start + timedelta(days=380), "GK", special, grant * 40 / 100, "专项资金拨付")
        for month in range(16):
            on = start + timedelta(days=30 + 30 * month)
            if on >= date(2026, 10, 31):
                break
            self.flow(code, on, special, f"GY{dice.randrange(6) + 1}", grant * 15 / 1000, "设备费")
            self.flow(code, on, special, f"FW{dice.randrange(4) + 1}", grant * 12 / 1000, "业务费")
            self.flow(code, on, special, f"{code}-RY", grant * 6 / 1000, "劳务费")
        self.flow(code, start + timedelta(days=60), special, basic, grant * 6 / 100, "间接费用")
        self.flow(code, start + timedelta(days=60), special, partner, grant * 10 / 100, "业务费")
        self.flow(code, start + timedelta(days=200), partner, f"FW{dice.randrange(4) + 1}", grant * 8 / 100, "业务费")

    def _appraisals(self, number, code, stage, trl) -> None:
        dice, at = self.dice, STAGES.index(stage)
        core = 5 + dice.randrange(4)
        for step, day in enumerate(DATES):
            row = {
                "venture_code": code, "venture_name": self.venture(number)["venture_name"],
                "as_of": day, "stage": stage, "trl": trl + (step + 1) // 2 + dice.randrange(2) * (step > 0),
                "trl_evidence": ("企业自测记录", "同行评议", "第三方检测报告")[min(2, at + step // 2)],
                "patent_count": at * 3 + step, "core_count": core,
                "experienced_count": core - 2 - dice.randrange(2), "full_time_count": core - 1,
                "left_count": 0,
                "market_evidence": ("市场调研", "客户试用", "已签合同")[min(2, at + step // 2)],
                "customer_count": (1, 5, 12)[at] + step, "policy_level": ("县", "市", "省")[dice.randrange(3)],
                "in_catalogue": "是" if dice.random() < 0.7 else "否",
                "milestones_due": 2 + step, "milestones_done": 2 + step,
                "statement_years": (0, 3, 8)[at],
            }  # fmt: skip
            if at:
                revenue = wan(dice.randrange(300, 900) * at * at)
                row |= {"revenue_yuan": revenue, "rd_yuan": revenue * (14 - 4 * at) / 100,
                        "cash_months": 10 + dice.randrange(12)}  # fmt: skip
            self.rows["appraisal"].append(row)
            self._panel(number, code, stage, day, step)
        for earlier, later in zip(self.rows["appraisal"][-3:], self.rows["appraisal"][-2:]):
            later["trl"] = max(later["trl"], earlier["trl"])

    def _panel(self, number, code, stage, day, step) -> None:
        merit = 60 + 8 * (number % 5) + 4 * step
        for field in FIELDS:
            pool = [one for one in self.rows["expert"] if one["field"] == field]
            for seat in range(3):
                expert = pool[(number + 2 * step + seat) % 6]
                self.rows["panel_seat"].append(
                    {"venture_code": code, "as_of": day, "expert_code": expert["expert_code"],
                     "assigned_on": day - timedelta(days=14), "is_blind": "是", "is_withdrawn": "否"}
                )  # fmt: skip
                value = min(100, max(0, merit + self.dice.randrange(-8, 9)))
                self.rows["judgement"].append(
                    {"framework": FRAMEWORKS[stage], "node": NODES[field],
                     "subject_key": f"{code}|{day}", "judge_kind": "专家",
                     "judge": expert["expert_code"], "value": Decimal(value) / 10,
                     "as_of": day - timedelta(days=3), "reason": "见评审意见"}
                )  # fmt: skip

    def _disclosures(self, code, start) -> None:
        for node, no, days in (("启动", 1, 30), ("中期", 1, 365), ("阶段成果", 1, 480), ("结题", 1, 930)):
            due = start + timedelta(days=days)
            row = {"venture_code": code, "node": node, "round_no": no, "due_on": due}
            if due < AS_OF:
                row |= {"disclosed_on": due - timedelta(days=2)}
            self.rows["disclosure"].append(row)

    def _claims(self) -> None:
        """Claims of awards, losses and gains that follow their clauses."""
        for at, (clause, base, percent) in enumerate((
            ("成果产业化奖励", wan(600), 3), ("成果产业化奖励", wan(900), 3), ("首贷奖励", wan(200), 1),
            ("首贷奖励", wan(120), 1), ("科创贷款增量奖励", wan(2500), Decimal("0.5")),
        ), 1):  # fmt: skip
            self.rows["award_claim"].append(
                {"claim_no": f"JL{at:02d}", "clause": clause,
                 "claimant_name": "样例县农商银行" if "贷" in clause else self.venture(3 * at)["enterprise_name"],
                 "result_no": f"CG{at:02d}", "base_yuan": base, "claimed_yuan": base * percent / 100}
            )  # fmt: skip
        for at, number in enumerate((1, 5, 7), 1):
            support = {"support_no": f"ZD{at:02d}", "venture_code": f"KC{number:02d}", "kind": "担保贷款",
                       "lender_code": "JR3", "amount_yuan": wan(30 * at),
                       "stage_then": STAGES[(number - 1) % 3], "signed_on": date(2025, 8, 8),
                       "bank_percent": 20 + 10 * at}  # fmt: skip
            self.rows["support"].append(support)
            loss = wan(20 * at)
            share = {"初创": 50, "成长": 30, "成熟": 0}[support["stage_then"]]
            self.rows["loss_claim"].append(
                {"claim_no": f"SS{at:02d}", "support_no": support["support_no"], "loss_yuan": loss,
                 "recovered_yuan": loss * 20 / 100, "claimed_yuan": loss * 80 / 100 * share / 100}
            )  # fmt: skip
        for number in (3, 6, 9, 12):
            self.rows["gain_share"].append(
                {"venture_code": f"KC{number:02d}", "lender_code": "JR1", "gain_yuan": wan(40 + number),
                 "percent": 10, "shared_yuan": wan(40 + number) * 10 / 100}
            )  # fmt: skip

    # The end.

    def close(self) -> None:
        """Work out what follows from the flows: balances and what was disclosed of them."""
        for node in self.rows["fund_node"]:
            if "balance_on" in node and "balance_yuan" not in node:
                code = node["node_code"]
                into = [f for f in self.rows["money_flow"] if f["paid_on"] <= node["balance_on"]]
                node["balance_yuan"] = (
                    node["opening_yuan"]
                    + sum(f["amount_yuan"] for f in into if f["to_node"] == code)
                    - sum(f["amount_yuan"] for f in into if f["from_node"] == code)
                )
        for row in self.rows["disclosure"]:
            if row.get("disclosed_on") and "used_yuan" not in row:
                row["used_yuan"] = self.used(row["venture_code"], row["disclosed_on"])
                row["used_yuan"] += row.get("used_extra", 0)
            if row.get("disclosed_on"):
                row.setdefault(
                    "progress_percent", {"启动": 5, "中期": 50, "阶段成果": 75, "结题": 100}[row["node"]]
                )
                if row["node"] in {"阶段成果", "结题"}:
                    row["result_text"] = "样机通过测试，指标达到任务书要求。"
                if row["node"] != "启动" and "no_audit" not in row:
                    row.setdefault("auditor_name", "样例会计师事务所")
                    row.setdefault("auditor_code", credit(990))
                    row.setdefault("opinion", "无保留意见")

    def used(self, code, until):
        """What left the venture's own accounts until a day."""
        own = {n["node_code"] for n in self.rows["fund_node"] if n.get("venture_code") == code}
        return sum(
            (f["amount_yuan"] for f in self.rows["money_flow"]
             if f["from_node"] in own and f["to_node"] not in own and f["paid_on"] <= until
             and f["purpose"] != "退回财政"), Decimal(0),
        )  # fmt: skip
