"""Who serves whom, how busy each department is, and what a change would do: answered as plain data."""

from clientela.network.queries.departments import DepartmentNow, Waiting, department_now
from clientela.network.queries.loads import (
    COLLEAGUES,
    WEEKS,
    DepartmentLoad,
    department_load,
    department_to_see,
    departments_to_see,
)
from clientela.network.queries.service_map import (
    BUSINESSES,
    HOUSEHOLDS,
    OUTSIDE,
    SPAN,
    Node,
    ServiceMap,
    service_map,
)
from clientela.network.queries.what_ifs import (
    Names,
    WhatIfLine,
    WhatIfPage,
    WhatIfsPage,
    departments_to_ask_about,
    headed_by,
    names_for_what_ifs,
    what_if_page,
    what_ifs_page,
)

__all__ = [
    "BUSINESSES",
    "COLLEAGUES",
    "HOUSEHOLDS",
    "OUTSIDE",
    "SPAN",
    "WEEKS",
    "DepartmentLoad",
    "DepartmentNow",
    "Names",
    "Node",
    "ServiceMap",
    "Waiting",
    "WhatIfLine",
    "WhatIfPage",
    "WhatIfsPage",
    "department_load",
    "department_now",
    "department_to_see",
    "departments_to_ask_about",
    "departments_to_see",
    "headed_by",
    "names_for_what_ifs",
    "service_map",
    "what_if_page",
    "what_ifs_page",
]
