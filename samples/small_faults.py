"""The faults planted in the small sample; what is not listed here was meant to be in order."""

# (project, kind, table, n-th row, {column: value}, what): the first column is the planted cell.
SET = [
    ("tra08", "meeting_over_standard", "line", 0, {"unit_price_yuan": 680},
     "四类会议按每人每天680元申报，高于当地综合定额"),
    ("edu11", "sum_mismatch", "project", 0, {"amount_yuan": 291440, "fiscal_yuan": 291440},
     "申报金额291440元，明细合计271440元"),
    ("agr10", "template_text", "project", 0,
     {"summary": "XX项目主要建设内容为：（请填写项目实施背景及主要内容，可另附页）"},
     "项目概述照抄表样，没有改写"),
    ("cit07", "wrong_economic_class", "line", 0, {"economic_class": "30250"},
     "部门经济分类30250不在科目表内"),
    ("hea09", "secret_word", "project", 0,
     {"summary": "依托疾控中心现有库房补充防护用品和消杀器械，涉密项目物资另库存放，到期前轮换使用。"},
     "概述含疑似涉密用语“涉密项目”"),
    ("agr08", "low_execution_growth", "line", 0, {"quantity": 18, "unit_price_yuan": 130000},
     "2025年执行率46%、2026年前七个月未支出，2027年申报比上年多近四成"),
    ("tra07", "term_expired", "project", 0, {"end_date": "2026-12-31", "start_date": "2024-01-01"},
     "实施期2026年底已结束，仍申报2027年预算"),
    ("tow04", "duplicate_name", "project", 0,
     {"project_name": "青石镇李家塘村山塘清淤整修", "place": "青石镇李家塘村"},
     "同一单位两个项目同名同地点，内容也相近"),
    ("edu07", "weight_not_100", "target", 0, {"weight": 15},
     "各指标权重合计95"),
    ("cit06", "code_scientific", "project", 0, {"prior_project_code": 9.901012600000012e20},
     "上年项目代码被存成数字，变为9.90101E+20，末几位丢失"),
    ("hea06", "line_product_mismatch", "line", 1, {"amount_yuan": 870000},
     "1台×780000元应为780000元，金额填870000元"),
    ("edu09", "persons_missing", "line", 0, {"persons": None},
     "培训费没有填人数"),
    ("tra04", "over_estimate", "project", 0, {"accumulated_arranged_yuan": 26600000},
     "累计已安排2660万元加本年申报超过批复概算3120万元"),
    ("tra09", "end_before_start", "project", 0,
     {"end_date": "2027-04-30", "start_date": "2027-09-01"}, "结束日期早于开始日期"),
    ("hea11", "basis_expired", "basis", 0, {"effective_to": "2025-12-31"},
     "依据的文件2025年底已失效"),
    ("agr03", "date_in_words", "project", 0, {"end_date": "2027年年底"},
     "结束日期写成“2027年年底”，读不出"),
    ("hea08", "number_in_words", "project", 0, {"beneficiary_count": "约4400"},
     "受益人数写成“约4400”，读不出"),
    ("tow06", "debt_promise", "project", 0,
     {"summary": "更换DN100主管2300米、DN25支管3000米，加装水表260只，由施工方垫资先行实施，分两年付款。"},
     "概述含违规举债用语“垫资”"),
    ("cit05", "image_project", "project", 0,
     {"summary": "在册路灯9800盏，电费按用量测算；另在迎宾路实施景观亮化提升工程一处。"},
     "路灯维护项目夹带景观亮化工程"),
    ("agr07", "unit_slip", "project", 0, {"amount_yuan": "÷10000", "fiscal_yuan": "÷10000"},
     "元的列里填了万元的数字，缩小一万倍"),
    ("hea10", "vague_output", "target", 1,
     {"value_text": "持续巩固提升", "direction": "定性", "value": "", "measure_unit": ""},
     "产出指标的指标值写成“持续巩固提升”"),
    ("agr09", "procurement_unmarked", "line", 1, {"is_procurement": ""},
     "印刷费没有标明是否政府采购"),
    ("agr10", "task_not_listed", "project", 0, {"priority_task_code": "ZD2027-18"},
     "所称重点任务ZD2027-18不在清单内"),
    ("cit07", "wrong_lane", "project", 0, {"project_category": "公用经费"},
     "项目类别填公用经费，评审分类填运行维护"),
]  # fmt: skip

