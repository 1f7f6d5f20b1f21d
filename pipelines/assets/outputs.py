"""Output assets: the published file that everyone else reads, and the pages made from it alone."""

import datetime as dt
from collections import defaultdict

import dagster as dg

from pipelines.assets.support import POOL, failures
from pipelines.ingest.told_days import not_told_before, span_of
from pipelines.ingest.workspace import Workspace
from pipelines.pages.site.write import render_site
from pipelines.warehouse.connection import connect
from pipelines.warehouse.publish.figures import publish_figures

PUBLISHED = dg.AssetKey(["published", "katsuyo"])
PEOPLE_MATCH = "accounts_match_people"
PAGES = dg.AssetKey(["site", "pages"])


def output_assets(marts: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    return [_published(marts), _pages()]


def _published(marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=PUBLISHED,
        group_name="published",
        kinds={"duckdb", "parquet"},
        deps=marts,
        pool=POOL,
        description="Figures after disclosure control in one read-only file, replaced atomically. No person is in it. "
        "Beside it the analysts' file: person-days under pseudonyms, for its owner and group only.",
        check_specs=[
            dg.AssetCheckSpec(
                PEOPLE_MATCH, asset=PUBLISHED, description="No further day on which hardly anybody was recognised."
            )
        ],
    )
    def published(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures(workspace):
            path = publish_figures(workspace.settings)
            unmatched = _days_without_people(workspace)
        return dg.MaterializeResult(
            metadata={"dagster/uri": str(path), "bytes": path.stat().st_size},
            check_results=[
                dg.AssetCheckResult(
                    check_name=PEOPLE_MATCH,
                    passed=not unmatched,
                    severity=dg.AssetCheckSeverity.ERROR,
                    description=" ".join(unmatched) or None,
                )
            ],
        )

    return published


def _days_without_people(workspace: Workspace) -> list[str]:
    """A sentence for each dataset with days, not told before, on which its accounts belong to hardly anybody."""
    days: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
    with connect(workspace.settings.warehouse_file, read_only=True) as con:
        rows = con.execute("select source, dataset, source_date from intermediate.int_doubtful_days").fetchall()
    for source, dataset, day in rows:
        days[source, dataset].append(day)
    return [
        f"{' '.join(dataset)}: of the accounts of {span_of(found)} fewer than half as many as before belong to a "
        "member of staff, so their figures are missing, not zero: compare the addresses in staff.csv with those of "
        "the service."
        for dataset, found in not_told_before(workspace.landing, "unmatched", days).items()
    ]


def _pages() -> dg.AssetsDefinition:
    @dg.asset(
        key=PAGES,
        group_name="site",
        kinds={"plotly"},
        deps=[PUBLISHED],
        description="Static HTML in Japanese, made from the published file alone.",
    )
    def pages(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures(workspace):
            written = render_site(workspace.settings.published_file, workspace.settings.site)
        index = workspace.settings.site / "index.html"
        return dg.MaterializeResult(
            metadata={"pages": len(written), "index": dg.MetadataValue.url(index.absolute().as_uri())}
        )

    return pages
