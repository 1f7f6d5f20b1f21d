/*
description: >-
  How intensely those who use it use it: chat messages per person with chat, meeting minutes per person with a meeting,
  over a week, a month and a fiscal year to date. Each person counts once in every department of the period, with what
  was done while in it, whatever the weight of the post. 90th percentile: the smallest value that at least 90 % of the
  people do not exceed.
grain: [department_key, period_kind, period_start, metric_id]
kind: by_day
time_column: period_start
not_null: [people_count]
*/
-- Who has one span in a period needs no grouping: that is nearly everybody (see int_department_periods).
with person_amounts as (
    select
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        p.chat_messages_count,
        p.meeting_seconds,
        p.meeting_days_count
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    where p.spans_count = 1 and (p.chat_active = 1 or p.meeting_active = 1)
    union all
    select
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        sum(p.chat_messages_count) as chat_messages_count,
        sum(p.meeting_seconds) as meeting_seconds,
        sum(p.meeting_days_count) as meeting_days_count
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    where p.spans_count > 1 and (p.chat_active = 1 or p.meeting_active = 1)
    group by s.department_key, p.period_kind, p.period_start, p.person_key
),

amounts as (
    select
        department_key,
        period_kind,
        period_start,
        'chat' as topic,
        cast(chat_messages_count as double) as amount
    from person_amounts
    where chat_messages_count > 0
    union all
    select
        department_key,
        period_kind,
        period_start,
        'meeting' as topic,
        cast(meeting_seconds as double) / 60 as amount
    from person_amounts
    where meeting_days_count > 0
),

ranked as (
    select
        department_key,
        period_kind,
        period_start,
        topic,
        amount,
        row_number() over (partition by department_key, period_kind, period_start, topic order by amount) as place,
        count(*) over (partition by department_key, period_kind, period_start, topic) as people_count
    from amounts
),

-- The middle one, or the mean of the two in the middle.
quantiles as (
    select
        department_key,
        period_kind,
        period_start,
        topic,
        max(people_count) as people_count,
        avg(case when 2 * place >= people_count and 2 * place <= people_count + 2 then amount end) as median_amount,
        min(case when 10 * place >= 9 * people_count then amount end) as p90_amount
    from ranked
    group by department_key, period_kind, period_start, topic
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    case topic when 'chat' then 'chat_messages_median' else 'meeting_minutes_median' end as metric_id,
    cast(people_count as bigint) as people_count, -- people with chat, or with a meeting
    round(median_amount, 6) as amount
from quantiles
union all
select
    department_key,
    period_kind,
    period_start,
    'chat_messages_p90' as metric_id,
    cast(people_count as bigint) as people_count,
    round(p90_amount, 6) as amount
from quantiles
where topic = 'chat'
