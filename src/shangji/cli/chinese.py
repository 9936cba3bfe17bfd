"""Click in Chinese: headings, usage errors, refusals and faults, with the documented exit codes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click
from wcwidth import wcswidth

from shangji.columns import wrapped
from shangji.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE, REFUSED, FAULT, STOPPED = 2, 3, 70, 130
WIDTH = 96
NAMES_WIDTH = 24
USAGE_WORDS = {"[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]...": "[参数]…"}


class _Chinese:
    """Headings of the help page in Chinese, and one Chinese help option."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined] # a click.Command beside it
        for english, chinese in USAGE_WORDS.items():
            pieces = pieces.replace(english, chinese)
        formatter.write_usage(ctx.command_path, pieces, "用法：")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option with Chinese words."""
        option = super().get_help_option(ctx)  # type: ignore[misc] # a click.Command beside it
        if option is not None:
            option.help = "显示这段说明。"
        return option  # type: ignore[no-any-return] # click's own type

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and for a group its commands."""
        records = [
            record
            for parameter in self.get_params(ctx)  # type: ignore[attr-defined] # a click.Command beside it
            if isinstance(parameter, click.Option)
            and (record := parameter.get_help_record(ctx)) is not None
        ]
        if records:
            with formatter.section("选项"):
                _write_list(formatter, [(name, _chinese(text)) for name, text in records])
        if isinstance(self, click.Group):
            commands = [
                (name, (command.help or "").partition("\n")[0])
                for name, command in self.commands.items()
                if not command.hidden
            ]
            with formatter.section("命令"):
                _write_list(formatter, commands)


def _chinese(text: str) -> str:
    """Click's remark on a default, in Chinese and at the end."""
    body, _, remark = text.partition("  [default: ")
    default = remark.removesuffix("]").partition(";")[0]
    return f"{body.strip()}（缺省 {default}）" if default else body.partition("  [")[0]


def _write_list(formatter: click.HelpFormatter, rows: Sequence[tuple[str, str]]) -> None:
    """Write names and their texts in two columns, Chinese counted as two."""
    first = min(max(wcswidth(name) for name, _ in rows), NAMES_WIDTH) + 2
    for name, text in rows:
        head = f"  {name}{' ' * max(1, first - wcswidth(name))}"
        for line in wrapped(f"{head}{text}", first + 2, WIDTH):
            formatter.write(f"{line}\n")


class ChineseCommand(_Chinese, click.Command):
    """A command whose help is Chinese."""


class ChineseGroup(_Chinese, click.Group):
    """A group whose help is Chinese, and whose groups and commands are too."""

    command_class = ChineseCommand


ChineseGroup.group_class = ChineseGroup


def run(  # noqa: PLR0911 - one branch for each way to end
    command: click.Command, arguments: Sequence[str] | None
) -> int:
    """Run a command; every way to end has its exit code and Chinese words on standard error."""
    try:
        code = command.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="shangji",
            standalone_mode=False,
            max_content_width=WIDTH,
        )
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        return 0
    except click.UsageError as error:
        click.echo(f"用法错误：{usage_words(error)}", err=True)
        if error.ctx is not None:
            click.echo(f"查看说明：{error.ctx.command_path} --help", err=True)
        return USAGE
    except Refused as refused:
        for problem in refused.problems:
            click.echo(f"× {problem}", err=True)
        return REFUSED
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断；原有结果没有改动。", err=True)
        return STOPPED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends
        return 0
    except Exception as error:  # noqa: BLE001 - the last guard: words instead of a traceback
        return _fault(error)
    return code if isinstance(code, int) else 0


def _fault(error: Exception) -> int:
    if os.environ.get("SHANGJI_DEBUG"):
        raise error
    first = str(error).strip().splitlines()[:1]
    click.echo(f"程序故障（{type(error).__name__}）：{' '.join(first)[:200]}", err=True)
    click.echo("这不是数据的问题。请设 SHANGJI_DEBUG=1 重跑，把输出发给维护者。", err=True)
    return FAULT


def usage_words(error: click.UsageError) -> str:
    """What is wrong with the words of a command, in Chinese."""
    match error:
        case click.NoSuchOption():
            near = f"，是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}。"
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
            return f"缺少 {name}。"
        case click.BadParameter():
            name = error.param.opts[0] if error.param else ""
            return f"{name} 的值不对：{_reason(error)}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面要跟一个值。"
        case _:
            return _other(error.message)


def _reason(error: click.BadParameter) -> str:
    kind: Any = getattr(error.param, "type", None)
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(map(str, kind.choices))}。"
    if isinstance(kind, click.IntRange):
        return f"应是 {kind.min} 到 {kind.max} 的整数。"
    if isinstance(kind, click.types.IntParamType):
        return "应是整数。"
    return error.message


def _other(message: str) -> str:
    for english, chinese in (
        ("No such command", "没有这个命令"),
        ("Got unexpected extra argument", "多了参数"),
        ("Missing command", "缺少命令"),
    ):
        if message.startswith(english):
            return f"{chinese}{message.removeprefix(english).lstrip('s')}"
    return message
