/*
description: The free texts for departments that the directory ever held, and what tells two of them apart.
grain: [directory_department_name]
kind: view
not_null: [directory_department_name]
*/
with names as (
    select distinct nullif(trim(department), '') as directory_department_name
    from raw.graph_users
)

select
    directory_department_name, -- as the directory writes it
    -- Without blanks, one width, one case: what tells two free texts of the directory apart.
    nullif(lower(nfc_normalize(translate(
        regexp_replace(directory_department_name, '[\s　/／]+', '', 'g'),
        '＆（）－．０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'
        || 'ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ',
        '&()-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
        || 'ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン' || chr(12441) || chr(12442)
    ))), '') as department_text
from names
where directory_department_name is not null
