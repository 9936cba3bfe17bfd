"""How well and how fast duplicates are found: made filings, public pairs, a million projects.

    python bench/duplicates.py [found|pairs|AFQMC|speed] [number of projects]

Everything but the million where nothing is said. `found` makes filings in words and with seeds
that nothing was tuned on and counts pairs by disguise; `pairs` joins the two bibliographies and the
two shops of SHANGJI_REAL_DATA with the same search and its columns declared, no label looked at
before the count; `speed` takes a million projects. `--page FILE` writes the page of the reference.
"""

from __future__ import annotations

import csv
import os
import re
import resource
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from duplicate_world import DISGUISES, Filing, filing, pair
from shangji.counting import Count
from shangji.evidence.duplicates import Blocking, Judged, Lexicon, Line, Record, search
from shangji.evidence.duplicates.likeness import WHOLE, Weights
from shangji.pack import load
from shangji.snapshot import RunFacts

FACTS = RunFacts(2027, date(2026, 9, 20), "990101")
REAL = Path(os.environ.get("SHANGJI_REAL_DATA") or "../shared/data") / "pairs"
SEEDS, SIZE = range(2001, 2017), 600
MILLION = 1_000_000
KIBI = 1024


def lexicon() -> Lexicon:
    """The words and points of the national pack."""
    pack, problems = load(("national",))
    if pack is None:
        raise SystemExit("\n".join(map(str, problems)))
    return Lexicon.of(pack, FACTS)


def found(words: Lexicon, vocabulary: str, seeds: range) -> dict[str, list[Count]]:
    """Recall by disguise, of all pairs and of those told clearly; precision under two names."""
    hit: Counter[str] = Counter()
    clear: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for seed in seeds:
        made = filing(seed, SIZE, vocabulary)
        pairs = {
            pair(made.records[one.one].key, made.records[one.two].key): one.certainty
            for one in search(made.records, words)
        }
        for key, disguise in made.truth.items():
            tried[disguise] += 1
            hit[disguise] += key in pairs
            clear[disguise] += pairs.get(key) == "clear"
        told.update(pairs.values())
    rows = {
        name: [Count(hit[name], tried[name]), Count(clear[name], tried[name])] for name in DISGUISES
    }
    rows["合计"] = [Count(hit.total(), tried.total()), Count(clear.total(), tried.total())]
    rows["查准率"] = [Count(hit.total(), told.total()), Count(clear.total(), told["clear"])]
    return rows


def million(count: int) -> list[Record]:
    """Filings of many counties until there are so many projects; each county is a region."""
    made: list[Record] = []
    seed = 5000
    while len(made) < count:
        one: Filing = filing(seed, SIZE, "tuned" if seed % 2 else "kept")
        region = f"{seed:06d}"
        made += [
            replace(
                record,
                key=f"{region}{record.key}",
                code=f"{region}{record.code}",
                region=region,
                prior=frozenset(f"{region}{code}" for code in record.prior),
            )
            for record in one.records
        ]
        seed += 1
    return made[:count]


