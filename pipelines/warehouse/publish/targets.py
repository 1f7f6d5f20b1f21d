"""The published targets: where each department stands, as far as its published figure tells.

What is shown rests on the published cell alone, so a target tells nothing that the cell does not. What does not belong
here: what targets are and how they are judged (sql/), which cells are hidden (privacy/disclosure.py).
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection as Connection

TABLE, MART = "department_targets", "rpt_department_targets"
COMMENTS = {
    (TABLE, "value"): "the published figure of the month; NULL = there is none, or it is hidden",
    (TABLE, "verdict"): "before (the month of target_date has not come or is not over), met, missed or no_figure; "
    "NULL = hidden",
    (TABLE, "is_hidden"): "the figure is hidden",
}


def write_targets(con: Connection, alias: str) -> None:
    """Make the table anew; the published metrics must be there already."""
    con.execute(
        f"""
        create or replace table {alias}.{TABLE} as
        with published as (
            select
                t.*,
                m.value as shown_value,
                round(m.value - t.target_value, 9) as shown_difference,
                ceil(round(t.target_value * m.denominator - m.numerator, 6)) as shown_people_left,
                -- A figure that is not published at all is hidden, too.
                coalesce(m.is_hidden, t.value is not null) as is_hidden
            from marts.{MART} as t
            left join {alias}.department_metrics as m
                using (department_key, period_kind, period_start, segment_kind, segment, metric_id)
        )
        select
            * exclude (shown_value, shown_difference, shown_people_left) replace (
                case when not is_hidden then shown_value end as value,
                case
                    when is_hidden then null
                    when verdict not in ('met', 'missed') then verdict
                    when shown_difference >= 0 then 'met'
                    else 'missed'
                end as verdict,
                case when not is_hidden then shown_difference end as difference,
                -- The warehouse says of which figures people are missing, the published cell how many.
                case
                    when not is_hidden and people_left is not null and shown_people_left is not null
                        then cast(greatest(shown_people_left, 0) as bigint)
                end as people_left
            )
        from published
        order by department_key, metric_id, segment, target_date, period_start
        """
    )
