/*
description: The tools of which use is told, one row each (sql/seeds/tools.csv).
grain: [tool]
kind: view
*/
select
    tool,
    measure,
    upper_tool,
    ratio_base,
    ratio_unit,
    is_working_days_only,
    is_habit,
    has_weeks
from raw.tools
