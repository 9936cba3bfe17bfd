"""Writes the reference pages that follow from the code, so that they cannot differ from it.

`cli.md` is what every --help prints, `problems.md` is `errors.CODES`.
"""

from __future__ import annotations

from pathlib import Path

import click

from shangji.cli import shangji as command
from shangji.errors import CODES, EFFECTS
from shangji_web.serve import serve, site

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGE = REFERENCE / "cli.md"
PROBLEMS = REFERENCE / "problems.md"
HEAD = """# 命令参考

本页由 `make docs` 从各命令的 `--help` 生成，`tests/test_docs.py` 逐字核对。

退出码：0 完成 · 2 用法不对 · 3 数据被拒收，没有评审 · 4 达到 `--fail-on` 的条件 · 70 程序故障。

"""
PROBLEMS_HEAD = """# 问题代码

数据或规则包有毛病时，程序不报错退出，而是逐条说明：什么问题、在哪里、为什么、怎么改。每条都有一个代码。

本页由 `make docs` 从 `errors.CODES` 生成，`tests/library/test_checking_cli.py` 逐字核对。

“处理”一栏：无法继续 = 不评审，原有结果不动（退出码 3）；拒收 = 这一格或这一行不收，按不知道处理；
已改写 = 按所写意思规范后收下；提醒 = 收下，请人看一眼。
"""
command.add_command(serve)  # as the entry points of the site do
command.add_command(site)
GROUPS = {
    "cell": "申报表：一格",
    "row": "申报表：一行",
    "sheet": "申报表：一张工作表",
    "column": "申报表：一列",
    "file": "申报表：一个文件",
    "folder": "申报表：一个文件夹",
    "facts": "评审参数",
    "snapshot": "快照",
    "output": "输出",
    "pack": "规则包：文件",
    "rule": "规则包：规则",
    "case": "规则包：案例",
    "relation": "规则包：关系",
    "engine": "引擎",
    "fact": "引擎：查找与事实",
    "report": "审核结果",
    "name": "名称",
    "ledger": "账本",
}
WIDTH = 96


def sections(found: click.Command, name: str, parent: click.Context | None) -> list[str]:
    """Return the section of a command and those of all below it."""
    if found.hidden:
        return []
    context = click.Context(
        found, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )
    text = found.get_help(context).rstrip()
    parts = [f"## {context.command_path}\n```text\n{text}\n```\n"]
    if isinstance(found, click.Group):
        for child in sorted(found.commands):
            parts += sections(found.commands[child], child, context)
    return parts


def page() -> str:
    """Return the whole page."""
    return HEAD + "\n".join(sections(command, "shangji", None))


def problems_page() -> str:
    """Return the page of problem codes."""
    parts = [PROBLEMS_HEAD]
    group = ""
    for code, (title, effect) in CODES.items():
        head = GROUPS.get(code.partition("-")[0], code.partition("-")[0])
        if head != group:
            group = head
            parts.append(f"\n## {head}\n| 代码 | 说明 | 处理 |\n|---|---|---|\n")
        parts.append(f"| `{code}` | {title} | {EFFECTS[effect]} |\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    PROBLEMS.write_text(problems_page(), encoding="utf-8")
