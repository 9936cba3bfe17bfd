"""YAML read strictly: scalars are text, duplicate keys are refused, keys know their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from shangji.errors import Problem, Where

if TYPE_CHECKING:
    from pathlib import Path

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # pragma: no cover - a PyYAML built without libyaml
    from yaml import BaseLoader as _Loader  # type: ignore[assignment] # the slow twin

DEPTH_MOST = 20


class Mapped(dict[str, Any]):
    """A mapping that remembers the line of each of its keys."""

    line = 0
    lines: dict[str, int]


class _Duplicate(Exception):  # noqa: N818 - inner signal, turned into a Problem by `read`
    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


def read(path: Path, shown: str) -> tuple[Mapped | None, list[Problem]]:
    """Return the top mapping of a file, or the problems that forbid it.

    Args:
        path: the file.
        shown: how problems name the file.
    """
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
        built = _build(node, 0) if node is not None else Mapped()
    except UnicodeDecodeError:
        says, line = "文件不是 UTF-8 编码。", 0
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        says, line = f"写法有误：{error.problem}。", mark.line + 1 if mark else 0
    except yaml.YAMLError:  # a character that no YAML may hold: it has no mark
        says, line = "文件里有不允许的字符。", 0
    except _Duplicate as error:
        says, line = f"“{error.key}”写了两次。", error.line
    except RecursionError:
        says, line = "嵌套太深。", 0
    else:
        if isinstance(built, Mapped):
            return built, []
        says, line = "文件最外层应当是“名称: 值”。", 1
    return None, [Problem("pack-yaml", Where(shown, line=line), says, "请改正后重新检查规则包。")]


def _build(node: yaml.Node, depth: int) -> Any:  # noqa: ANN401 - a document is text, lists, mappings
    if depth > DEPTH_MOST:
        raise RecursionError
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, depth + 1) for item in node.value]
    built = Mapped()
    built.line = node.start_mark.line + 1
    built.lines = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="名称应当是文字", problem_mark=key.start_mark)
        if key.value in built:
            raise _Duplicate(key.value, key.start_mark.line + 1)
        built[key.value] = _build(value, depth + 1)
        built.lines[key.value] = key.start_mark.line + 1
    return built
