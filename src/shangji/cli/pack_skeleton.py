"""The files of a new overlay pack, with comments that teach."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "pack.toml": """\
# 本地规则包：叠加在国家通用包（national）之上，只写本地不同的地方。
name = "{name}"
zh = "本地规则包"
version = "2027.1"
language = 1                  # 规则语言的版本，不用改
requires = ["national"]       # 先装入国家通用包
""",
    "tables/project.yaml": """\
# 给“项目”表加本地自己的列。只能加列，不能改国家通用包里已有的列。
# kind：text 文本、money 金额（元）、count 整数、number 小数、year 年份、date 日期、flag 是否。
extends: project
columns:
  - name: council_date                      # 规则里用的名字：小写英文、下划线
    zh: 常务会议审定日期                    # 表头
    kind: date
    aka: [上会日期, 常务会审定日期]         # 表头的其他写法，导入时都认
    optional_because: 金额不到上会标准的项目不用上会。
""",
    "standards/council_floor.yaml": """\
# 一个没有键的标准就是一个可以调整的界限。改数时另加一段新的 values，不改旧的。
standard: council_floor
zh: 须上常务会议的项目金额
kind: money
unit: 元
at_most: 999999999.99                       # 这个数最大可能是多少
values:
  - region: "990101"                        # 谁定的：改为本地六位区划代码
    binds: {{regions: ["990101"]}}            # 约束哪些地区：改为本地六位区划代码
    effective_from: 2020-01-01
    effective_to: ""                        # 还在执行就留空
    # 有文件的改成 {{kind: act, doc_no: 文号, title: 名称}}；文号照抄原件，不要凭记忆写。
    basis: {{kind: practice, note: 示例数，请换成本地文件}}
    checked: default                        # verified 已核原件、recalled 凭记忆、default 示例
    status: active                          # draft 草稿、trial 试行、active 启用、retired 停用
    rows:
      - {{value: 1000000}}
""",
    "rules/L-0001.yaml": """\
# 一条规则一个文件，文件名就是编号。编号用过就不再给别的规则用。
id: L-0001
title: 达到上会标准的项目没有常务会议审定
subject: project                            # 逐行审哪张表
dimension: necessity                        # 属于哪一方面
severity: hint                              # veto 否决、major 重、minor 轻、hint 提示
status: active
visible_to: unit                            # unit 单位可见、bureau 只有财政可见
# 只有通行做法作依据的规则只能是 hint；有了文件再提高程度。
basis:
  - {{kind: practice, note: 示例规则，请换成本地文件}}
standards: {{floor: council_floor}}
# 适用条件：第一项先说审哪些通道的项目。任何一项不知道，结论就是“不知道”，不会当作通过。
applies: >-
  project.lane IN ('works', 'operation', 'policy', 'one_off')
  AND project.amount_yuan >= floor.value
# 不符条件：成立就是不符。.missing 表示这一格留空了。
fails: project.council_date.missing
shows: {{measured: project.amount_yuan, allowed: floor.value}}
message: 项目申报 {{measured}} 元，达到 {{allowed}} 元，应先经常务会议审定。
remedy: {{supply: project.council_date}}
# 案例：至少一个不符、一个通过、一个不知道。given 里没写的列就是留空。
given:
  project:
    - {{project_code: P1, project_name: 县医院设备更新, region: "990101", lane: one_off,
       amount_yuan: 1000000}}
cases:
  - name: 达到标准没有上会
    expect: fail
  - name: 达到标准已上会
    given:
      project:
        - {{project_code: P1, project_name: 县医院设备更新, region: "990101", lane: one_off,
           amount_yuan: 1000000, council_date: 2026-09-01}}
    expect: pass
  - name: 没有填金额
    given:
      project:
        - {{project_code: P1, project_name: 县医院设备更新, region: "990101", lane: one_off}}
    expect: unknown
  - name: 差一分钱不到标准
    given:
      project:
        - {{project_code: P1, project_name: 县医院设备更新, region: "990101", lane: one_off,
           amount_yuan: 999999.99}}
    expect: not_applicable
""",
}
"""Text by path inside the pack; `{name}` is the pack's name."""


def write(folder: Path, name: str) -> list[str]:
    """Write the files of a new pack into a folder that does not exist yet; returns their paths."""
    for path, text in FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.format(name=name), "utf-8")
    return list(FILES)
