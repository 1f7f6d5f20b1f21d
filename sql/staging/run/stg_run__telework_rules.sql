/*
description: >-
  The rules of telework, one row per rule and span in which it means one thing. A rule of the organisation's own goes
  before the usual one on its days; of two that cover a day the one that began later counts.
grain: [rule_kind, said, valid_from]
kind: view
not_null: [rule_kind, said, valid_from, valid_to]
checks:
- name: weights_lie_between_zero_and_one
  sql: >-
    select said from staging.stg_run__telework_rules
    where rule_kind = 'telework_days' and (telework_days is null or telework_days < 0 or telework_days > 1)
*/
with stated as (
    select
        rule_kind,
        said,
        means,
        valid_from,
        coalesce(valid_to, date '2999-12-31') as valid_to,
        0 as precedence
    from raw.telework_rules
    union all
    select
        rule_kind,
        said,
        means,
        coalesce(try_cast(valid_from as date), date '1900-01-01') as valid_from,
        coalesce(try_cast(valid_to as date), date '2999-12-31') as valid_to,
        1 as precedence
    from raw.org_telework_rules
    where _day = (select max(o._day) from raw.org_telework_rules as o)
),

cuts as (
    select
        rule_kind,
        said,
        valid_from
    from stated
    union
    select
        rule_kind,
        said,
        cast(valid_to + interval 1 day as date) as valid_from
    from stated
),

spans as (
    select
        rule_kind,
        said,
        valid_from,
        cast(lead(valid_from) over (partition by rule_kind, said order by valid_from) - interval 1 day as date)
            as valid_to
    from cuts
)

select
    p.rule_kind, -- network, declared, vpn, evidence or telework_days
    p.said, -- kind of network, declared place, kind of evidence, class of a day
    -- office or remote; used for kinds of evidence; NULL = it says nothing, or is not used.
    case when r.rule_kind <> 'telework_days' then r.means end as means,
    case when r.rule_kind = 'telework_days' then try_cast(r.means as double) end as telework_days, -- 1 = a whole day
    p.valid_from,
    p.valid_to -- last day
from spans as p
inner join stated as r
    on p.rule_kind = r.rule_kind and p.said = r.said and r.valid_from <= p.valid_from and p.valid_from <= r.valid_to
where p.valid_to is not null
qualify
    row_number() over (
        partition by p.rule_kind, p.said, p.valid_from order by r.precedence desc, r.valid_from desc, r.means asc
    ) = 1
