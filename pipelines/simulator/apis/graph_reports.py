"""Every Microsoft 365 usage report that Graph has: function -> how it answers.

Shapes follow public captures (BOM, CRLF, header always, True/False and Yes/No mixed as the services mix them) and are
made in the modules named here, each with its own table of functions. Which days may be asked for, tickets and HTTP
belong to graph_http.py.
"""

from __future__ import annotations

from pipelines.simulator.apis import copilot_report, mail_reports, office_reports, teams_reports

REPORTS = {**teams_reports.REPORTS, **mail_reports.REPORTS, **office_reports.REPORTS, **copilot_report.REPORTS}
