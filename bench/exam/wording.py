"""Faults of words: left-over templates, empty verbs, promises, core duties given away, festivals."""

from __future__ import annotations

from exam.bundle import Change, put
from exam.kinds import Archetype, Kind, as_, kind
from exam.people import villages
from exam.services import care, consult, contract_service, event, grant, hired, it_build, training
from exam.works import going_works, new_works, repair

ONE = {"line_no": "1"}
TURN: tuple[Archetype, ...] = (consult, care, training, hired, villages, event)


def said(name: str, zh: str, *texts: tuple[str, str], question: bool = False) -> Kind:
    """A kind whose disguises each write one text into one cell of some project or its first line."""
    made = []
    for at, (column, text) in enumerate(texts):
        table, _, cell = column.partition(".")
        change = put(table, ONE if table == "line" else None, **{cell: text})
        made.append(as_(TURN[at % len(TURN)], text[:24], change))
    return kind(name, zh, *made, semantic=True, question=question)


def on(name: str, zh: str, of: Archetype, *texts: tuple[str, str], question: bool = False) -> Kind:
    """The same, all on one kind of project."""
    made = []
    for column, text in texts:
        table, _, cell = column.partition(".")
        change = put(table, ONE if table == "line" else None, **{cell: text})
        made.append(as_(of, text[:24], change))
    return kind(name, zh, *made, semantic=True, question=question)


def indicator(text: str, value: str, uom: str) -> Change:
    """A benefit indicator that says something else."""
    return put("target", {"target_no": "5"}, level3=text, value=value, measure_unit=uom,
               value_text=f"≥{value}{uom}")  # fmt: skip


SUMMARY, GOAL, ITEM, NAME = (
    "project.summary", "project.annual_goal", "line.expense_item", "project.project_name",
)  # fmt: skip
PLAN, SUMS, NEED = "project.plan_note", "project.calculation_note", "project.necessity_note"

