"""All SQL about searching. Other domains' rows are read, none are written."""

from procession.domains.search.store.filtering import (
    FIELDS as FIELDS,
)
from procession.domains.search.store.filtering import (
    OPERATIONS as OPERATIONS,
)
from procession.domains.search.store.finding import (
    Search as Search,
)
from procession.domains.search.store.finding import (
    ShownVersion as ShownVersion,
)
from procession.domains.search.store.finding import (
    find as find,
)
from procession.domains.search.store.finding import (
    versions_with_words as versions_with_words,
)
