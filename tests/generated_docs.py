"""The parts of the documentation that are made from the code. `make docs` writes them, test_docs.py checks them."""

from __future__ import annotations

from pathlib import Path

from pipelines.metrics import Metric, load_metrics
from pipelines.settings import CHECKOUT, Settings

SETTINGS_PAGE = CHECKOUT / "docs" / "getting-started.md"
METRICS_PAGE = CHECKOUT / "docs" / "metrics.md"
_KINDS = {
    "share": "share of people, people-days or messages, with a Wilson 95 % interval",
    "ratio": "mean",
    "count": "count",
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
        default = field.get_default()
        if isinstance(default, Path):
            default = default.relative_to(CHECKOUT).as_posix() + "/"
        shown = "" if default in (None, "", ()) else f"`{default}`"
        lines.append(f"| `KATSUYO_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


def metrics_sections() -> str:
    """One section per metric, Japanese and English."""
    return "\n\n".join(_section(metric) for metric in load_metrics())


def _section(metric: Metric) -> str:
    rows = [
        ("計算式", metric.formula_ja),
        ("Formula", metric.formula_en),
        ("分子", metric.numerator_ja),
        ("分母", metric.denominator_ja or "（なし）"),
        ("単位 / Unit", f"{metric.unit_ja} / {metric.unit_en}"),
        ("種類 / Kind", _KINDS[metric.value_kind]),
        ("出典", metric.source_ja),
        ("注意", metric.caveat_ja),
    ]
    table = "\n".join(f"| {label} | {text} |" for label, text in rows)
    return f"### {metric.name_ja} — {metric.name_en}\n`{metric.metric_id}`\n\n| | |\n|---|---|\n{table}"


PARTS = {"settings": (SETTINGS_PAGE, settings_table), "metrics": (METRICS_PAGE, metrics_sections)}


def main() -> None:
    """Write every generated part into its page."""
    for name, (page, make) in PARTS.items():
        begin, end = _marks(name)
        text = page.read_text(encoding="utf-8")
        before, after = text.split(begin)[0], text.split(end)[1]
        page.write_text(f"{before}{begin}\n{make()}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
