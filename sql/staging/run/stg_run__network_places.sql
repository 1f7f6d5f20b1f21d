/*
description: What a kind of network says about the place of work.
grain: [network_kind]
kind: view
*/
select
    network_kind,
    place -- office, remote, or NULL when it says nothing
from raw.network_places
