/*
description: What differs between organisations; one row.
grain: []
kind: view
not_null: [mail_limit_bytes]
checks:
- name: exactly_one_row
  sql: select count(*) as rows_count from staging.stg_run__parameters having count(*) <> 1
*/
select mail_limit_bytes -- largest file a mail could have carried, in bytes of file
from raw.parameters
