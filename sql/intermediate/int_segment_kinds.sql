/*
description: >-
  The kinds of segments of which anything is known. Where a file was never given nobody has a part, and the whole is not
  told a second time as 不明.
grain: [segment_kind]
*/
select distinct 'employment_type' as segment_kind -- employment_type or rollout_wave
from intermediate.int_person_segments
where employment_type <> '不明'
union all
select distinct 'rollout_wave' as segment_kind
from intermediate.int_person_segments
where rollout_wave <> '不明'
