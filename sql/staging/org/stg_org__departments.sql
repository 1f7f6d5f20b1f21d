/*
description: Departments with effective dates, from the newest reading of the file.
grain: [department_key, valid_from]
kind: view
not_null: [department_key, valid_from, valid_to]
*/
select
    department_code as department_key,
    department_name,
    -- Without blanks, one width, one case: what a free text of the directory is compared with.
    lower(nfc_normalize(translate(
        regexp_replace(department_name, '[\s　/／]+', '', 'g'),
        '＆（）－．０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'
        || 'ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ',
        '&()-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
        || 'ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン' || chr(12441) || chr(12442)
    ))) as department_text,
    nullif(trim(parent_code), '') as parent_key, -- NULL for a top department
    department_level,
    coalesce(try_cast(sort_order as integer), 0) as sort_order,
    try_cast(nullif(trim(telework_seats), '') as integer) as telework_seats_count, -- NULL = not stated
    coalesce(try_cast(valid_from as date), date '1900-01-01') as valid_from,
    coalesce(try_cast(valid_to as date), date '2999-12-31') as valid_to -- last day; 2999-12-31 = open
from raw.org_departments
where _day = (select max(o._day) from raw.org_departments as o)
