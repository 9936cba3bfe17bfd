"""The faults planted in the small sample; what is not listed here was meant to be in order."""

# (project, kind, table, n-th row, {column: value}, what): the first column is the planted cell.
SET = [
    ("tra08", "meeting_over_standard", "line", 0, {"unit_price_yuan": 680},
     "四类会议按每人每天680元申报，高于当地综合定额"),
    ("edu11", "sum_mismatch", "project", 0, {"amount_yuan": 280400, "fiscal_yuan": 280400},
     "申报金额280400元，明细合计260400元"),
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
    ("tow05", "duplicate_name", "project", 0, {"project_name": "青石镇王家塘村山塘清淤整修"},
     "同一单位两个项目同名，内容也相近"),
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
    ("tow03", "unit_slip", "project", 0, {"amount_yuan": "×10000", "fiscal_yuan": "×10000"},
     "万元列里填了元的数字，放大一万倍"),
]  # fmt: skip

# (project, kind, table, column that tells, values that go, what)
DROP = [
    ("tow07", "basis_missing", "basis", "kind", None, "没有填报任何立项依据"),
    ("hea07", "benefit_targets_missing", "target", "level1", "效益指标", "没有效益指标"),
]

# (project, kind, lines, column, what): the column of the first line is the planted cell.
ADD = [
    ("edu12", "computer_over_standard",
     ["台式计算机|31002|10 台|7800|price=市场价格,proc=A02010105,asset=台式计算机"],
     "unit_price_yuan", "台式计算机单价7800元，高于通用办公设备配置标准"),
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
