/*
description: Mail domains of the organisation, lower case.
grain: [domain]
kind: view
*/
select lower(domain) as domain
from raw.own_domains
