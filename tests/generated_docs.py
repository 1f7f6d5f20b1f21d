"""The parts of the documentation that are made from the code. `make docs` writes them, test_docs.py checks them."""

from __future__ import annotations

from pathlib import Path

from pipelines.common.shipped import SQL_DIR
from pipelines.metrics import Metric, load_metrics
from pipelines.settings import Settings
from pipelines.sources.graph.reports import CATALOGUE, ReportSpec
from pipelines.sources.org.schema import FILES, Column, OrgFile
from pipelines.warehouse.models.model import Model, load_project
from pipelines.warehouse.publish.analysts_file import PERSON_TABLES, word_for
from tests import CHECKOUT

SETTINGS_PAGE = CHECKOUT / "docs" / "getting-started.md"
METRICS_PAGE = CHECKOUT / "docs" / "metrics.md"
PERSONNEL_PAGE = CHECKOUT / "docs" / "sources" / "personnel.md"
OTHER_FILES_PAGE = CHECKOUT / "docs" / "sources" / "other-files.md"
SERVICES_PAGE = CHECKOUT / "docs" / "sources" / "services.md"
PERSONNEL = ("departments", "department_succession", "staff", "assignments", "absences")
_KINDS = {
    "share": "share of people, people-days or messages",
    "ratio": "mean",
    "count": "count",
    "quantile": "median, percentile or maximum",
}


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: made by `make docs`, do not edit by hand -->", f"<!-- end of {name} -->"


def inside(text: str, name: str) -> str:
    """What stands between the marks of a generated part."""
    begin, end = _marks(name)
    return text.split(begin)[1].split(end, maxsplit=1)[0].strip()


def settings_table() -> str:
    """Every setting with its default and meaning."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        if isinstance(default, Path):
            default = default.relative_to(CHECKOUT).as_posix() + "/"
        shown = "" if default in (None, "", ()) else f"`{default}`"
        lines.append(f"| `KATSUYO_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


def metrics_sections() -> str:
    """One section per metric, Japanese and English."""
    return "\n\n".join(_section(metric) for metric in load_metrics())


def metrics_overview() -> str:
    """All metrics on one screen."""
    lines = ["| 指標 | metric | id | 単位 | 種類 / kind |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.name_ja} | {one.name_en} | `{one.metric_id}` | {one.unit_ja} | {one.value_kind} |"
        for one in load_metrics()
    ]
    return "\n".join(lines)


def tables_sections() -> str:
    """Every mart and every table of persons in the analysts' file, as the models describe themselves."""
    models = load_project(SQL_DIR).models
    persons = [_table_section(name, models[model]) for name, model in PERSON_TABLES.items()]
    marts = [_table_section(name, models[name]) for name in sorted(models) if models[name].schema == "marts"]
    return "\n\n".join([*persons, *marts])


def _table_section(name: str, model: Model) -> str:
    lines = [f"### `{name}`", model.description, ""]
    if model.grain:
        lines += [f"One row per {', '.join(f'`{column}`' for column in model.grain)}.", ""]
    lines += ["| column | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{one}` | {comment or word_for(one)} |" for one, comment in model.columns.items())])


def _section(metric: Metric) -> str:
    rows = [
        ("計算式", metric.formula_ja),
        ("Formula", metric.formula_en),
        ("分子", metric.numerator_ja),
        ("Numerator", metric.numerator_en),
        ("分母", metric.denominator_ja),
        ("Denominator", metric.denominator_en),
        ("単位 / Unit", f"{metric.unit_ja} / {metric.unit_en}"),
        ("種類 / Kind", _KINDS[metric.value_kind]),
        ("出典", metric.source_ja),
        ("Source", metric.source_en),
        ("注意", metric.caveat_ja),
        ("Caveat", metric.caveat_en),
        ("比べられる公的統計", metric.comparable_ja),
        ("Comparable official statistic", metric.comparable_en),
    ]
    table = "\n".join(f"| {label} | {text} |" for label, text in rows)
    return f"### {metric.name_ja} — {metric.name_en}\n`{metric.metric_id}`\n\n| | |\n|---|---|\n{table}"


def personnel_sections() -> str:
    """The personnel files, a table each."""
    return "\n\n".join(_file_section(FILES[dataset]) for dataset in PERSONNEL)


def other_file_sections() -> str:
    """All other files of the organisation."""
    return "\n\n".join(_file_section(spec) for dataset, spec in FILES.items() if dataset not in PERSONNEL)


def _file_section(spec: OrgFile) -> str:
    need = "required / 必須" if spec.is_required else "optional / 任意"
    lines = [
        f"### {spec.file_name} — {spec.japanese} ({need})",
        f"{spec.ja}<br>{spec.en}",
        "",
        "| column | 見出し | 書き方 | meaning | 説明 |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_column_row(column) for column in spec.fields)])


def _column_row(column: Column) -> str:
    how = ", ".join(f"`{value}`" for value in column.choices) or WRITTEN[column.kind]
    if column.may_be_blank:
        how += "（空欄可）"
    name = f"{column.name}" + (" (may be absent)" if column.is_optional else "")
    also = [value for others in column.choices.values() for value in others]
    ja = column.ja + (f"。{'・'.join(also)} も可" if also else "")
    return f"| {name} | {'、'.join(column.japanese)} | {how} | {column.en} | {ja} |"


def reports_table() -> str:
    """The usage reports of Graph: how each is asked for, and how late it is."""
    lines = ["| dataset | 名称 | call | newest day | restated for |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(_report_row(spec) for spec in CATALOGUE.values())])


def _report_row(spec: ReportSpec) -> str:
    name = f"[{spec.dataset}]({spec.documentation})" + (" (if licensed)" if spec.optional else "")
    how = "date=…" if spec.kind == "day" else f"period='{spec.period}'"
    folder = f"/{spec.path.partition('/')[0]}/reports/" if spec.path else ""
    until = f"{spec.restatement_days} days" if spec.kind == "day" else "each run anew"
    return f"| {name} | {spec.name_ja} | `{folder}{spec.function}({how})` | {spec.lag_days} days back | {until} |"


WRITTEN = {
    "text": "文字", "code": "`0101`", "person": "文字", "date": "`2026-04-01`", "instant": "`2026-04-01 08:30`",
    "share": "`0.5`, `50%`", "amount": "`0.7`, `70%`, `45`", "count": "`12`", "truth": "`1`/`0`, `有`/`無`, `可`/`否`",
}  # fmt: skip

PARTS = {
    "settings": (SETTINGS_PAGE, settings_table),
    "overview": (METRICS_PAGE, metrics_overview),
    "metrics": (METRICS_PAGE, metrics_sections),
    "tables": (METRICS_PAGE, tables_sections),
    "personnel files": (PERSONNEL_PAGE, personnel_sections),
    "other files": (OTHER_FILES_PAGE, other_file_sections),
    "usage reports": (SERVICES_PAGE, reports_table),
}


def main() -> None:
    """Write every generated part into its page."""
    for name, (page, make) in PARTS.items():
        begin, end = _marks(name)
        text = page.read_text(encoding="utf-8")
        before, after = text.split(begin)[0], text.split(end)[1]
        page.write_text(f"{before}{begin}\n{make()}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
