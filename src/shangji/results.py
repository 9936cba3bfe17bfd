"""The tables of a result: declared once; Parquet, JSON, sheets and the dictionary follow them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import ShangjiError
from shangji.schema import KINDS, Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class ResultTable:
    """A result table: its name, its key in order, its columns."""

    name: str
    zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def types(self) -> Mapping[str, str]:
        """SQL type by column."""
        return {column.name: column.sql_type for column in self.columns}


def _table(name: str, zh: str, key: str, *columns: tuple[str, str, str]) -> ResultTable:
    made = tuple(
        Column(name=column, zh=label, kind=kind, scale=KINDS[kind].scale)
        for column, label, kind in columns
    )
    return ResultTable(name, zh, tuple(key.split()), made)


RESULTS: Mapping[str, ResultTable] = {
    table.name: table
    for table in (
        _table(
            "verdict",
            "疑点与不知道",
            "rule_id key",
            ("rule_id", "规则", "text"),
            ("rule_digest", "规则摘要", "text"),
            ("subject", "对象", "text"),
            ("key", "行", "text"),
            ("project_code", "项目代码", "text"),
            ("unit_code", "单位代码", "text"),
            ("outcome", "结论", "text"),
            ("status", "规则状态", "text"),
            ("severity", "程度", "text"),
            ("measured", "实测值", "text"),
            ("allowed", "应有值", "text"),
            ("value_kind", "值的类型", "text"),
            ("at_stake_yuan", "涉及金额", "money"),
            ("owed_by", "缺谁的数据", "text"),
            ("members_unknown", "同组未参与数", "count"),
            ("standards", "所用标准", "text"),
            ("evidence", "证据", "text"),
            ("missing", "缺的数据", "text"),
        ),
        _table(
            "coverage",
            "规则覆盖",
            "rule_id",
            ("rule_id", "规则", "text"),
            ("subject", "对象", "text"),
            ("rows", "行数", "count"),
            ("not_applicable", "不适用", "count"),
            ("applied", "适用", "count"),
            ("fail", "不符", "count"),
            ("unknown", "不知道", "count"),
        ),
        _table(
            "gate",
            "入库结论",
            "subject key",
            ("subject", "对象", "text"),
            ("key", "行", "text"),
            ("outcome", "结论", "text"),
            ("rules", "依据的规则", "text"),
        ),
        _table(
            "score",
            "得分",
            "framework subject key node",
            ("framework", "指标体系", "text"),
            ("subject", "对象", "text"),
            ("key", "行", "text"),
            ("as_of", "数据日", "date"),
            ("node", "指标", "text"),
            ("low", "低分", "number"),
            ("high", "高分", "number"),
            ("known", "已知权重", "count"),
            ("full", "计入权重", "count"),
        ),
        _table(
            "grade",
            "等级",
            "framework subject key",
            ("framework", "指标体系", "text"),
            ("subject", "对象", "text"),
            ("key", "行", "text"),
            ("as_of", "数据日", "date"),
            ("low_grade", "等级（低）", "text"),
            ("high_grade", "等级（高）", "text"),
            ("known", "已知比例", "count"),
            ("rank", "名次", "count"),
        ),
        _table(
            "measure",
            "指标值",
            "name subject key period",
            ("name", "指标", "text"),
            ("subject", "对象", "text"),
            ("key", "行", "text"),
            ("period", "期间", "text"),
            ("numerator", "分子", "number"),
            ("denominator", "分母", "number"),
            ("unit", "单位", "text"),
        ),
        _table(
            "shown",
            "报告表",
            "section key place",
            ("section", "报告表", "text"),
            ("subject", "对象", "text"),
            ("key", "行", "text"),
            ("place", "第几列", "count"),
            ("value", "值", "text"),
            ("below", "分母", "text"),
            ("value_kind", "值的类型", "text"),
        ),
        _table(
            "reduction",
            "审减",
            "project_code line_key fund_source step",
            ("project_code", "项目代码", "text"),
            ("line_key", "明细行", "text"),
            ("fund_source", "资金来源", "text"),
            ("step", "步骤", "text"),
            ("asked_yuan", "申报", "money"),
            ("approved_yuan", "核定", "money"),
            ("cause_kind", "原因类别", "text"),
            ("cause_id", "原因", "text"),
            ("also", "同时发现", "text"),
        ),
        _table(
            "remedy",
            "改正",
            "rule_id key",
            ("rule_id", "规则", "text"),
            ("key", "行", "text"),
            ("project_code", "项目代码", "text"),
            ("at_table", "改哪张表", "text"),
            ("at_key", "改哪一行", "text"),
            ("at_column", "改哪一列", "text"),
            ("given", "原值", "text"),
            ("set_to", "改为", "text"),
        ),
        _table(
            "path",
            "通过路径",
            "project_code reader step_no",
            ("project_code", "项目代码", "text"),
            ("reader", "给谁看", "text"),
            ("step_no", "步骤", "count"),
            ("action", "做什么", "text"),
            ("rules", "回应的规则", "text"),
            ("at_table", "改哪张表", "text"),
            ("at_key", "改哪一行", "text"),
            ("at_column", "改哪一列", "text"),
            ("given", "原值", "text"),
            ("set_to", "改为", "text"),
            ("cost_yuan", "少报金额", "money"),
            ("verified", "已重跑验证", "flag"),
        ),
        _table(
            "path_end",
            "通过路径终点",
            "project_code reader",
            ("project_code", "项目代码", "text"),
            ("reader", "给谁看", "text"),
            ("steps", "步数", "count"),
            ("unverified", "其中未验证", "count"),
            ("left", "须财政部门认定", "count"),
            ("gate_before", "现在的入库结论", "text"),
            ("gate_after", "做完以后的入库结论", "text"),
        ),
        _table(
            "plan",
            "安排",
            "project_code package fund_source year",
            ("project_code", "项目代码", "text"),
            ("package", "决策包", "text"),
            ("fund_source", "资金来源", "text"),
            ("year", "年度", "count"),
            ("amount_yuan", "安排", "money"),
            ("bound_by", "受限于", "text"),
        ),
        _table(
            "plan_cause",
            "没有安排的原因",
            "project_code fund_source cause_no",
            ("project_code", "项目代码", "text"),
            ("fund_source", "资金来源", "text"),
            ("cause_no", "次序", "count"),
            ("cause_kind", "原因类别", "text"),
            ("cause_id", "原因", "text"),
            ("amount_yuan", "金额", "money"),
            ("also", "同时成立", "text"),
        ),
        _table(
            "plan_frontier",
            "财力增减的前沿",
            "change_percent grade",
            ("change_percent", "财力和控制数增减", "count"),
            ("grade", "等级", "text"),
            ("arranged_yuan", "安排", "money"),
        ),
        _table(
            "plan_more",
            "再多一点钱买到什么",
            "limit_name added_yuan project_code",
            ("limit_name", "约束", "text"),
            ("added_yuan", "增加", "money"),
            ("project_code", "项目代码", "text"),
            ("before_yuan", "原安排", "money"),
            ("after_yuan", "增加后的安排", "money"),
        ),
        _table(
            "plan_flip",
            "安排的稳定性",
            "project_code",
            ("project_code", "项目代码", "text"),
            ("state", "安排情况", "text"),
            ("margin", "离翻转差几分（百分之一分）", "count"),
            ("money_percent", "财力增减到多少就翻", "count"),
            ("weight_percent", "权重移动到多少就翻", "count"),
            ("spread", "分数还可能涨（百分之一分）", "count"),
            ("for_people", "交人核定", "flag"),
        ),
        _table(
            "plan_path",
            "怎样才能安排",
            "project_code reader step_no",
            ("project_code", "项目代码", "text"),
            ("reader", "给谁看", "text"),
            ("step_no", "步骤", "count"),
            ("action", "做什么", "text"),
            ("target", "对什么", "text"),
            ("amount_yuan", "金额", "money"),
            ("points", "还差几分（百分之一分）", "count"),
            ("money_percent", "财力增加", "count"),
            ("verified", "已验证", "flag"),
        ),
        _table(
            "plan_part",
            "安排的取舍单元",
            "part_no",
            ("part_no", "单元", "count"),
            ("project_code", "项目代码", "text"),
            ("fund_source", "资金来源", "text"),
            ("package", "决策包", "text"),
            ("class_no", "次序", "count"),
            ("after_no", "接在哪一单元之后", "count"),
            ("is_whole", "不可拆分", "flag"),
            ("weight", "权重", "count"),
            ("amount_yuan", "金额", "money"),
            ("arranged_yuan", "安排", "money"),
        ),
        _table(
            "plan_limit",
            "安排的约束",
            "limit_name",
            ("limit_name", "约束", "text"),
            ("kind", "类别", "text"),
            ("sense", "方向", "text"),
            ("limit_fen", "限额（分，项目关系为个数）", "count"),
            ("used_fen", "已用（分，项目关系为个数）", "count"),
        ),
        _table(
            "plan_term",
            "约束的构成",
            "limit_name part_no",
            ("limit_name", "约束", "text"),
            ("part_no", "单元", "count"),
            ("coefficient", "系数（分，项目关系为个数）", "count"),
        ),
        _table(
            "plan_stage",
            "安排的步骤",
            "class_no",
            ("class_no", "次序", "count"),
            ("grade", "等级", "text"),
            ("value", "目标值", "text"),
            ("bound", "上界", "text"),
            ("relaxed_bound", "线性规划上界", "text"),
            ("is_proven", "已证最优", "flag"),
        ),
        _table(
            "plan_price",
            "约束的价格",
            "class_no limit_name",
            ("class_no", "次序", "count"),
            ("limit_name", "约束", "text"),
            ("price", "价格", "text"),
            ("from_fen", "价格从限额多少起成立（分）", "count"),
            ("to_fen", "价格到限额多少为止成立（分）", "count"),
        ),
    )
}
"""Result tables by name; an engine writes those that a plan makes."""


@dataclass(frozen=True)
class Results:
    """The result tables of one run: a folder of Parquet, rows and digest of each table."""

    folder: Path
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    measured: Mapping[str, Any] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """The Parquet file of a table."""
        if name not in self.rows:
            raise ShangjiError(f"no result table {name!r}")
        return self.folder / f"{name}.parquet"


def extended(results: Results, tables: Mapping[str, Sequence[tuple[Any, ...]]]) -> Results:
    """Write result tables made here beside those of a run, and return the results with them."""
    import duckdb

    counts, digests = dict(results.rows), dict(results.digests)
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, rows in tables.items():
            table = RESULTS[name]
            columns = [list(column) for column in zip(*rows, strict=True)] or [
                [] for _ in table.columns
            ]
            shown = ", ".join(
                f'unnest(CAST(? AS {sql}[])) AS "{column}"' for column, sql in table.types.items()
            )
            path = results.folder / f"{name}.parquet"
            keys = ", ".join(f'"{key}" NULLS FIRST' for key in table.key)
            target = str(path).replace("'", "''")
            connection.execute(
                f"COPY (SELECT * FROM (SELECT {shown}) AS r ORDER BY {keys}) TO '{target}' "
                "(FORMAT parquet, COMPRESSION zstd)",
                columns,
            )
            found = digest.of_parquet(connection, path, list(table.types))
            counts[name], digests[name] = found
    return replace(results, rows=counts, digests=digests)
