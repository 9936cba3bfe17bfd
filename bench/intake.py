"""Read 200 workbooks of one unit each, 60 000 lines in all: seconds and memory, children included.

Run: `python bench/intake.py [folder]`; the workbooks are made there, or in a folder thrown away.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import xlsxwriter

from shangji import intake
from shangji.pack import load

UNITS, PROJECTS, LINES = 200, 10, 30
SECONDS, MEGABYTES = 60, 1024
PAUSE = 0.05
HEADS = {
    "项目": [
        "项目代码", "项目名称", "单位代码", "单位名称", "预算年度", "项目类别", "评审分类",
        "项目属性", "开始日期", "结束日期", "申报金额（万元）", "项目概述",
    ],
    "明细": [
        "项目代码", "明细序号", "支出内容", "部门预算支出经济分类", "资金来源", "数量", "计量单位",
        "单价（万元）", "金额（万元）", "单价依据", "单价依据说明", "规格型号", "人数", "天数",
        "备注",
    ],
}  # fmt: skip


def main() -> None:
    """Make the workbooks if they are not there, read them, print what it took."""
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else thrown_away)
        if not any(folder.glob("*.xlsx")):
            made(folder)
        pack, _ = load()
        if pack is None:
            raise SystemExit("the national pack does not load")
        watch = Watch()
        before = sum(os.times()[:4])
        started = time.perf_counter()
        collected, problems = intake.read([folder], pack)
        seconds = time.perf_counter() - started
        peak = watch.stop()
        lines = len(collected.rows["line"])
        cells = collected.cells
        files = len(collected.sources)
        size = sum(path.stat().st_size for path in folder.glob("*.xlsx")) / 1e6
        print(f"{files} workbooks ({size:.1f} MB), {lines:,} lines, {cells['read']:,} cells")
        print(f"kept {cells['kept']:,} changed {cells['changed']:,} refused {cells['refused']:,}")
        ties = all(count.ties for count in collected.counts)
        print(f"problems {len(problems):,}; every sheet ties: {ties}")
        used = sum(os.times()[:4]) - before
        print(f"{used:.1f} s of processor, in this process and its children")
        print(f"{seconds:.1f} s (at most {SECONDS}), {peak:.0f} MB (at most {MEGABYTES})")
        if seconds > SECONDS or peak > MEGABYTES or lines != UNITS * PROJECTS * LINES:
            raise SystemExit(1)


def made(folder: Path) -> None:
    """Write the workbooks."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)  # noqa: S311 - the same workbooks each time
    for unit in range(UNITS):
        with xlsxwriter.Workbook(str(folder / f"单位{unit:03}.xlsx")) as book:
            sheets = {name: book.add_worksheet(name) for name in HEADS}
            for name, heads in HEADS.items():
                sheets[name].write_row(0, 0, heads)
            row = 0
            for number in range(PROJECTS):
                code = f"99010127T{unit:05}{number:06}"
                total = 0.0
                for line in range(1, LINES + 1):
                    row += 1
                    quantity, price = dice.randint(1, 90), dice.randint(1, 900) / 100
                    total += quantity * price
                    item = f"材料和人工第{line}项"
                    values = [
                        code, line, item, "30213", "本级财力", quantity, "平方米",
                        price, round(quantity * price, 2), "合同", f"合同第{line}条", "国标", 12,
                        2.5, "按上年实际测算",
                    ]  # fmt: skip
                    sheets["明细"].write_row(row, 0, values)
                project = [
                    code, f"2027年度第{number}处道路维修", f"{unit:06}", f"样例单位{unit}", 2027,
                    "特定目标类", "运行维护与采购", "延续", "2027-01-01", "2027-12-31",
                    round(total, 2), "维修破损路面，保障通行。",
                ]  # fmt: skip
                sheets["项目"].write_row(number + 1, 0, project)


class Watch:
    """Looks several times a second at how much memory this process and its children hold."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self) -> None:
        while not self.over.wait(PAUSE):
            self.peak = max(self.peak, held())

    def stop(self) -> float:
        """The most that was seen, in MB."""
        self.over.set()
        self.thread.join()
        return self.peak


def held() -> float:
    """MB that this process and its children hold now; a page held by two is counted twice."""
    own = Path("/proc/self").resolve().name
    total = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            told = (process / "status").read_text("utf-8")
        except OSError:  # it has ended since
            continue
        fields = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
        if own in {process.name, fields.get("PPid", "").strip()}:
            total += int(fields.get("VmRSS", "0").split()[0])
    return total / 1024


if __name__ == "__main__":
    main()
