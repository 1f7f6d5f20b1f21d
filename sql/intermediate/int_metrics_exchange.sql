/*
description: >-
  Contributor to rpt_department_metrics: files exchanged with outsiders over Box, per department of the owner and
  week, month and fiscal year, by size band too; beside them what our own staff did in partners' folders. A period
  without a known day is NULL, a known one without files 0.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
*/
with known as (
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        p.headcount_people,
        s.known_days_count > 0 as is_known,
        coalesce(e.outbound_files_count, 0) as outbound_files_count,
        coalesce(e.inbound_files_count, 0) as inbound_files_count,
        coalesce(e.beyond_mail_files_count, 0) as beyond_mail_files_count,
        coalesce(e.sized_files_count, 0) as sized_files_count,
        coalesce(e.file_request_files_count, 0) as file_request_files_count,
        coalesce(e.transferred_bytes, 0) as transferred_bytes,
        coalesce(e.partners_count, 0) as partners_count,
        coalesce(e.partner_folder_actions_count, 0) as partner_folder_actions_count,
        coalesce(e.up_to_mail_files_count, 0) as up_to_mail_files_count,
        coalesce(e.to_50mb_files_count, 0) as to_50mb_files_count,
        coalesce(e.to_200mb_files_count, 0) as to_200mb_files_count,
        coalesce(e.over_200mb_files_count, 0) as over_200mb_files_count
    from intermediate.int_department_people as p
    inner join intermediate.int_period_status as s
        on p.period_kind = s.period_kind and p.period_start = s.period_start and s.measure = 'box'
    left join intermediate.int_external_periods as e
        on p.department_key = e.department_key and p.period_kind = e.period_kind and p.period_start = e.period_start
    where p.segment_kind = 'all'
),

cells as (
    select
        k.department_key,
        k.period_kind,
        k.period_start,
        'all' as segment_kind,
        'all' as segment,
        d.metric_id,
        case d.metric_id
            when 'external_outbound_files' then k.outbound_files_count
            when 'external_inbound_files' then k.inbound_files_count
            when 'beyond_mail_files' then k.beyond_mail_files_count
            when 'beyond_mail_share' then k.beyond_mail_files_count
            when 'external_bytes' then k.transferred_bytes
            when 'external_partners' then k.partners_count
            when 'file_request_files' then k.file_request_files_count
            when 'partner_folder_actions' then k.partner_folder_actions_count
        end as numerator,
        case when d.metric_id = 'beyond_mail_share' then k.sized_files_count end as denominator,
        k.headcount_people,
        k.is_known
    from known as k
    cross join staging.stg_run__metrics as d
    where
        d.metric_id in (
            'external_outbound_files',
            'external_inbound_files',
            'beyond_mail_files',
            'beyond_mail_share',
            'external_bytes',
            'external_partners',
            'file_request_files',
            'partner_folder_actions'
        )
    union all
    select
        k.department_key,
        k.period_kind,
        k.period_start,
        'size_band' as segment_kind,
        b.size_band as segment,
        'external_size_files' as metric_id,
        case b.size_band
            when 'up_to_mail' then k.up_to_mail_files_count
            when 'to_50mb' then k.to_50mb_files_count
            when 'to_200mb' then k.to_200mb_files_count
            when 'over_200mb' then k.over_200mb_files_count
        end as numerator,
        cast(null as bigint) as denominator,
        k.headcount_people,
        k.is_known
    from known as k
    cross join staging.stg_run__external_size_bands as b
)

select
    department_key,
    period_kind,
    period_start,
    segment_kind, -- all or size_band
    segment,
    metric_id,
    case when is_known then cast(numerator as double) end as numerator,
    case when is_known then cast(denominator as double) end as denominator,
    cast(null as double) as value,
    headcount_people as group_people, -- people the cell speaks about
    cast(null as double) as coverage_share -- NULL = that of the measure, int_period_status
from cells
