"""The metric definitions: complete, distinct, the ones the marts compute, and the only ones anybody speaks of."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError
from sqlglot import exp

from pipelines.metrics import load_metrics
from pipelines.privacy.fields import FIELDS
from pipelines.warehouse.models.model import Model, load_project

ROOT = Path(__file__).resolve().parent.parent
SQL = ROOT / "sql"
IDS = {metric.metric_id for metric in load_metrics()}
# Where people read of metrics, by a name in quotes or in a code span.
PLACES = ("pipelines/pages/**/*.py", "pipelines/pages/**/*.j2", "pipelines/pages/**/*.toml",
          "pipelines/commands/summary.py", "notebooks/*.ipynb", "docs/**/*.md", "README.md")  # fmt: skip
HABIT_WEEKS = re.compile(r"(\d+) ?(?:週|weeks|-week|of the last)")
HABIT_COUNTS = re.compile(r"週 ?(\d+) ?件|mean of at least (\d+)")
NAME = re.compile(r"""["'`\\]([a-z][a-z0-9]*(?:_[a-z0-9]+)+)["'`\\]""")


def told_by_the_marts() -> set[str]:
    """Every metric_id that the models below rpt_department_metrics write or choose."""
    with (SQL / "seeds" / "tool_metrics.csv").open(encoding="utf-8") as stream:
        found = {line["metric_id"] for line in csv.DictReader(stream)}
    for model in load_project(SQL).models.values():
        if model.schema != "intermediate":
            continue
        for alias in model.tree.find_all(exp.Alias):
            if alias.alias == "metric_id":
                branches = [branch.args["true"] for branch in alias.this.find_all(exp.If)]
                defaults = [alias.this.args.get("default")] if isinstance(alias.this, exp.Case) else [alias.this]
                found |= {one.this for one in (*branches, *defaults) if isinstance(one, exp.Literal)}
        for case in model.tree.find_all(exp.Case):
            if isinstance(case.this, exp.Column) and case.this.name == "metric_id":
                found |= {branch.this.this for branch in case.args["ifs"]}
        for chosen in model.tree.find_all(exp.In):
            if isinstance(chosen.this, exp.Column) and chosen.this.name == "metric_id":
                found |= {literal.this for literal in chosen.expressions}
    return found


def test_what_the_marts_compute_is_what_is_defined() -> None:
    assert told_by_the_marts() == IDS


def test_every_definition_is_worded_in_full() -> None:
    for metric in load_metrics():
        assert all(vars(metric).values())


# What `katsuyo status --json` says of a disk.
OF_STATUS = {"free_bytes"}


def test_nothing_speaks_of_a_metric_that_is_not_defined() -> None:
    """A name that ends like a metric must be one, or a column of a model."""
    endings = {metric_id.rpartition("_")[2] for metric_id in IDS} - {
        "files",
        "coverage",
        "days",
    }  # also words of other things
    columns = {name for model in load_project(SQL).models.values() for name in (*model.columns, *_raw_columns(model))}
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for place in PLACES
        for path in sorted(ROOT.glob(place))
        for name in NAME.findall(path.read_text(encoding="utf-8"))
        if name.rpartition("_")[2] in endings and name not in IDS | columns | OF_STATUS
    }
    assert not unknown


def _raw_columns(model: Model) -> set[str]:
    return {column.name for column in model.tree.find_all(exp.Column)}


def test_every_contributor_is_in_the_report() -> None:
    report = (SQL / "intermediate" / "int_metrics.sql").read_text(encoding="utf-8")
    for path in SQL.glob("intermediate/int_metrics_*.sql"):
        assert f"from intermediate.{path.stem}\n" in report


def test_every_measure_hangs_on_a_dataset_that_is_known() -> None:
    datasets = pl.read_csv(SQL / "seeds" / "measure_datasets.csv")
    of_segments = pl.read_csv(SQL / "seeds" / "segment_measures.csv")
    measures = {metric.measure for metric in load_metrics()} | set(of_segments["measure"])
    assert measures <= set(datasets["measure"])
    assert set(datasets.select("source", "dataset").iter_rows()) <= set(FIELDS)


def test_words_say_the_rules_of_habit_as_they_are() -> None:
    """Numbers of weeks and of messages stand in sentences, too."""
    rules = pl.read_csv(SQL / "seeds" / "habit_rules.csv").row(0, named=True)
    weeks = {str(rules["window_weeks"]), str(rules["habit_weeks"])}
    counts = {str(rules["power_weekly_count"]), str(rules["novice_weekly_count"])}
    words = {metric.metric_id: unicodedata.normalize("NFKC", " ".join(map(str, vars(metric).values())))
             for metric in load_metrics()}  # fmt: skip
    assert set(HABIT_WEEKS.findall(words["habit_share"])) == weeks
    assert {ja or en for ja, en in HABIT_COUNTS.findall(words["tier_share"])} == counts
    told = " ".join(words[name] for name in words if name.startswith(("too_new", "funnel_habitual", "tier")))
    for page in (ROOT / "pipelines" / "pages" / "wording" / "texts").glob("*.toml"):
        habits = tomllib.loads(page.read_text(encoding="utf-8"))["habits"]
        assert set(HABIT_WEEKS.findall(habits["note"])) == weeks
        told += str(habits)
    assert set(HABIT_WEEKS.findall(told)) == weeks


def test_names_are_distinct() -> None:
    metrics = load_metrics()
    for field in ("metric_id", "name_ja", "name_en"):
        assert len({getattr(metric, field) for metric in metrics}) == len(metrics)


def test_a_misspelt_key_fails(tmp_path: Path) -> None:
    file = tmp_path / "metrics.toml"
    file.write_text('[chat_reach]\nmeasure = "teams"\nvalue_kid = "share"\n', encoding="utf-8")
    with pytest.raises(ValidationError, match="value_kid"):
        load_metrics(file)
