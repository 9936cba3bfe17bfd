"""Writes docs/reference/cli.md from the command's own --help, so that the page cannot differ."""

from __future__ import annotations

from pathlib import Path

import click
from shangji.cli import main as command

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"
HEAD = """# 命令参考

本页由 `make docs` 从各命令的 `--help` 生成，`tests/test_docs.py` 逐字核对。

退出码：0 完成 · 2 用法不对 · 3 数据被拒收，没有评审 · 4 达到 `--fail-on` 的条件 · 70 程序故障。

"""
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


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
