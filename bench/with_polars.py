"""Rules B-01 to B-50 with Polars, lazily, each rule a filter over frames joined once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.compile.plan import review_literals
from shangji.language import refs
from trees import AGGREGATED, LAST_YEAR, PROJECT_OF_LINE, Frames, predicates

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.snapshot import Snapshot
    from trees import Predicate


class Loader:
    """Reads tables as frames of whole numbers and joins them as the rules want them."""

    def __init__(self, pack: Pack, snapshot: Snapshot) -> None:
        self.pack, self.snapshot = pack, snapshot

    def read(self, table: str, *only: str) -> Any:  # noqa: ANN401 - a lazy frame
        """A table's declared columns, or some of them; a decimal as a whole number."""
        import polars as pl

        frame = pl.scan_parquet(self.snapshot.path(table))
        types = self.pack.tables[table].stored()
        own = (column.name for column in self.pack.tables[table].columns)
        wanted = only or (*own, "row_key", "row_unsupplied")
        return frame.select(
            pl.col(name).to_physical().cast(pl.Int64) if "DECIMAL" in types[name] else pl.col(name)
            for name in wanted
        )

    def totals(self) -> Any:  # noqa: ANN401 - a lazy frame
        """The four aggregates over lines, unknown where a missing value could change them."""
        import polars as pl

        kind = pl.col("economic_class")
        amount, other = pl.col("amount_yuan"), pl.col("economic_class") == "39999"
        return (
            self.read("line")
            .group_by("project_code")
            .agg(
                pl.when(amount.null_count() == 0).then(amount.sum()).alias("line_sum_yuan"),
                pl.when((kind.is_null() | (other & amount.is_null())).sum() == 0)
                .then(amount.filter(other).sum())
                .alias("other_yuan"),
                pl.when(kind.null_count() == 0)
                .then((kind == "30215").sum())
                .alias("meeting_count"),
                pl.col("item").is_not_null().all().alias("all_named"),
            )
        )

    def projects(self) -> Any:  # noqa: ANN401 - a frame
        """Projects with their aggregates, last year and unit, in key order."""
        import polars as pl

        last = (
            self.read("history")
            .filter(pl.col("year") == LAST_YEAR)
            .with_columns(key=pl.col("project_code"))
        )
        unit = self.read("organisation", "unit_code", "quota_staff").with_columns(
            key=pl.col("unit_code")
        )
        whole = self.read("project").join(
            self.totals(), on="project_code", how="left", maintain_order="left"
        )
        return (
            named(whole, "project")
            .join(
                named(last, "last_year"),
                left_on="project__project_code",
                right_on="last_year__project_code",
                how="left",
                maintain_order="left",
            )
            .join(
                named(unit, "unit"),
                left_on="project__unit_code",
                right_on="unit__unit_code",
                how="left",
                maintain_order="left",
            )
        ).collect()

    def lines(self) -> Any:  # noqa: ANN401 - a frame
        """Lines with what they need of their project, in key order."""
        return (
            named(self.read("line"), "line")
            .join(
                named(self.read("project", *PROJECT_OF_LINE), "project"),
                left_on="line__project_code",
                right_on="project__project_code",
                how="left",
                maintain_order="left",
            )
            .collect()
        )


def named(frame: Any, alias: str) -> Any:  # noqa: ANN401 - a lazy frame
    """A frame whose columns begin with an alias."""
    return frame.rename(lambda name: f"{alias}__{name}")


def explained(rule: Predicate) -> list[Any]:
    """What was missing and who owes it, as a verdict says it; lookups' keys are left out."""
    import polars as pl

    unknown, unit = [], []
    for ref in refs(rule.applies, rule.fails):
        if ref.path[0] == "review" or ref.path[-1] in {"missing", "found"}:
            continue
        empty = pl.col("__".join(ref.path)).is_null()
        unknown.append(pl.when(empty).then(pl.lit('"' + ".".join(ref.path) + '"')))
        if ref.column is not None and ref.column.supplied_by == "unit":
            away = pl.col(f"{ref.path[0]}__row_unsupplied").str.contains(
                f"|{ref.path[1]}|", literal=True
            )
            unit.append(empty & ~away.fill_null(value=False))
        elif ref.column is None:
            unit.append(empty)
    joined = pl.concat_str(unknown, separator=",", ignore_nulls=True) if unknown else pl.lit("")
    owing = pl.any_horizontal(unit) if unit else pl.lit(value=False)
    doubt = pl.col("fail").is_null()
    return [
        pl.when(doubt)
        .then(pl.when(owing).then(pl.lit("unit")).otherwise(pl.lit("bureau")))
        .alias("owed_by"),
        pl.when(doubt).then("[" + joined + "]").otherwise(pl.lit("[]")).alias("missing"),
        pl.when(doubt).then(pl.lit("unknown")).otherwise(pl.lit("fail")).alias("outcome"),
    ]


def one(rule: Predicate, frame: Any, subject: str, frames: Frames) -> Any:  # noqa: ANN401 - lazy frames
    """The findings of a rule with the columns of a verdict."""
    import polars as pl

    values = {"measured": rule.measured, "allowed": rule.allowed}
    shown = [
        (frames.value(expr) if expr else pl.lit(None)).cast(pl.String).alias(name)
        for name, expr in values.items()
    ]
    stake = frames.value(rule.at_stake) if rule.at_stake else pl.lit(None, pl.Int64)
    constant = {
        "rule_id": rule.rule.id,
        "rule_digest": rule.rule.digest,
        "subject": subject,
        "status": "active",
        "severity": rule.rule.severity,
        "value_kind": "",
        "standards": "[]",
        "evidence": "[]",
    }
    found = frame.lazy().with_columns(frames.verdict(rule).alias("fail"))
    found = found.filter(pl.col("fail") | pl.col("fail").is_null())
    return found.select(
        *(pl.lit(value).alias(name) for name, value in constant.items()),
        pl.col(f"{subject}__row_key").alias("key"),
        pl.col(f"{subject}__project_code").alias("project_code"),
        pl.col("project__unit_code").alias("unit_code"),
        *shown,
        stake.cast(pl.Int64).alias("at_stake"),
        *explained(rule),
        pl.lit(0).alias("members_unknown"),
    )


def run(pack: Pack, snapshot: Snapshot, out: Path) -> int:
    """Write the findings; returns their number."""
    import polars as pl

    load = Loader(pack, snapshot)
    frames = Frames(
        pl.col, lambda column: column.is_null(), review_literals(snapshot.facts), pl.lit
    )
    parts = []
    for subject, frame in (("project", load.projects()), ("line", load.lines())):
        rules = predicates(pack, subject, AGGREGATED)
        parts += [one(rule, frame, subject, frames) for rule in rules]
    made = pl.concat(sorted(pl.collect_all(parts), key=lambda part: str(part["rule_id"].first())))
    made.write_parquet(out / "polars.parquet", compression="zstd")
    return int(made.height)
