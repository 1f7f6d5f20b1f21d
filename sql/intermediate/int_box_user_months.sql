/*
description: >-
  The enterprise's own Box users month by month: one row per account and login, with the first and last reading of the
  month that held it, so that one reading more does not ask for all of history again. Between the two it may be missing.
grain: [month_start, box_key, address_key, is_person]
kind: by_day
time_column: month_start
not_null: [month_start, box_key, is_person, last_seen_on]
*/
select
    cast(date_trunc('month', seen_on) as date) as month_start,
    box_key, -- key of the Box id
    address_key, -- key of the login
    is_person, -- false for service and app users
    min(seen_on) as first_seen_on,
    max(seen_on) as last_seen_on
from staging.stg_box__users
where seen_on >= date_trunc('month', $start_date)
group by cast(date_trunc('month', seen_on) as date), box_key, address_key, is_person
