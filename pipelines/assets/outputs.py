"""Output assets: the published file that everyone else reads, and the pages made from it alone."""

import dagster as dg

from pipelines.assets.support import POOL, failures
from pipelines.ingest.workspace import Workspace
from pipelines.pages.site.write import render_site
from pipelines.warehouse.publish.figures import publish_figures

PUBLISHED = dg.AssetKey(["published", "katsuyo"])
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
    )
    def published(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            path = publish_figures(workspace.settings)
        return dg.MaterializeResult(metadata={"dagster/uri": str(path), "bytes": path.stat().st_size})

    return published


def _pages() -> dg.AssetsDefinition:
    @dg.asset(
        key=PAGES,
        group_name="site",
        kinds={"plotly"},
        deps=[PUBLISHED],
        description="Static HTML in Japanese, made from the published file alone.",
    )
    def pages(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            written = render_site(workspace.settings.published_file, workspace.settings.site)
        index = workspace.settings.site / "index.html"
        return dg.MaterializeResult(
            metadata={"pages": len(written), "index": dg.MetadataValue.url(index.absolute().as_uri())}
        )

    return pages
