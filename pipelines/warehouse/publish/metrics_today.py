"""The published figures in today's organisation: what is published of the departments of each day, added up anew.

Nothing but the published table, its calendar of departments and the routes between them is read, so this view cannot
tell anything that the other one does not. Where a part is hidden, an organisation changed within the period, or a
department of then was split among several, the figure is hidden too. An interval rests on sums that are not published,
so none is told of what was added up. What does not belong here: which cells are hidden in the first place
(privacy/disclosure.py).
"""

from __future__ import annotations

from datetime import date

import polars as pl
from duckdb import DuckDBPyConnection as Connection

from pipelines.privacy.disclosure import EVERYONE_OR_NOBODY, SMALL_GROUP
from pipelines.warehouse.increment.change_log import BEGINNING
from pipelines.warehouse.increment.incremental_copy import PERIOD, clear_range, range_condition

TODAY_TABLE = "department_metrics_today"
PART_IS_HIDDEN = "part_is_hidden"
CHANGED_WITHIN = "changed_within"
SPLIT = "split"
_RESTS_ON = ("dim_department", "dim_department_routes", "dim_metric")
# Neither sums of people, days, messages or files, nor rates of two of them: told only where nothing has to be added up.
NOT_ADDITIVE = ("external_partners", "seats_per_headcount", "seats_peak_day_share", "top_decile_share")
# Nor sums of probabilities, of which the published figure has no numerator.
_EQUAL_DAYS = "_equal_days"
_NEARLY = 1e-9


def today_since(con: Connection, alias: str, tables: dict[str, pl.DataFrame], since: date | None) -> date | None:
    """The first day from which the table has to be made again, None if it stands, before `tables` are written.

    `since`: the first day whose published metrics changed. Another organisation, another first day or another
    definition of a metric changes all.
    """
    if since == BEGINNING or any(not con.sql(f"from {alias}.{name}").pl().equals(tables[name]) for name in _RESTS_ON):
        return BEGINNING
    spans = [
        frame.select("first_date", "last_date").row(0)
        for frame in (con.sql(f"from {alias}.publication").pl(), tables["publication"])
    ]
    if spans[0][0] != spans[1][0]:
        return BEGINNING
    # A period that the facts end in is compared with the routes up to their last day.
    ends = {spans[0][1], spans[1][1]}
    return min((ends if len(ends) > 1 else set()) | ({since} if since else set()), default=None)


