/*
description: >-
  Since when and until when an account of a person had a licence: the directory on the days it was read, the Teams
  report on days without a snapshot, and between two of these what the one before said. Before the first of them the
  first answer is assumed.
grain: [person_key, entra_key, valid_from]
time_column: valid_from
not_null: [valid_to, is_licensed, source_kind]
*/
with told as (
    select
        entra_key,
        valid_from as told_on,
        is_licensed,
        'directory' as source_kind
    from intermediate.int_directory_spans
    union all
    -- An account that the next snapshot no longer holds has lost its licence with it.
    select
        s.entra_key,
        cast(s.valid_to + interval '1' day as date) as told_on,
        false as is_licensed,
        'directory' as source_kind
    from intermediate.int_directory_spans as s
    left join intermediate.int_directory_spans as n
        on s.entra_key = n.entra_key and n.valid_from = cast(s.valid_to + interval '1' day as date)
    where n.entra_key is null and s.valid_to < date '2999-12-31'
    union all
    select
        entra_key,
        told_on,
        is_licensed,
        'report' as source_kind
    from intermediate.int_licence_reports
),

compared as (
    select
        entra_key,
        told_on,
        is_licensed,
        source_kind,
        lag(is_licensed) over (partition by entra_key order by told_on) as was_licensed
    from told
),

changes as (
    select
        entra_key,
        told_on,
        is_licensed,
        source_kind,
        was_licensed is null as is_first,
        lead(told_on) over (partition by entra_key order by told_on) as next_told_on
    from compared
    where was_licensed is null or was_licensed <> is_licensed
),

spans as (
    select
        entra_key,
        is_licensed,
        source_kind,
        told_on as valid_from,
        coalesce(cast(next_told_on - interval '1' day as date), date '2999-12-31') as valid_to
    from changes
    union all
    select
        entra_key,
        is_licensed,
        'assumed' as source_kind,
        date '1900-01-01' as valid_from,
        cast(told_on - interval '1' day as date) as valid_to
    from changes
    where is_first
)

select
    i.person_key,
    s.entra_key,
    s.is_licensed,
    s.source_kind, -- directory, report or assumed
    greatest(s.valid_from, i.valid_from) as valid_from,
    least(s.valid_to, i.valid_to) as valid_to -- last day; 2999-12-31 = still so
from spans as s
inner join intermediate.int_identities as i
    on
        s.entra_key = i.identity_key
        and i.key_kind = 'entra_id'
        and i.valid_from <= s.valid_to
        and s.valid_from <= i.valid_to
