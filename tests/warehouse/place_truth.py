"""Telework and seats as they truly were in a simulated ward, beside the bounds that the marts state.

The truth file is attached as `world`; what was done with it and which traces were left is the business of the tests.
"""

from __future__ import annotations

import duckdb

from pipelines.warehouse.models.runner import run_model
from tests.project import leading_to

TARGET = "rpt_department_metrics"
# Once for the department of the main post of the day and once for each one above: person and known working day.
TRUTH = """
create table truth as
select t.employee_number, t.activity_date, h.ancestor_key as department_key, t.is_telework_capable as is_capable,
    t.place, case t.place when 'remote' then 1.0 when 'mixed' then 0.5 else 0.0 end as share
from world.truth_person_days as t
inner join intermediate.int_department_tree as h
    on t.department_code = h.department_key and t.activity_date between h.valid_from and h.valid_to
inner join intermediate.int_days as d on t.activity_date = d.activity_date
where t.is_main_post and t.is_working_day and d.telework_status <> 'missing'
"""
PERIODS = """
periods as (
    select date_day, kind as period_kind,
        case kind when 'week' then iso_week_start when 'month' then month_start else fiscal_year_start end
            as period_start
    from staging.stg_run__calendar, (values ('week'), ('month'), ('fiscal_year')) as k(kind)
)
"""
# Where each person counts in a period: most working days by the calendar, of several the later, and all above that.
COUNTED = f"""
create table truth_counted as
with {PERIODS}, spent as (
    select p.employee_number, k.period_kind, k.period_start, p.department_code,
        count(*) filter (c.is_working_day) as working_days, max(c.date_day) as last_day
    from world.truth_main_posts as p
    inner join staging.stg_run__calendar as c on c.date_day between p.valid_from and coalesce(p.valid_to, c.date_day)
    inner join periods as k using (date_day)
    group by all
),

ranked as (
    select *, row_number() over (
        partition by employee_number, period_kind, period_start order by working_days desc, last_day desc
    ) as choice
    from spent
)

select r.employee_number, r.period_kind, r.period_start, h.ancestor_key as department_key
from ranked as r
inner join intermediate.int_department_tree as h
    on r.department_code = h.department_key and r.last_day between h.valid_from and h.valid_to
where r.choice = 1
"""
# Person working days of the days of each month that are over, told of or not.
ROLLS = """
create table truth_rolls as
select h.ancestor_key as department_key, c.month_start as period_start, count(*) as person_days
from world.truth_main_posts as p
inner join staging.stg_run__calendar as c on c.date_day between p.valid_from and coalesce(p.valid_to, c.date_day)
inner join intermediate.int_department_tree as h
    on p.department_code = h.department_key and c.date_day between h.valid_from and h.valid_to
where c.is_working_day and c.date_day <= (select max(activity_date) from intermediate.int_days)
group by all
"""
RATES = {
    "telework_day_rate": """
        select department_key, period_kind, period_start, avg(share) as figure
        from truth inner join periods on activity_date = date_day group by all
    """,
    "telework_capable_day_rate": """
        select department_key, period_kind, period_start, avg(share) as figure
        from truth inner join periods on activity_date = date_day where is_capable group by all having count(*) >= 10
    """,
    "telework_reach": """
        select c.department_key, period_kind, period_start, avg(case when did then 1 else 0 end) as figure
        from (
            select employee_number, period_kind, period_start, bool_or(share > 0) as did
            from truth inner join periods on activity_date = date_day where department_key = 'ALL' group by all
        ) inner join truth_counted as c using (employee_number, period_kind, period_start) group by all
    """,
}
WEEKLY = {
    f"telework_weekly_{days}_share": f"""
            select department_key, p.period_kind, p.period_start,
                avg(case when w.share >= {days} then 1 else 0 end) as figure
            from (
                select employee_number, iso_week_start, sum(share) as share
                from truth inner join staging.stg_run__calendar on activity_date = date_day
                where department_key = 'ALL' group by all
            ) as w
            inner join truth_counted as c
                on w.employee_number = c.employee_number and c.period_kind = 'week'
                and w.iso_week_start = c.period_start
            inner join periods as p on w.iso_week_start = p.date_day
            group by all
        """
    for days in (1, 3)
}
SEATS = {
    metric_id: f"""
        select department_key, period_kind, period_start, {figure} as figure
        from (
            select department_key, activity_date, count(*) filter (place in ('office', 'mixed')) as people
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
    """Run what the long table needs, and make the tables of the truth from the attached world."""
    for model in leading_to(TARGET):
        run_model(con, model)
    for statement in (TRUTH, COUNTED, ROLLS):
        con.execute(statement)


def outside_the_bounds(
    con: duckdb.DuckDBPyConnection, truth: str, metric: str, people: int = 10
) -> tuple[int, list[tuple]]:
    """(cells compared, those in which the true figure is not within the bounds), departments of that many people."""
    rows = con.execute(
        f"""
        with {PERIODS}, truths as ({truth})
        select m.department_key, m.period_kind, m.period_start, m.bound_low, t.figure, m.bound_high
        from marts.{TARGET} as m
        inner join truths as t using (department_key, period_kind, period_start)
        where m.metric_id = $metric and m.segment_kind = 'all' and m.group_people >= $people
            and m.period_kind <> 'week'
        """,
        {"metric": metric, "people": people},
    ).fetchall()
    wrong = [row for row in rows if not row[3] - 1e-6 <= row[4] <= row[5] + 1e-6]
    return len(rows), wrong
