"""Trouble in data is a value (`Problem`); a fault of the program is an exception (`ShangjiError`).

Every problem code is listed in `CODES` with the words that head it and with what was done to the
cell or file, so that the reference page and the counts on screen come from one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSED = "refused"
CHANGED = "changed"
NOTED = "noted"
FATAL = "fatal"

EFFECTS = {FATAL: "无法继续", REFUSED: "拒收", CHANGED: "已改写", NOTED: "提醒"}
"""What was done about a problem, and its word on screen."""

CODES: dict[str, tuple[str, str]] = {
    # Intake: one cell.
    "cell-number": ("不是数字", REFUSED),
    "cell-range": ("超出合理范围", REFUSED),
    "cell-decimals": ("小数位数过多", REFUSED),
    "cell-date": ("不是日期", REFUSED),
    "cell-flag": ("不是“是/否”", REFUSED),
    "cell-year": ("不是年份", REFUSED),
    "cell-long": ("文字过长", REFUSED),
    "cell-scientific": ("编码被表格软件改成了科学计数", REFUSED),
    "cell-formula-error": ("公式出错", REFUSED),
    "cell-id-no": ("身份证号不留存", CHANGED),
    "cell-cleaned": ("已规范书写", CHANGED),
    "cell-unit": ("已按万元换算为元", CHANGED),
    "cell-merged": ("合并单元格已补齐", CHANGED),
    "cell-doubtful": ("需要核对", NOTED),
    # Intake: a row, a sheet, a file.
    "row-secret": ("涉密行不入系统", REFUSED),
    "row-duplicate-key": ("编码重复", NOTED),
    "row-total": ("合计行不作为数据", NOTED),
    "row-skipped": ("按映射不收的行", NOTED),
    "row-hidden": ("有隐藏的行", NOTED),
    "rows-joined": ("同一项目的几行已合并", CHANGED),
    "rows-differ": ("同一项目的几行不一致", REFUSED),
    "sheet-unknown": ("不认识的工作表", NOTED),
    "sheet-empty": ("工作表没有数据", NOTED),
    "sheet-hidden": ("有隐藏的工作表", NOTED),
    "column-hidden": ("有隐藏的列", NOTED),
    "column-unknown": ("不认识的列", NOTED),
    "column-absent": ("缺少列", NOTED),
    "column-unit": ("金额单位不明", REFUSED),
    "file-unreadable": ("文件读不出来", FATAL),
    "file-kind": ("不支持的文件类型", NOTED),
    "file-too-large": ("文件超过上限", FATAL),
    "file-macro": ("文件含宏、链接或嵌入对象", FATAL),
    "file-crash": ("读取中断", FATAL),
    "mapping-file": ("映射文件不能用", FATAL),
    "folder-missing": ("找不到文件夹或文件", FATAL),
    "folder-empty": ("没有可审核的申报表", FATAL),
    "facts-missing": ("缺少评审参数", FATAL),
    "facts-differ": ("封面所写不一致", NOTED),
    # Documents behind a declaration.
    "document-unread": ("资料没有读", NOTED),
    "document-kind": ("扩展名与内容不符", NOTED),
    "document-hidden": ("资料里有隐藏的内容", NOTED),
    "document-secret": ("资料标有密级", NOTED),
    "document-unmatched": ("资料不知属于哪个项目", NOTED),
    "document-quote": ("摘录与原文不符", NOTED),
    "model-address": ("模型服务的地址不能用", FATAL),
    "model-inconclusive": ("模型没有给出有效结论", NOTED),
    "pattern-wrong": ("抽取样式不能用", FATAL),
    # Snapshot and output.
    "snapshot-damaged": ("快照损坏", FATAL),
    "snapshot-key": ("主键重复", FATAL),
    "output-unwritable": ("写不进输出文件夹", FATAL),
    "output-full": ("磁盘已满", FATAL),
    # The meeting's papers, returned.
    "paper-foreign": ("不是这次审核导出的汇总表", FATAL),
    "paper-head": ("汇总表的表头不全", FATAL),
    "paper-id-changed": ("汇总表的编号被改动", FATAL),
    "paper-twice": ("同一项目出现两次", FATAL),
    "paper-missing": ("汇总表少了项目", FATAL),
    "paper-amount": ("决定数读不出来", FATAL),
    "paper-over": ("决定数超出范围", FATAL),
    "paper-meeting": ("决定没有写明会议", FATAL),
    "paper-frozen": ("版本已经冻结", FATAL),
    # Money to arrange.
    "plan-money": ("财力或控制数不能用", NOTED),
    "plan-clash": ("约束互相冲突", NOTED),
    "plan-package": ("决策包不能用", NOTED),
    "plan-fund": ("资金来源对不上", NOTED),
    "plan-relation": ("项目关系不能用", NOTED),
    "plan-sum": ("明细多于申报", NOTED),
    "plan-none": ("没有资金安排", FATAL),
    "plan-large": ("项目太多，没有逐档试算", NOTED),
    "plan-solver": ("缺少优化求解器", NOTED),
    # Packs.
    "pack-missing": ("找不到规则包", FATAL),
    "pack-yaml": ("规则包文件格式错误", FATAL),
    "pack-key-unknown": ("不认识的字段", FATAL),
    "pack-key-absent": ("缺少必填字段", FATAL),
    "pack-value": ("字段取值不对", FATAL),
    "pack-duplicate": ("重复定义", FATAL),
    "pack-reference": ("引用了不存在的内容", FATAL),
    "pack-hints-only": ("只供提示的表被用来评判", FATAL),
    "pack-language": ("规则语言版本不符", FATAL),
    "rule-syntax": ("条件写法错误", FATAL),
    "rule-column": ("条件用了不存在的列", FATAL),
    "rule-type": ("条件两边类型不符", FATAL),
    "rule-width": ("乘积超出精度", FATAL),
    "rule-lane": ("适用条件没有以项目类别或通道开头", FATAL),
    "rule-guard": ("条件可被留空绕过", FATAL),
    "rule-visible": ("单位可见的规则读了别的单位的数据", FATAL),
    "rule-basis": ("规则没有依据", FATAL),
    "rule-repealed": ("规则依据已废止", FATAL),
    "rule-cases": ("规则案例不全", FATAL),
    "rule-never": ("规则永远不会触发", FATAL),
    "rule-within": ("规则被另一条包含", FATAL),
    "rule-against": ("两条规则互相矛盾", FATAL),
    "case-wrong": ("案例结果与预期不符", FATAL),
    "relation-sql": ("关系的 SQL 不可移植", FATAL),
    "relation-rows": ("关系在两种引擎上结果不同", FATAL),
    # Expenditure standards.
    "standard-records": ("没有可比记录", FATAL),
    "standard-driver": ("影响因素缺得太多", NOTED),
    "standard-index": ("缺少价格指数", NOTED),
    "standard-entry": ("标准录入有误", REFUSED),
    "standard-key": ("标准的分类没有见过", NOTED),
    "standard-absent": ("没有这条标准", FATAL),
    "standard-move": ("标准状态不能这样改", FATAL),
    # Deciding, telling, issuing on the site.
    "meeting-kind": ("没有这种会议", REFUSED),
    "meeting-twice": ("会议已经登记", REFUSED),
    "reason-long": ("理由太长", REFUSED),
    "batch-empty": ("没有可压减的项目", REFUSED),
    "batch-stale": ("预览已经过时", REFUSED),
    "batch-undone": ("已经撤销过", REFUSED),
    "batch-kept": ("没有可恢复的", REFUSED),
    "version-empty": ("没有可冻结的内容", REFUSED),
    "version-damaged": ("冻结版本与摘要不符", FATAL),
    "tell-nothing": ("没有可以一下的项目", REFUSED),
    "tell-over": ("已定数超过财力或控制数", REFUSED),
    "approved-day": ("批准日期不对", REFUSED),
    "issue-over": ("二上数超过决定数", REFUSED),
    "publish-early": ("还不能公开", REFUSED),
    "hand-nothing": ("没有可移交的内容", REFUSED),
    "stage-days": ("日程的起止不对", REFUSED),
    "issue-nothing": ("没有可批复的项目", REFUSED),
    "notice-kind": ("公示不能这样办", REFUSED),
    # What a unit is told in its own sheet.
    "remark-blocks": ("入库前必须改", NOTED),
    "remark-explain": ("需说明事项", NOTED),
    # Answers of units.
    "answer-edited": ("反馈编号缺失或被改动", NOTED),
    "answer-foreign": ("不是本次审核的反馈", NOTED),
    "answer-gone": ("所答问题已不存在", NOTED),
    "answer-doubled": ("同一问题有几条说明", NOTED),
    # Engines and runs.
    "engine-missing": ("引擎不可用", FATAL),
    "engine-differs": ("引擎结果不一致", FATAL),
    "engine-overflow": ("计算溢出", FATAL),
    "fact-fanout": ("一行对上了多行", FATAL),
    "report-missing": ("找不到审核结果", FATAL),
    "report-damaged": ("审核结果不完整", FATAL),
    "name-unknown": ("找不到这个名称", FATAL),
    # The policy library.
    "library-missing": ("找不到政策法规库", FATAL),
    "library-damaged": ("政策法规库损坏", FATAL),
    "library-file": ("没有收入政策法规库", REFUSED),
    "library-doubtful": ("政策法规库里需要核对", NOTED),
    # The examination.
    "exam-frozen": ("考卷与冻结时不符", FATAL),
    "exam-unread": ("考卷里有资料读不了", FATAL),
    # The ledger.
    "ledger-missing": ("找不到账本", FATAL),
    "ledger-damaged": ("账本损坏", FATAL),
    "ledger-entry": ("记录不能入账", FATAL),
    "ledger-personal": ("记录里有个人信息", FATAL),
    "ledger-busy": ("账本被占用", FATAL),
    "ledger-clock": ("时钟倒退", NOTED),
    "ledger-hash": ("散列算法不对", FATAL),
    "ledger-key": ("密钥不能用", FATAL),
    "ledger-signature": ("签名不符", FATAL),
    "ledger-proof": ("证明不成立", FATAL),
    "ledger-library": ("缺少组件", FATAL),
    "ledger-database": ("账本的数据库连接不能用", FATAL),
    # The site.
    "database-address": ("数据库地址不对", FATAL),
    "site-hosts": ("没有说明网站的地址", FATAL),
    "site-runs": ("网站已经在运行", FATAL),
    "site-in-use": ("这里已有网站的数据", FATAL),
    "backup-vendor": ("备份与数据库不是一种", FATAL),
    "backup-tool": ("数据库工具没有做成", FATAL),
    "backup-damaged": ("备份不完整", FATAL),
    "post-role": ("没有这个岗位", REFUSED),
    "post-ended": ("岗位已经不在", REFUSED),
    "post-apart": ("岗位不能兼任", REFUSED),
    "post-place": ("岗位没有写明单位或科室", REFUSED),
    "person-login": ("登录名不能用", REFUSED),
    "own-account": ("不能办理自己的账号", REFUSED),
    "same-person": ("经办和审核是同一个人", REFUSED),
    "stage-closed": ("不在办理期内", REFUSED),
    "not-approved": ("人代会尚未批准", REFUSED),
    "project-stale": ("项目已被别人办理", REFUSED),
    "project-step": ("项目不在这个环节", REFUSED),
    "step-not-visited": ("退回的环节不对", REFUSED),
    "words-missing": ("没有写明理由", REFUSED),
    "fields-missing": ("没有选定栏目", REFUSED),
    "draft-stale": ("草稿已在别处保存", REFUSED),
    "draft-closed": ("这一栏不能改", REFUSED),
    "draft-secret": ("涉密内容不得录入", REFUSED),
    "draft-name": ("项目名称不能用", REFUSED),
    "draft-row": ("没有这一行", REFUSED),
    "entry-unread": ("有读不出的内容", REFUSED),
    "entry-blocked": ("入库前必须改", REFUSED),
    "decided-over": ("超出控制数", REFUSED),
    "ceiling-stale": ("控制数已被别人改过", REFUSED),
    "ceiling-wrong": ("控制数填得不对", REFUSED),
    "ceiling-none": ("没有控制数", REFUSED),
    "ceiling-over": ("超出预算科的控制数", REFUSED),
    "document-key": ("附件的钥匙用不了", FATAL),
    "document-damaged": ("加密的附件打不开", FATAL),
    "source-over": ("资金来源超出核定数", REFUSED),
    "source-sum": ("资金来源合计不符", REFUSED),
    "paper-refused": ("附件没有收", REFUSED),
    "answer-late": ("答复期限已过", REFUSED),
    "answer-twice": ("已经答复过", REFUSED),
    "answer-open": ("答复还没有办完", REFUSED),
    "review-stale": ("这一版还没有评审", REFUSED),
    "finding-unruled": ("还有疑点没有认定", REFUSED),
    "referral-open": ("会审或评审没有完成", REFUSED),
    "referral-person": ("不能委托这个人", REFUSED),
    "deduction-over": ("扣减多于申报", REFUSED),
}
"""Problem code: heading on screen, effect."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a problem sits: file, sheet, cell or line, and the field by its Chinese name."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return the place as a person reads it, widest part first."""
        parts = [self.file, self.sheet and f"工作表“{self.sheet}”", self.cell]
        if self.line:
            parts.append(f"第 {self.line} 行")
        if self.field:
            parts.append(f"“{self.field}”")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One trouble in data: what, where, the value found, why, and what to do. Chinese text."""

    code: str
    where: Where
    says: str
    fix: str
    value: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a code that the catalogue lacks: that is a fault of the program."""
        if self.code not in CODES:
            raise ShangjiError(f"problem code {self.code!r} is not in errors.CODES")

    @property
    def title(self) -> str:
        """The heading of this kind of problem."""
        return CODES[self.code][0]

    @property
    def effect(self) -> str:
        """One of `EFFECTS`: what was done about it."""
        return CODES[self.code][1]

    @property
    def fatal(self) -> bool:
        """Whether the work cannot go on."""
        return self.effect == FATAL

    def __str__(self) -> str:
        """Return one line for a screen: heading, place, value, why, remedy."""
        value = f"（“{self.value}”）" if self.value else ""
        place = f"{self.where}：" if str(self.where) else ""
        return f"{self.title}{value}：{place}{self.says} {self.fix}".strip()


class ShangjiError(Exception):
    """A fault of the program or of its caller, never of the data."""


class Refused(ShangjiError):  # noqa: N818 - a refusal is an outcome, not an error class
    """Carries the problems that stop a run through code that cannot go on, up to the command."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the message is their text."""
        self.problems = tuple(problems)
        super().__init__("；".join(map(str, self.problems)))