# (project, kind, table, column that tells, values that go, what)
DROP = [
    ("tow07", "basis_missing", "basis", "kind", None, "没有填报任何立项依据"),
    ("hea07", "benefit_targets_missing", "target", "level1", "效益指标", "没有效益指标"),
]

# (project, kind, lines, column, what): the column of the first line is the planted cell.
ADD = [
    ("edu06", "bond_recurrent",
     ["工程管理人员差旅费|30211|24 人次|650|price=支出标准,fund=一般债券"], "fund_source",
     "差旅费用一般债券资金安排"),
    ("edu12", "computer_over_standard",
     ["台式计算机|31002|10 台|7800|price=市场价格,proc=A02010105,asset=台式计算机"],
     "unit_price_yuan", "台式计算机单价7800元，高于通用办公设备配置标准"),
    ("tra07", "vehicle_not_due",
     ["治超巡查车更新|31013|1 辆|128000|price=询价报价,proc=A02030500,plate=样A0746D"],
     "replaces_plate_no", "被更新的巡查车样A0746D台账登记2021年购置，不满八年"),
    ("cit09", "welfare_pay", ["中秋国庆过节费|30199|62 人|500|price=无"], "expense_item",
     "项目支出列本单位人员过节费"),
    ("tow03", "lump_words", ["购置一批保洁设备及其他费用|31003|1 批|39600|price=无"], "expense_item",
     "“一批”“其他费用”，没有测算"),
]  # fmt: skip

# (project, kind, what): one line divided into three of the same catalogue item.
SPLIT = ("edu08", "split_catalogue", "同一品目分三行申报，每行都在公开招标数额标准以下")

# (project, kind, what): every indicator says 100.
HOLLOW = ("cit04", "all_targets_100", "全部指标值都填100")

# Rows that are not among the sixty: (file's department, kind, after project, values, what)
EXTRA = [
    ("104", "duplicate_code", "tra07", {"project_name": "公路治超站设备购置"},
     "与“公路治超站运行维护”用了同一个项目代码"),
    ("103", "secret_row", "", {"project_name": "（样例）专项任务保障", "is_secret": "是"},
     "标明涉密的行，应整行拒收"),
]  # fmt: skip

# (department, kind, table, column or heading, what): trouble of a whole sheet.
SHEETS = [
    ("106", "total_row", "project", "合计", "表尾有合计行，不应当作项目"),
    ("105", "unknown_column", "line", "科室意见", "明细表多出表样没有的一列"),
    ("104", "column_unit", "basis", "named_amount_yuan", "依据列明的金额没有写明元或万元"),
]

BAD_CREDIT_CODE = ("105002", "bad_credit_code", "统一社会信用代码的校验位不对")

SELF_SCORE_GAP = ("cit02", "self_score_gap", "自评99分，财政抽查复核84分，相差15分")

# kind: what of the review finds it (a rule, a check of the data, a problem at intake), or `missed`.
EXPECTED = {
    "all_targets_100": "R-0285", "bad_credit_code": "V-organisation.credit_code",
    "basis_expired": "R-0120", "basis_missing": "R-0006", "benefit_targets_missing": "R-0011",
    "bond_recurrent": "R-0009", "code_scientific": "cell-scientific", "column_unit": "column-unit",
    "computer_over_standard": "R-0231", "date_in_words": "cell-date", "debt_promise": "R-0151",
    "duplicate_code": "row-duplicate-key", "duplicate_name": "R-0007",
    "end_before_start": "R-0008", "image_project": "missed", "line_product_mismatch": "R-0004",
    "low_execution_growth": "R-0010", "lump_words": "R-0280", "meeting_over_standard": "R-0001",
    "number_in_words": "cell-number", "over_estimate": "R-0201", "persons_missing": "C-line.persons",
    "procurement_unmarked": "R-0017", "secret_row": "row-secret", "secret_word": "R-0126",
    "self_score_gap": "R-0020", "split_catalogue": "R-0018", "sum_mismatch": "R-0003",
    "task_not_listed": "R-0019", "template_text": "R-0013", "term_expired": "R-0008",
    "total_row": "row-total", "unit_slip": "R-0005", "unknown_column": "column-unknown",
    "vague_output": "R-0014", "vehicle_not_due": "R-0016", "weight_not_100": "R-0012",
    "welfare_pay": "R-0258", "wrong_economic_class": "missed", "wrong_lane": "R-0002",
}  # fmt: skip