def speed(words: Lexicon, count: int) -> str:
    """Seconds, processor seconds and memory for so many projects, verification included."""
    records = million(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBI
    begun, used = time.perf_counter(), time.process_time()
    pairs = search(records, words, processes=2)
    wall = time.perf_counter() - begun
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() - used + below.ru_utime + below.ru_stime
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBI
    return (
        f"{len(records):,} 个项目：{wall:.0f} 秒，处理器 {spent:.0f} 秒，两个进程；"
        f"内存峰值 {peak:,} MB（其中项目本身 {before:,} MB），"
        f"每个子进程另 {below.ru_maxrss // KIBI:,} MB；"
        f"列出 {len(pairs):,} 对；没有使用向量；当时每核负载 {os.getloadavg()[0] / 2:.1f}"
    )


def joined(words: Lexicon, name: str) -> list[str]:
    """Two public lists joined; all labelled matches count, and what is not labelled is wrong."""
    folder = REAL / name
    sides = [read_side(folder / f"table{side}.csv", side, name) for side in "AB"]
    records = [*sides[0], *sides[1]]
    pairs = search(
        records, public(words, name), how=Blocking(gram=4, grams=12, most=40, most_marks=60)
    )
    linked = one_to_one([one for one in pairs if records[one.one].unit != records[one.two].unit])
    got = {(records[one.one].code, records[one.two].code) for one in linked}
    lines = []
    every: set[tuple[str, str]] = set()
    for part in ("train", "valid", "test"):
        rows = list(csv.DictReader((folder / f"{part}.csv").open(encoding="utf-8")))
        true = {
            (f"A{row['ltable_id']}", f"B{row['rtable_id']}") for row in rows if row["label"] == "1"
        }
        seen = {(f"A{row['ltable_id']}", f"B{row['rtable_id']}") for row in rows}
        every |= true
        if part == "test":
            lines.append(scored(f"{name}, labelled pairs of test.csv", got & seen, true))
    lines.insert(
        0, scored(f"{name}, all {len(sides[0]):,} × {len(sides[1]):,} records", got, every)
    )
    return lines


def scored(name: str, got: set[tuple[str, str]], true: set[tuple[str, str]]) -> str:
    """Precision, recall and F1 as a line."""
    hits = len(got & true)
    precision, recall = Count(hits, len(got)), Count(hits, len(true))
    f1 = 2 * hits / (len(got) + len(true))
    return f"{name}: P {precision.shown()} R {recall.shown()} F1 {f1:.4f} (n = {len(true):,})"


def read_side(path: Path, side: str, name: str) -> list[Record]:
    """The records of one list: which column is what is declared here and nowhere learnt."""
    made = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["id"].isdigit():
                continue  # a broken line of the published list
            key = f"{side}{row['id']}"
            if name == "dblp_acm":
                authors = [one.strip() for one in (row["authors"] or "").split(",")]
                made.append(
                    Record(
                        key=key,
                        code=key,
                        name=f"{row['title']} {row['year']}",
                        content=row["authors"] or "",
                        unit=side,
                        lines=tuple(Line(payee=one) for one in authors if one),
                    )
                )
            else:
                price = re.sub(r"[^0-9.]", "", row["price"] or "")
                made.append(
                    Record(
                        key=key,
                        code=key,
                        name=row["name"],
                        content=row["description"] or "",
                        unit=side,
                        cents=round(float(price) * 100) if price else None,
                    )
                )
    return made


def public(words: Lexicon, name: str) -> Lexicon:
    """The points as they are; a difference in wording alone parts no two titles.

    A shop's goods have no place, no quantity and no payee: the line is as high in the points that
    its three columns can bring as it is for projects in theirs.
    """
    points = {**words.points, "名称有别": 0}
    if name == "dblp_acm":
        return replace(words, points=points)
    every = sum(points[sign] for sign in ("名称相近", "内容相近", "金额相同"))
    more = sum(points[sign] for sign in ("同一地点", "工程量相同", "测算相同"))
    return replace(words, points=points, doubtful=words.doubtful * every // (every + more))


def one_to_one(pairs: list[Judged]) -> list[Judged]:
    """Each record's best partner only: neither list holds a thing twice, and both say so."""
    taken: set[int] = set()
    kept = []
    for one in sorted(pairs, key=lambda made: (-made.points, made.one, made.two)):
        if not taken & {one.one, one.two}:
            taken |= {one.one, one.two}
            kept.append(one)
    return kept


def sentences() -> str:
    """Chinese customers' questions in pairs: likeness of wording alone, which knows no meaning."""
    rows = [
        line.rstrip("\n").split("\t")
        for line in (REAL / "AFQMC" / "dev.txt").open(encoding="utf-8")
    ]
    rows = [row for row in rows if len(row) == len(("one", "two", "label"))]
    weights = Weights(text for row in rows for text in row[:2])
    half = WHOLE // 2
    got = {(one, two) for one, two, _ in rows if weights.alike(one, two) >= half}
    true = {(one, two) for one, two, label in rows if label == "1"}
    return scored("AFQMC dev, wording alone, line at one half", got, true)


def shown(rows: dict[str, list[Count]], title: str) -> list[str]:
    """Recall by disguise as a table, the weakest first; precision last."""
    last = ("合计", "查准率")
    order = sorted(
        (name for name in rows if name not in last), key=lambda name: rows[name][0].share
    )
    lines = [title, "", "| 伪装 | n | 找到（含提示） | 其中明确认定 |", "|---|---|---|---|"]
    for name in (*order, *last):
        both, clear = rows[name]
        lines.append(f"| {name} | {both.trials} | {both.shown()} | {clear.shown()} |")
    return lines


def page(parts: list[str]) -> str:
    """The page of the reference."""
    return "\n".join([HEAD, *parts, ""])


HEAD = """# 疑似重复：查得多全、多准、多快

本页由 `python bench/duplicates.py … --page docs/reference/duplicates.md` 写出，请勿手改。

样本是自造的县级申报：同一乡镇几个村报同样的工程（并列项目）占大多数，其中约一成半的项目换一种伪装再报一次。
分值照另一套词语、另一组种子调；“没有照它调分值的词语”一表的种子没有用过，它的工程名称、村名没有写进词表，
但开发时看过它在别的种子上的总数和误报，提示线是看着两套词语一起选的，所以这张表也偏乐观。
自造样本不等于真实申报：真实县里的数字要用本地认定过的项目对重算。没有使用任何盲测题。

弱项写在前面：名称、内容、工程量、金额都改过的“改名”，只剩地点相同，查不出；付款摘要、历年名称
只有一句话，换了说法的查不全；同名的村没有写明乡镇的只能提示；整体没有申报、又没有同一地点可比的拆分查不出；
从属地点（全县与一个乡镇）不当作重复。向量召回没有接入，本页全部数字都没有用向量。
"""


def measured(asked: list[str], words: Lexicon) -> list[str]:
    """What was asked for, as parts of a page."""
    parts = []
    if not asked or "found" in asked:
        for vocabulary, title in (
            ("kept", "## 没有照它调分值的词语"),
            ("tuned", "## 调过分值的词语，另一组种子"),
        ):
            parts += [*shown(found(words, vocabulary, SEEDS), title), ""]
    if not asked or "pairs" in asked:
        told = [*joined(words, "dblp_acm"), *joined(words, "abt_buy"), sentences()]
        parts += [
            "## 公开数据集（同一套查找和比对，声明列名，不看标签）",
            "",
            *(f"- {one}" for one in told),
            "",
        ]
    if "speed" in asked:
        count = next((int(one) for one in asked if one.isdigit()), MILLION)
        parts += ["## 规模", "", f"- {speed(words, count)}", ""]
    return parts


def main() -> None:
    """Measure what is asked for, print it, and write the page where one is named."""
    arguments = sys.argv[1:]
    target = ""
    if "--page" in arguments:
        at = arguments.index("--page")
        target = arguments[at + 1]
        del arguments[at : at + 2]
    parts = measured(arguments, lexicon())
    print(*parts, sep="\n")
    if target:
        Path(target).write_text(page(parts), "utf-8")


if __name__ == "__main__":
    main()