TEXT: tuple[Kind, ...] = (
    said(
        "left_template", "模板文字没有改",
        (SUMMARY, "（请在此简要说明项目背景、主要内容和实施范围，不超过300字）"),
        (GOAL, "目标1：××××；目标2：××××"),
        (SUMMARY, "项目概述：填写要求见编报手册第五页。"),
        (NEED, "示例：根据某某文件精神，为解决某某问题，拟实施某某项目。"),
        (GOAL, "年度目标待与业务科室确认后补充。"),
        (SUMMARY, "[项目单位名称]负责实施[项目名称]，计划投入[金额]。"),
        (NAME, "XX县XX村人居环境整治项目"),
        (PLAN, "____年__月至____年__月完成前期工作"),
    ),
    said(
        "empty_goal", "年度目标只有空话",
        (GOAL, "确保各项工作顺利开展，不断提升工作水平。"),
        (GOAL, "切实加强管理，进一步夯实基础，取得良好成效。"),
        (GOAL, "认真落实上级部署，推动高质量发展迈上新台阶。"),
        (GOAL, "保障单位正常运转，圆满完成上级交办的任务。"),
        (GOAL, "进一步优化环境，持续增强群众获得感幸福感。"),
        (GOAL, "强化统筹协调，稳步有序推进各项重点工作。"),
    ),
    kind(
        "other_indicator", "指标与项目无关",
        as_(new_works, "修路项目考核门诊量", indicator("门诊就诊人次增长率", "8", "%")),
        as_(training, "培训项目考核粮食产量", indicator("粮食亩均增产", "35", "公斤")),
        as_(care, "养护项目考核就业", indicator("新增城镇就业人数", "300", "人")),
        as_(hired, "用工项目考核空气质量", indicator("空气质量优良天数", "310", "天")),
        as_(consult, "检测项目考核升学率", indicator("高中升学率", "92", "%")),
        as_(villages, "村级运转考核出口额", indicator("外贸出口额", "1200", "万元")),
        semantic=True, question=True,
    ),
    said(
        "copied_text", "内容抄自别的项目",
        (SUMMARY, "对辖区内中小学食堂开展食品安全检查，配备快检设备二十套。"),
        (SUMMARY, "新建农村公路三条，路面宽四点五米，配套安全防护设施。"),
        (SUMMARY, "为全县高龄老人按月发放生活津贴，做到应发尽发。"),
        (SUMMARY, "采购森林防火物资，建设防火隔离带十二公里。"),
        (SUMMARY, "开展城区绿地改造提升，补植乔木六百株。"),
        question=True,
    ),
    said(
        "promise", "承诺回购、兜底、垫资、延付",
        (SUMMARY, "由社会资本先行投入，县政府分五年逐年赎回全部股权。"),
        (PLAN, "施工方带资建设，工程款自竣工后第三年起分期支付。"),
        (SUMMARY, "项目收益不足部分由县财政补足差额。"),
        (SUMMARY, "县政府向银行出具支持性函件，承诺将还款列入年度预算。"),
        (PLAN, "采用BT方式实施，建成移交后支付。"),
        (SUMMARY, "平台公司融资建设后由主管局长期回租，租金覆盖本息。"),
        (SUMS, "按年化百分之六向投资方支付固定收益测算。"),
        (PLAN, "前期由施工单位垫付，资金到位后结清。"),
    ),
    on(
        "core_duty", "把本职工作委托出去", consult,
        (ITEM, "年度工作总结与领导讲话代拟服务"),
        (ITEM, "委托第三方开展日常执法检查"),
        (ITEM, "部门预算编制外包服务"),
        (ITEM, "信访事项答复意见起草服务"),
        (ITEM, "行政许可材料审核外包"),
        (ITEM, "会议纪要整理和文件流转服务"),
        (ITEM, "绩效考核日常打分委托"),
        (ITEM, "迎接检查台账制作服务"), question=True,
    ),
    kind(
        "festival", "节庆展会没有批准文件",
        *(as_(consult, name, put("project", project_name=name), put("line", ONE, expense_item=item))
          for name, item in (
              ("沧垣第六届枣花节", "开幕式舞台搭建"), ("鹤塘荷花旅游季启动活动", "启动活动组织"),
              ("沧垣发展大会暨乡贤峰会", "峰会会务服务"), ("全县环湖马拉松赛", "赛事组织服务"),
              ("柳荫乡建乡四十周年纪念活动", "纪念晚会组织"), ("沧垣名优产品展销博览会", "展位搭建"))),
        semantic=True, question=True,
    ),
    on(
        "hall", "疑似楼堂馆所", repair,
        (NAME, "县机关综合办公楼改扩建"), (NAME, "干部教育培训中心新建"),
        (NAME, "机关接待用房装修"), (NAME, "业务指挥大楼建设"), (NAME, "机关礼堂翻新改造"),
        (NAME, "单位招待所修缮"), question=True,
    ),
    on(
        "image", "疑似形象工程", new_works,
        (NAME, "县城东入口迎宾门楼工程"), (NAME, "滨河夜景灯光秀工程"),
        (NAME, "中心广场大型主题雕塑工程"), (NAME, "景观大道仿古立面改造工程"),
        (NAME, "县城地标性观景塔工程"), question=True,
    ),
    said(
        "luxury", "公款购买禁止物品",
        (ITEM, "接待用酒水和香烟"), (ITEM, "节日礼盒采购"), (ITEM, "会议纪念品定制"),
        (ITEM, "购物卡慰问"), (ITEM, "名家字画装饰"),
    ),
    said(
        "welfare", "项目列单位人员福利奖金",
        (ITEM, "工作人员加班补助"), (ITEM, "职工节日慰问物品"), (ITEM, "单位年终考核奖励"),
        (ITEM, "干部职工健康体检"), (ITEM, "值守人员交通通讯补贴"),
    ),
    said(
        "secret", "疑似涉密内容",
        (SUMMARY, "本项目建设内容属于国家秘密，细节另附。"), (SUMMARY, "涉密机房改造及密码设备更新。"),
        (GOAL, "完成机密级信息系统建设。"), (SUMMARY, "项目密级为秘密，不对外公开。"), question=True,
    ),
    on(
        "local_tie", "补助与本地注册纳税挂钩", grant,
        (SUMMARY, "对注册地迁入本县且年纳税满五十万元的企业给予奖励。"),
        (SUMMARY, "按企业对本县财力贡献的四成予以返还。"),
        (SUMMARY, "优先采购县内企业产品，外县企业不予补助。"),
        (SUMMARY, "总部落户企业三年内所缴税收县级留成部分全额奖补。"), question=True,
    ),
    said(
        "lump_words", "支出内容笼统",
        (ITEM, "不可预见费"), (ITEM, "其他相关费用"), (ITEM, "各类杂项支出一揽子"),
        (ITEM, "工作经费"), (ITEM, "机动费用"), question=True,
    ),
    kind(
        "words_and_figures", "文字与填报数不一致",
        as_(training, "文字说三百人", put("project", summary="本次培训计划三百人参加，共八天。")),
        as_(villages, "文字说六十个村", put("project", summary="补助六十五个行政村办公经费。")),
        as_(contract_service, "文字说十五个月", put("project", summary="保洁服务合同期十五个月，按月付费。")),
        as_(hired, "文字说二十名", put("project", summary="聘用辅助人员二十名，负责窗口引导。")),
        as_(going_works, "文字说已竣工", put("project", summary="工程已于上年竣工并交付使用。")),
        semantic=True, question=True,
    ),
    kind(
        "hidden_rebuild", "名为运维实为新建",
        as_(contract_service, "保洁项目建停车场", put("line", ONE, expense_item="新建环卫停车场")),
        as_(care, "养护项目新修道路", put("line", ONE, expense_item="新建连接线道路")),
        as_(it_build, "软件项目列装修", put("line", ONE, expense_item="机房装修和办公家具")),
        semantic=True, question=True,
    ),
)  # fmt: skip

