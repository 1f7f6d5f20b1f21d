/*
description: The days on which the enterprise's own Box users were read.
grain: [seen_on]
kind: view
time_column: seen_on
*/
select distinct _day as seen_on -- day of the snapshot
from raw.box_users
