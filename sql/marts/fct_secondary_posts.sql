/*
description: >-
  Concurrent posts by department and month: people whose main post is elsewhere. They count in the figures of their main
  post only.
grain: [department_key, month_start]
time_column: month_start
not_null: [secondary_post_people]
*/
select
    department_key, -- dim_department
    month_start, -- first day of the month
    secondary_post_people -- hold a post here on some day of the month, and the main one elsewhere; people
from intermediate.int_secondary_posts