def write_today(con: Connection, alias: str, min_group: int, since: date) -> None:
    """Make the rows from `since` on of the months and weeks of whole departments, from the other tables of `alias`."""
    condition, target = clear_range(con, f"{alias}.{TODAY_TABLE}", range_condition(PERIOD, since))
    con.execute(
        f"""
        {target}
        with periods as (
            select
                period_kind,
                period_start,
                greatest(period_start, first_date) as first_day,
                least(
                    case period_kind when 'month' then last_day(period_start) else cast(period_start + 6 as date) end,
                    last_date
                ) as last_day
            from (
                select distinct period_kind, period_start from {alias}.department_metrics
                where period_kind in ('month', 'week') and {condition}
            ) as p
            cross join {alias}.publication
        ),
        parts as (
            select
                p.period_kind,
                p.period_start,
                r.target_key,
                r.source_key,
                r.factor,
                r.valid_from > greatest(p.first_day, d.valid_from)
                or r.valid_to < least(p.last_day, d.valid_to) as is_changing
            from periods as p
            inner join {alias}.dim_department_routes as r
                on r.valid_from <= p.last_day and (r.valid_to is null or r.valid_to >= p.first_day)
            inner join {alias}.dim_department as d on r.source_key = d.department_key
            where r.target_key in (select department_key from {alias}.dim_department)
        ),
        paths as (
            select
                *,
                count(*) over (partition by period_kind, period_start, target_key) = 1
                and source_key = target_key and factor = 1 and not coalesce(is_changing, false) as is_same
            from parts
        ),
        cells as (
            select p.target_key, p.factor, p.is_changing, p.is_same, v.value_kind, m.*
            from paths as p
            inner join {alias}.department_metrics as m
                on p.source_key = m.department_key and p.period_kind = m.period_kind
                and p.period_start = m.period_start and m.segment_kind = 'all'
            inner join {alias}.dim_metric as v on m.metric_id = v.metric_id
        ),
        added as (
            select
                target_key as department_key,
                period_kind,
                period_start,
                segment_kind,
                segment,
                metric_id,
                value_kind,
                -- A person who moved within the period is counted in both departments: a difference may fall below 0.
                greatest(round(sum(factor * numerator), 6), 0) as numerator,
                greatest(round(sum(factor * denominator), 6), 0) as denominator,
                cast(greatest(round(round(sum(factor * n), 6)), 0) as bigint) as n,
                round(sum(factor * n * coverage_share) / nullif(sum(factor * n), 0), 9) as coverage_share,
                bool_and(is_final) as is_final,
                bool_or(coalesce(is_changing, false)) as is_changing,
                bool_or(abs(abs(factor) - 1) > {_NEARLY}) as has_split_part,
                bool_or(is_hidden) as has_hidden_part,
                bool_or(numerator is null or (denominator is null and value_kind <> 'count')) as has_missing_part
            from cells
            where not is_same and value_kind in ('share', 'ratio', 'count')
            and metric_id not in {NOT_ADDITIVE} and not suffix(metric_id, '{_EQUAL_DAYS}')
            group by all
        ),
        rated as (
            select
                * replace (
                    case
                        when has_missing_part then null
                        when value_kind = 'share' then least(numerator, denominator)
                        else numerator
                    end as numerator,
                    case when not has_missing_part and value_kind <> 'count' then denominator end as denominator,
                    least(greatest(coverage_share, 0), 1) as coverage_share
                ),
                case when value_kind <> 'count' and denominator > 0 and not has_missing_part then
                    case when value_kind = 'share' then least(numerator, denominator) else numerator end / denominator
                end as rate
            from added
        ),
        judged as (
            select
                *,
                case
                    when is_changing then '{CHANGED_WITHIN}'
                    when has_split_part then '{SPLIT}'
                    when has_hidden_part then '{PART_IS_HIDDEN}'
                    when n < {min_group} then '{SMALL_GROUP}'
                    when value_kind = 'share' and (rate <= {_NEARLY} or rate >= 1 - {_NEARLY}) and n < {2 * min_group}
                        then '{EVERYONE_OR_NOBODY}'
                end as hidden_reason
            from rated
        ),
        shown as (
            select
                * replace (
                    case when hidden_reason is null then numerator end as numerator,
                    case when hidden_reason is null then denominator end as denominator,
                    case when hidden_reason is null then rate end as rate,
                    case when hidden_reason is null then n end as n,
                    case when hidden_reason is null then coverage_share end as coverage_share
                )
            from judged
        )
        select {", ".join(f"m.{name}" for name in _CELL)} from (
            select * replace (target_key as department_key) from cells where is_same
        ) as m
        union all
        select
            department_key, period_kind, period_start, segment_kind, segment, metric_id, numerator, denominator, rate,
            null as interval_low, null as interval_high,
            case value_kind when 'count' then numerator else rate end as value,
            null as bound_low, null as bound_high, n, null as left_out_people, coverage_share, is_final,
            hidden_reason is not null as is_hidden,
            hidden_reason
        from shown
        order by department_key, period_kind, period_start, metric_id
        """
    )


# In the order of department_metrics.
_CELL = (
    *("department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id", "numerator"),
    *("denominator", "rate", "interval_low", "interval_high", "value", "bound_low", "bound_high", "n"),
    *("left_out_people", "coverage_share", "is_final", "is_hidden", "hidden_reason"),
)
