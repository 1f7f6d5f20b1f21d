"""Imports everything that a child of tests/children.py may need; nobody else has a reason to import this.

Modules of other projects stand here where they are imported late, in the middle of the work.
"""

from __future__ import annotations

from importlib import import_module

from tests import CHECKOUT

_OURS = (
    *(
        "cli",
        "orchestration.daily",
        "orchestration.run_records",
        "orchestration.system",
        "pages.site.single_file",
        "pages.site.write",
    ),
    *(f"commands.{path.stem}" for path in (CHECKOUT / "pipelines" / "commands").glob("[a-z]*.py")),
)
_OTHERS = (
    *("anyio._backends._asyncio", "azure.core.rest._aiohttp", "h2.connection", "httpcore", "encodings.utf_8_sig"),
    *("msgraph.generated.admin.report_settings.report_settings_request_builder", "polars._utils.parquet"),
    *("msgraph.generated.audit_logs.audit_logs_request_builder", "msgraph.generated.reports.reports_request_builder"),
)
for _name in (*(f"pipelines.{name}" for name in _OURS), "tests.crash.morning", *_OTHERS):
    import_module(_name)
