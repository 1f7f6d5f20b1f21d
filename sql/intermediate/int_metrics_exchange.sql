/*
description: >-
  Contributor to rpt_department_metrics: files exchanged with outsiders over Box, per department of the owner and
  period.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
*/
with measures as (
    select
        department_key,
        'day' as period_kind,
        activity_date as period_start,
        headcount_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from intermediate.int_department_days
    union all
    select
        department_key,
        period_kind,
        period_start,
        headcount_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from intermediate.int_department_periods
    where organisation_view = 'as_was'
)

select
    m.department_key,
    m.period_kind,
    m.period_start,
    'all' as segment_kind,
    'all' as segment,
    d.metric_id,
    case d.metric_id
        when 'external_outbound_files' then cast(m.outbound_files_count as double)
        when 'external_inbound_files' then cast(m.inbound_files_count as double)
        when 'beyond_mail_files' then cast(m.beyond_mail_files_count as double)
    end as numerator,
    cast(null as double) as denominator,
    cast(null as double) as value,
    m.headcount_people as group_people, -- people the cell speaks about
    cast(null as double) as coverage_share -- NULL = that of the measure, int_period_status
from measures as m
cross join staging.stg_run__metrics as d
where d.metric_id in ('external_outbound_files', 'external_inbound_files', 'beyond_mail_files')
