/*
description: >-
  Where the Box actions of a UTC day are taken from, so that none counts twice: whole answers of the API, else an
  exported User Activity report that is said to be whole, else parts of the API's events, else parts of reports.
grain: [source_date]
kind: view
not_null: [day_source, is_whole]
*/
select
    _day as source_date, -- UTC day
    case
        when bool_or(dataset = 'events' and status = 'accepted') then 'api'
        when bool_or(dataset = 'activity_report' and status = 'accepted') then 'report'
        when bool_or(dataset = 'events' and status = 'partial') then 'api'
        else 'report'
    end as day_source, -- api or report
    bool_or(status = 'accepted') as is_whole
from raw.landing_days
where source = 'box' and dataset in ('events', 'activity_report') and status in ('accepted', 'partial')
group by _day
