"""All SQL about retention: its rules, and what they find."""

from procession.domains.retention.store.dormant import (
    list_dormant as list_dormant,
)
from procession.domains.retention.store.dormant import (
    schedules_of as schedules_of,
)
from procession.domains.retention.store.dormant import (
    templates_launching as templates_launching,
)
from procession.domains.retention.store.facts import (
    facts_of as facts_of,
)
from procession.domains.retention.store.facts import (
    list_children as list_children,
)
from procession.domains.retention.store.facts import (
    list_covers as list_covers,
)
from procession.domains.retention.store.facts import (
    list_due as list_due,
)
from procession.domains.retention.store.facts import (
    list_oldest as list_oldest,
)
from procession.domains.retention.store.facts import (
    title_left as title_left,
)
from procession.domains.retention.store.rules import (
    find_own as find_own,
)
from procession.domains.retention.store.rules import (
    get_retention as get_retention,
)
from procession.domains.retention.store.rules import (
    get_rules as get_rules,
)
from procession.domains.retention.store.rules import (
    list_backlogs as list_backlogs,
)
from procession.domains.retention.store.rules import (
    list_to_pass as list_to_pass,
)
from procession.domains.retention.store.rules import (
    lock_retention as lock_retention,
)
from procession.domains.retention.store.rules import (
    remove_own as remove_own,
)
from procession.domains.retention.store.rules import (
    set_columns as set_columns,
)
from procession.domains.retention.store.rules import (
    set_default as set_default,
)
from procession.domains.retention.store.rules import (
    set_own as set_own,
)