HARMLESS: tuple[tuple[str, Archetype, str, str], ...] = (
    ("quoted_ban", going_works, SUMMARY, "合同约定施工单位不得垫资，也不得要求回购。"),
    ("quoted_ban", contract_service, PLAN, "严禁以任何形式承诺回购或承担差额补足责任。"),
    ("quoted_ban", new_works, SUMMARY, "资金按进度支付，禁止施工方带资承包。"),
    ("relief", villages, SUMMARY, "用于村级组织保障基本民生，发挥兜底保障作用。"),
    ("relief", care, NEED, "本项目承担困难地区兜底性公共服务。"),
    ("not_secret", it_build, SUMMARY, "系统不处理国家秘密，按二级等级保护建设。"),
    ("not_secret", training, SUMMARY, "开展保密知识教育，课程十二学时。"),
    ("not_secret", consult, SUMMARY, "成果不涉及国家秘密，可依法公开。"),
    ("school_hall", repair, NAME, "枣陂镇中学教学综合楼加固"),
    ("school_hall", repair, NAME, "石榆镇卫生院业务用房修缮"),
    ("school_hall", repair, NAME, "槐安派出所办案用房维修"),
    ("school_hall", repair, NAME, "社区养老服务中心改造"),
    ("school_hall", repair, NAME, "村党群服务中心屋面维修"),
    ("culture", event, SUMMARY, "送戏下乡，文化下乡到村。"),
    ("culture", event, NAME, "公益电影进村放映"),
    ("culture", event, ITEM, "群众广场舞辅导场次"),
    ("lamp", care, ITEM, "路灯日常维护"),
    ("lamp", care, SUMMARY, "对主干道照明设施巡检维修，不新增景观照明。"),
    ("number_in_goal", care, GOAL, "确保全年巡查不少于五十次，合格率提升到百分之九十五。"),
    ("number_in_goal", training, GOAL, "提升骨干能力，举办一期培训，考核合格率不低于95%。"),
    ("number_in_goal", villages, GOAL, "保障各村正常办公，全年分四次足额拨付。"),
    ("real_word", new_works, SUMMARY, "采用加强型材料，沿线提升泵站不在本项目内。"),
    ("real_word", consult, ITEM, "XXL号工作服检验检测"),
    ("real_word", consult, SUMMARY, "按示范点位采样，出具检测报告。"),
    ("real_word", consult, ITEM, "合同范本法律审查"),
    ("specialist", consult, ITEM, "第三方绩效评价"),
    ("specialist", consult, ITEM, "档案数字化扫描"),
    ("specialist", consult, ITEM, "法律顾问服务"),
    ("specialist", consult, ITEM, "水质检验检测服务"),
    ("alcohol_check", consult, ITEM, "白酒和卷烟市场抽检"),
    ("alcohol_check", consult, SUMMARY, "开展节日礼品过度包装专项检查。"),
    ("prize", grant, SUMMARY, "兑付企业技术改造奖补，对象经公示。"),
    ("prize", consult, ITEM, "群众举报有奖奖金发放系统检测"),
    ("open_to_all", grant, SUMMARY, "各类所有制企业平等申报，不设注册地条件。"),
    ("open_to_all", grant, SUMMARY, "取消原有税收返还条款，按投入据实补助。"),
    ("first_batch", consult, ITEM, "第一批古井测绘"),
    ("first_batch", consult, ITEM, "分批次抽样检验"),
    ("own_text", hired, SUMMARY, "辅助岗位服务办事群众，全年开放三百天。"),
    ("own_text", going_works, SUMMARY, "工程主体已完成四成，本年完成封顶和砌筑。"),
    ("own_text", contract_service, SUMMARY, "合同期三年，本年为第二年，按季考核付费。"),
)
