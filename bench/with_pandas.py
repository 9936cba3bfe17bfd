"""Rules B-01 to B-50 with pandas over Arrow types, each rule a column over frames joined once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.compile.plan import review_literals
from trees import AGGREGATED, LAST_YEAR, PROJECT_OF_LINE, Frames, predicates

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.snapshot import Snapshot


class Loader:
    """Reads tables as frames of whole numbers and joins them as the rules want them."""

    def __init__(self, pack: Pack, snapshot: Snapshot) -> None:
        self.pack, self.snapshot = pack, snapshot

    def read(self, table: str, *only: str) -> Any:  # noqa: ANN401 - a frame
        """A table's declared columns, or some of them; a decimal as a whole number."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        types = self.pack.tables[table].stored()
        wanted = only or (*(column.name for column in self.pack.tables[table].columns), "row_key")
        arrow = pq.read_table(self.snapshot.path(table), columns=list(wanted))
        for at, name in enumerate(wanted):
            if "DECIMAL" in types[name]:
                factor = pa.scalar(10 ** int(types[name][:-1].split(",")[1]), pa.decimal128(5, 0))
                whole = pc.cast(pc.multiply(arrow[name], factor), pa.int64())
                arrow = arrow.set_column(at, name, whole)
        return arrow.to_pandas(types_mapper=pd.ArrowDtype)

    def totals(self, line: Any) -> Any:  # noqa: ANN401 - frames
        """The four aggregates over lines, unknown where a missing value could change them."""
        kind, amount = line["economic_class"], line["amount_yuan"]
        other = (kind == "39999").fillna(value=False)
        facts = (
            line.assign(
                unknown=amount.isna(),
                other_unknown=kind.isna() | (other & amount.isna()),
                kind_unknown=kind.isna(),
                other=amount.where(other, 0),
                meeting=(kind == "30215").fillna(value=False).astype("int64[pyarrow]"),
                named=line["item"].notna(),
            )
            .groupby("project_code")
            .agg(
                line_sum_yuan=("amount_yuan", "sum"),
                unknown=("unknown", "any"),
                other_yuan=("other", "sum"),
                other_unknown=("other_unknown", "any"),
                meeting_count=("meeting", "sum"),
                kind_unknown=("kind_unknown", "any"),
                all_named=("named", "all"),
            )
            .reset_index()
        )
        for column, unknown in (
            ("line_sum_yuan", "unknown"),
            ("other_yuan", "other_unknown"),
            ("meeting_count", "kind_unknown"),
        ):
            facts[column] = facts[column].mask(facts[unknown].astype(bool))
        return facts

    def projects(self, line: Any) -> Any:  # noqa: ANN401 - frames
        """Projects with their aggregates, last year and unit, in key order."""
        last = self.read("history")
        last = last[last["year"] == LAST_YEAR].assign(key=lambda frame: frame["project_code"])
        unit = self.read("organisation", "unit_code", "quota_staff")
        unit = unit.assign(key=unit["unit_code"])
        whole = self.read("project").merge(self.totals(line), on="project_code", how="left")
        return (
            whole.add_prefix("project__")
            .merge(
                last.add_prefix("last_year__"),
                left_on="project__project_code",
                right_on="last_year__project_code",
                how="left",
            )
            .merge(
                unit.add_prefix("unit__"),
                left_on="project__unit_code",
                right_on="unit__unit_code",
                how="left",
            )
        )

    def lines(self, line: Any) -> Any:  # noqa: ANN401 - frames
        """Lines with what they need of their project, in key order."""
        project = self.read("project", *PROJECT_OF_LINE).add_prefix("project__")
        return line.add_prefix("line__").merge(
            project, left_on="line__project_code", right_on="project__project_code", how="left"
        )


def run(pack: Pack, snapshot: Snapshot, out: Path) -> int:
    """Write the findings; returns their number."""
    import pandas as pd

    load = Loader(pack, snapshot)
    line = load.read("line")
    parts = []
    for subject, frame in (("project", load.projects(line)), ("line", load.lines(line))):
        frames = Frames(
            frame.__getitem__,
            lambda column: column.isna().astype("bool[pyarrow]"),
            review_literals(snapshot.facts),
            lambda day: day,
        )
        for rule in predicates(pack, subject, AGGREGATED):
            verdict = frames.verdict(rule)
            found = verdict.fillna(value=True).astype(bool)
            made = pd.DataFrame(
                {
                    "rule_id": rule.rule.id,
                    "key": frame[f"{subject}__row_key"][found],
                    "project_code": frame[f"{subject}__project_code"][found],
                    "unit_code": frame["project__unit_code"][found],
                    "fail": verdict[found],
                }
            )
            for name, expr in (("measured", rule.measured), ("allowed", rule.allowed)):
                value: Any = frames.value(expr) if expr is not None else None
                shown = value[found] if hasattr(value, "loc") else value
                made[name] = pd.Series(shown, index=made.index).astype("string[pyarrow]")
            parts.append(made)
    parts.sort(key=lambda part: str(part["rule_id"].iloc[0]) if len(part) else "")
    whole = pd.concat(parts, ignore_index=True)
    whole.to_parquet(out / "pandas.parquet", compression="zstd")
    return len(whole)
