/*
description: Mail domains of the organisation, lower case.
grain: [own_domain]
kind: view
*/
select lower(domain) as own_domain
from raw.own_domains
