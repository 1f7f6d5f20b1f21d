/*
description: What each class of a day counts as a day of telework, with validity dates.
grain: [telework_class, valid_from]
kind: view
not_null: [telework_days, has_known_place]
*/
select
    telework_class,
    has_known_place,
    telework_days, -- 1 = a whole day of telework
    valid_from,
    coalesce(valid_to, date '2999-12-31') as valid_to -- last day
from raw.telework_classes
