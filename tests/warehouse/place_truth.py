"""Telework and seats as they truly were in a simulated ward, beside the bounds that the marts state.

The truth file is attached as `world`; what was done with it and which traces were left is the business of the tests.
"""

from __future__ import annotations

import duckdb

from pipelines.warehouse.models.runner import run_model
from tests.project import leading_to

WANTED = ("int_metrics_telework", "int_metrics_seats")
# The truth by department (every level), person and known working day.
TRUTH = """
create table truth as
select t.employee_number, t.activity_date, h.ancestor_key as department_key, sum(t.weight) as weight,
    sum(case when t.is_telework_capable then t.weight else 0 end) as capable_weight,
    any_value(t.place) as place,
    any_value(case t.place when 'remote' then 1.0 when 'mixed' then 0.5 else 0.0 end) as share
from world.truth_person_days as t
inner join intermediate.int_department_tree as h
    on t.department_code = h.department_key and t.activity_date between h.valid_from and h.valid_to
inner join intermediate.int_days as d on t.activity_date = d.activity_date
where t.is_working_day and d.telework_status <> 'missing'
group by all
"""
PERIODS = """
periods as (
    select date_day, kind as period_kind,
        case kind when 'week' then iso_week_start when 'month' then month_start else fiscal_year_start end
            as period_start
    from staging.stg_run__calendar, (values ('week'), ('month'), ('fiscal_year')) as k(kind)
)
"""
RATES = {
    "telework_day_rate": """
        select department_key, period_kind, period_start, sum(weight * share) / sum(weight) as figure
        from truth inner join periods on activity_date = date_day group by all
    """,
    "telework_capable_day_rate": """
        select department_key, period_kind, period_start, sum(capable_weight * share) / sum(capable_weight) as figure
        from truth inner join periods on activity_date = date_day group by all having sum(capable_weight) >= 10
    """,
    "telework_reach": """
        select department_key, period_kind, period_start, sum(weight * did) / sum(weight) as figure
        from (
            select department_key, period_kind, period_start, employee_number, avg(weight) as weight,
                max(case when share > 0 then 1 else 0 end) as did
            from truth inner join periods on activity_date = date_day group by all
        ) group by all
    """,
}
WEEKLY = {
    f"telework_weekly_{days}_share": f"""
            select department_key, period_kind, period_start,
                sum(case when share >= {days} then weight else 0 end) / sum(weight) as figure
            from (
                select department_key, iso_week_start, employee_number, avg(weight) as weight, sum(share) as share
                from truth inner join staging.stg_run__calendar on activity_date = date_day group by all
            ) inner join periods on iso_week_start = date_day group by all
        """
    for days in (1, 3)
}
SEATS = {
    metric_id: f"""
        select department_key, period_kind, period_start, {figure} as figure
        from (
            select department_key, activity_date,
                sum(case when place in ('office', 'mixed') then weight else 0 end) as people
            from truth group by all
        ) inner join periods on activity_date = date_day group by all
    """
    for metric_id, figure in {
        "seats_office_median": "quantile_cont(people, 0.5)",
        "seats_office_p95": "quantile_disc(people, 0.95)",
        "seats_office_p99": "quantile_disc(people, 0.99)",
        "seats_office_max": "max(people)",
    }.items()
}


def model_places(con: duckdb.DuckDBPyConnection) -> None:
    """Run what telework and seats need, and make the table truth from the attached world."""
    for model in leading_to(*WANTED):
        run_model(con, model)
    con.execute(TRUTH)


def outside_the_bounds(
    con: duckdb.DuckDBPyConnection, truth: str, model: str, metric: str, people: int = 10
) -> tuple[int, list[tuple]]:
    """(cells compared, those in which the true figure is not within the bounds), departments of that many people."""
    rows = con.execute(
        f"""
        with {PERIODS}, truths as ({truth})
        select m.department_key, m.period_kind, m.period_start, m.bound_low, t.figure, m.bound_high
        from intermediate.{model} as m
        inner join truths as t using (department_key, period_kind, period_start)
        where m.metric_id = $metric and m.segment_kind = 'all' and m.group_people >= $people
            and m.period_kind <> 'week'
        """,
        {"metric": metric, "people": people},
    ).fetchall()
    wrong = [row for row in rows if not row[3] - 1e-6 <= row[4] <= row[5] + 1e-6]
    return len(rows), wrong
