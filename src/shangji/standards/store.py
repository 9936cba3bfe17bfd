"""The one store of a county's standards: YAML files of its own pack, written line by line.

A value is added below those that stand, or its status is changed in its place; all other lines of
the file, remarks included, stay as they are. What the pack's loader would refuse is not kept.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji.domain import ACTIVE, DRAFT, RETIRED, STATUSES, TRIAL
from shangji.errors import Problem, Refused, Where
from shangji.pack import load
from shangji.pack.load import required
from shangji.standards.draft import Plain, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

MOVES = {DRAFT: (TRIAL, ACTIVE), TRIAL: (ACTIVE, RETIRED), ACTIVE: (RETIRED,), RETIRED: ()}
"""To which status a dated value may go; a revision is a new dated value, never a way back."""

CHECK = "请用 shangji standards list 查看现有各行。"


@dataclass(frozen=True)
class Step:
    """A step that a person takes with a value: where it goes, who, when and why."""

    to: str
    by: str
    on: date
    reason: str

    def record(self) -> dict[str, str]:
        """As it stands in the file."""
        return {
            "status": self.to,
            "day": Plain(self.on.isoformat()),
            "by": self.by,
            "reason": self.reason,
        }


def publish(pack: Path, document: Mapping[str, Any], step: Step) -> Path:
    """Add the values of a draft to the county's pack, with the status that a person gives them.

    Args:
        pack: the folder of the county's own pack.
        document: a standard as `draft` makes it, its values drafts.
        step: to which status, by whom, when and why.

    Returns:
        The file that was written.

    Raises:
        Refused: the step is not allowed, the same region and day stand already, or the pack would
            no longer load.
    """
    if not (pack / "pack.toml").is_file():
        raise Refused(load(required((pack,)))[1])
    code = str(document["standard"])
    path = file_of(pack, code)
    made = []
    for item in document["values"]:
        held = dict(item)
        if step.to != held["status"]:
            _allowed(code, str(held["status"]), step.to)
            held["status"] = step.to
            history = [*held.pop("history", []), step.record()]
            held["history"] = history
        held["rows"] = held.pop("rows")
        made.append(held)
    if not path.is_file():
        whole = {key: item for key, item in document.items() if key != "values"}
        return _keep(pack, path, text({**whole, "values": made}))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    values = _values(path)
    taken = {(_scalar(node, "region"), _scalar(node, "effective_from")) for node in values.value}
    for item in made:
        at = (str(item["region"]), str(item["effective_from"]))
        if at in taken:
            says = f"{at[0]} 自 {at[1]} 起的“{code}”已经有了。"
            fix = "修订请用新的生效日期另立一行；原来的一行不改数。"
            raise Refused([Problem("standard-move", Where(path.name), says, fix)])
    column = values.value[0].start_mark.column - 2
    end = values.value[-1].end_mark.line
    while end and not lines[end - 1].strip():
        end -= 1
    block = textwrap.indent(text(made), " " * column)
    return _keep(pack, path, "".join([*lines[:end], block, *lines[end:]]))


def move(pack: Path, code: str, at: tuple[str, str], step: Step) -> Path:
    """Change the status of one dated value: `at` is its region and the day it takes effect.

    Raises:
        Refused: no such value, or the step is not allowed.
    """
    path = file_of(pack, code)
    if not path.is_file():
        says = f"规则包“{pack.name}”里没有“{code}”。"
        raise Refused([Problem("standard-absent", Where(str(pack)), says, CHECK)])
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for node in _values(path).value:
        if (_scalar(node, "region"), _scalar(node, "effective_from")) != at:
            continue
        status = _child(node, "status")
        _allowed(code, status.value, step.to)
        line, start, end = status.start_mark.line, status.start_mark.column, status.end_mark.column
        lines[line] = lines[line][:start] + step.to + lines[line][end:]
        column = " " * node.start_mark.column
        history = _child(node, "history")
        if history is None:
            first = {"status": status.value, "day": at[1], "by": "（未记）", "reason": "此前的状态"}
            told = {"history": [{**first, "day": Plain(at[1])}, step.record()]}
            lines.insert(line + 1, textwrap.indent(text(told), column))
        else:
            last = history.value[-1]
            below = " " * (last.start_mark.column - 2)
            lines.insert(_after(lines, last), textwrap.indent(text([step.record()]), below))
        return _keep(pack, path, "".join(lines))
    says = f"“{code}”没有 {at[0]} 自 {at[1]} 起的一行。"
    raise Refused([Problem("standard-absent", Where(path.name), says, CHECK)])


def file_of(pack: Path, code: str) -> Path:
    """Where a standard of a pack stands: the file that defines it, by its name unless another."""
    import yaml

    named = pack / "standards" / f"{code}.yaml"
    if named.is_file():
        return named
    for path in sorted((pack / "standards").glob("*.yaml")):
        node = yaml.compose(path.read_text("utf-8"))
        if node is not None and _scalar(node, "standard") == code:
            return path
    return named


def _after(lines: list[str], node: Any) -> int:  # noqa: ANN401 - a node of the YAML library
    """The line after a node, blank lines and what follows left out."""
    end: int = node.end_mark.line + (1 if node.flow_style else 0)
    while end > node.start_mark.line + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _allowed(code: str, now: str, to: str) -> None:
    if to not in MOVES.get(now, ()):
        can = "、".join(STATUSES[one] for one in MOVES.get(now, ())) or "（不能再改）"
        says = f"“{code}”现在是{STATUSES.get(now, now)}，不能改为{STATUSES.get(to, to)}。"
        fix = f"可以改为：{can}。要改数的，另立一行新的生效日期。"
        raise Refused([Problem("standard-move", Where(field=code), says, fix)])


def _values(path: Path) -> Any:  # noqa: ANN401 - a node of the YAML library
    import yaml

    return _child(yaml.compose(path.read_text("utf-8")), "values")


def _children(node: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as above
    for key, item in node.value:
        yield key.value, item


def _child(node: Any, name: str) -> Any:  # noqa: ANN401 - as above
    return next((item for key, item in _children(node) if key == name), None)


def _scalar(node: Any, name: str) -> str:  # noqa: ANN401 - as above
    found = _child(node, name)
    return "" if found is None else str(found.value)


def _keep(pack: Path, path: Path, written: str) -> Path:
    """Write a file of a pack; put back what stood there if the pack no longer loads."""
    before = path.read_text("utf-8") if path.is_file() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written, "utf-8")
    made, trouble = load(required((pack,)))
    if made is None:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, "utf-8")
        raise Refused(trouble)
    return path
