/*
description: The directory as it was on each day it was read; older snapshots keep former sign-in names.
grain: [seen_on, entra_key]
kind: view
not_null: [seen_on, entra_key]
*/
with snapshots as (
    select
        id_key,
        user_principal_name_key,
        mail_key,
        employee_id_key,
        department,
        user_type,
        account_enabled,
        created_date_time,
        assigned_license_count,
        -- A morning run in Tokyo still bears the UTC date of the day before; the directory is that of the morning.
        coalesce(cast(_fetched_at + interval 9 hour as date), _day) as seen_on
    from raw.graph_users
    where id_key is not null
    qualify row_number() over (partition by seen_on, id_key order by _fetched_at desc, _day desc, _sha256 asc) = 1
)

select
    seen_on, -- Tokyo day of the snapshot
    id_key as entra_key, -- key of the Entra object id
    user_principal_name_key as address_key, -- key of the sign-in name
    mail_key as mail_address_key, -- key of the mail address, often the same
    employee_id_key as employee_key, -- key of the employee number, if the directory holds it
    nullif(trim(department), '') as directory_department_name,
    -- Without blanks, one width, one case: what tells two free texts of the directory apart.
    nullif(lower(nfc_normalize(translate(
        regexp_replace(department, '[\s　/／]+', '', 'g'),
        '＆（）－．０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'
        || 'ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ',
        '&()-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
        || 'ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン' || chr(12441) || chr(12442)
    ))), '') as department_text,
    coalesce(lower(trim(user_type)) = 'guest', false) as is_guest,
    coalesce(lower(trim(account_enabled)) in ('yes', 'true'), false) as is_enabled,
    coalesce(try_cast(assigned_license_count as bigint), 0) as licenses_count,
    try_cast(substr(created_date_time, 1, 10) as date) as created_on -- day the account was made
from snapshots
