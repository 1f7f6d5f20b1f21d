/*
description: Which metric is which figure of which tool (sql/seeds/tool_metrics.csv).
grain: [metric_id]
kind: view
*/
select
    metric_id,
    tool,
    family,
    cells, -- which cells of a department: all, or its telework-capable part
    is_compared -- whether two periods of it are compared
from raw.tool_metrics
