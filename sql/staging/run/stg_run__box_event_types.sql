/*
description: The human-driven Box event types; a type that is not here is machine work or administration.
grain: [event_type]
kind: view
*/
select
    event_type,
    transfer_kind, -- download, upload or edit for the types that move a file, else NULL
    action_kind -- write, read, share or collaboration; NULL for a login
from raw.box_event_types
