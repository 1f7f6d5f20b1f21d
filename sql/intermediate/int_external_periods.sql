/*
description: >-
  External exchange per department, every ancestor included, and week, month and fiscal year: files by direction and
  size, bytes, partners, and what our own staff did in partners' folders. A file counts in the department of the owner's
  main post that day, an action in a partner's folder in that of who acted. Only known days count; no row = nothing.
grain: [department_key, period_kind, period_start]
kind: by_day
time_column: period_start
not_null: [outbound_files_count, inbound_files_count, partners_count]
checks:
- name: every_file_has_one_band_or_no_size
  sql: |
    select department_key, period_kind, period_start from intermediate.int_external_periods
    where up_to_mail_files_count + to_50mb_files_count + to_200mb_files_count + over_200mb_files_count
        <> sized_files_count
*/
with days as (
    select
        activity_date,
        'week' as period_kind,
        iso_week_start as period_start
    from intermediate.int_days
    where box_status <> 'missing'
    union all
    select
        activity_date,
        'month' as period_kind,
        month_start as period_start
    from intermediate.int_days
    where box_status <> 'missing'
    union all
    select
        activity_date,
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start
    from intermediate.int_days
    where box_status <> 'missing'
),

happened as (
    select
        activity_date,
        department_key,
        direction,
        is_file_request,
        is_beyond_mail,
        size_bytes,
        size_band,
        partner_key,
        0 as partner_folder_actions
    from intermediate.int_external_transfers
    union all
    select
        activity_date,
        department_key,
        'partner_folder' as direction,
        false as is_file_request,
        false as is_beyond_mail,
        cast(null as bigint) as size_bytes,
        cast(null as varchar) as size_band,
        cast(null as varchar) as partner_key,
        actions_count as partner_folder_actions
    from intermediate.int_partner_folder_actions
)

select
    t.ancestor_key as department_key,
    d.period_kind, -- week, month or fiscal_year
    d.period_start,
    count(case when h.direction = 'outbound' then 1 end) as outbound_files_count,
    count(case when h.direction = 'inbound' then 1 end) as inbound_files_count,
    count(case when h.is_beyond_mail then 1 end) as beyond_mail_files_count,
    count(h.size_bytes) as sized_files_count, -- files whose size Box tells
    count(case when h.is_file_request then 1 end) as file_request_files_count,
    cast(coalesce(sum(h.size_bytes), 0) as double) as transferred_bytes, -- of the files whose size is known
    count(distinct h.partner_key) as partners_count, -- mail domains; all who are not known by name are one
    count(case when h.size_band = 'up_to_mail' then 1 end) as up_to_mail_files_count,
    count(case when h.size_band = 'to_50mb' then 1 end) as to_50mb_files_count,
    count(case when h.size_band = 'to_200mb' then 1 end) as to_200mb_files_count,
    count(case when h.size_band = 'over_200mb' then 1 end) as over_200mb_files_count,
    cast(sum(h.partner_folder_actions) as bigint) as partner_folder_actions_count
from happened as h
inner join intermediate.int_department_tree as t
    on h.department_key = t.department_key and t.valid_from <= h.activity_date and h.activity_date <= t.valid_to
inner join days as d on h.activity_date = d.activity_date
group by t.ancestor_key, d.period_kind, d.period_start
