"""The sheet of paths to pass: one line a step, the bureau's full version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shangji.report.sheets import COUNT, MONEY, TEXT, WRAP, Sheet, in_wan
from shangji.words import end_words, step_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Pack

COLUMNS = (
    ("项目代码", 23, TEXT),
    ("项目名称", 34, WRAP),
    ("单位代码", 11, TEXT),
    ("终点", 34, WRAP),
    ("步骤", 6, COUNT),
    ("做什么", 46, WRAP),
    ("少报（万元）", 13, MONEY),
    ("验证", 18, TEXT),
    ("单位可见", 9, TEXT),
    ("回应的疑点", 34, WRAP),
)
STEPS = """
    SELECT e.*, p.step_no, p.action, p.rules, p.at_table, p.at_key, p.at_column, p.given, p.set_to,
      p.cost_yuan, p.verified, g.project_name, g.unit_code,
      EXISTS (SELECT 1 FROM path AS u WHERE u.project_code = p.project_code AND u.reader = 'unit'
        AND u.action = p.action AND u.at_table = p.at_table AND u.at_key = p.at_key
        AND u.at_column = p.at_column) AS shown
    FROM path_end AS e LEFT JOIN path AS p USING (project_code, reader)
    JOIN given_project AS g USING (project_code)
    WHERE reader = 'bureau' AND (e.steps > 0 OR e."left" > 0) ORDER BY project_code, step_no
"""


def paths(connection: Any, pack: Pack) -> Sheet:  # noqa: ANN401 - duckdb is imported late
    """One line a step of every project that has something to mend or to be settled."""
    found = connection.execute(STEPS)
    names = [column[0] for column in found.description]
    rows: list[Sequence[Any]] = []
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        head = (row["project_code"], row["project_name"], row["unit_code"], end_words(pack, row))
        if row["step_no"] is None:
            rows.append((*head, None, "", None, "", "", ""))
            continue
        rows.append(
            (
                *head,
                row["step_no"],
                step_words(pack, row),
                in_wan(row["cost_yuan"]),
                "已重跑验证" if row["verified"] else "尚需提供，未验证",
                "是" if row["shown"] else "否",
                "、".join(pack.rules[name].title for name in json.loads(row["rules"])),
            )
        )
    note = "照做以后按同一套规则能通过的最少改动，花钱少的在前；不建议改名、拆分或换科目。"
    return Sheet("通过路径", COLUMNS, rows, note=note)
