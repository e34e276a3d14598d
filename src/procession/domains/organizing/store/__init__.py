"""All SQL about tags and folders."""

from procession.domains.organizing.store.folders import (
    add_folder as add_folder,
)
from procession.domains.organizing.store.folders import (
    count_contents as count_contents,
)
from procession.domains.organizing.store.folders import (
    delete_folder as delete_folder,
)
from procession.domains.organizing.store.folders import (
    folders_among as folders_among,
)
from procession.domains.organizing.store.folders import (
    list_folders as list_folders,
)
from procession.domains.organizing.store.folders import (
    lock_folders as lock_folders,
)
from procession.domains.organizing.store.folders import (
    names_of_folders as names_of_folders,
)
from procession.domains.organizing.store.folders import (
    set_folder_columns as set_folder_columns,
)
from procession.domains.organizing.store.links import (
    add_links as add_links,
)
from procession.domains.organizing.store.links import (
    delete_link as delete_link,
)
from procession.domains.organizing.store.links import (
    find_link as find_link,
)
from procession.domains.organizing.store.links import (
    links_of as links_of,
)
from procession.domains.organizing.store.links import (
    links_of_templates as links_of_templates,
)
from procession.domains.organizing.store.objects import (
    add_objects as add_objects,
)
from procession.domains.organizing.store.objects import (
    delete_object as delete_object,
)
from procession.domains.organizing.store.objects import (
    find_object as find_object,
)
from procession.domains.organizing.store.objects import (
    list_objects as list_objects,
)
from procession.domains.organizing.store.objects import (
    objects_of as objects_of,
)
from procession.domains.organizing.store.tags import (
    add_tag as add_tag,
)
from procession.domains.organizing.store.tags import (
    count_uses as count_uses,
)
from procession.domains.organizing.store.tags import (
    delete_tag as delete_tag,
)
from procession.domains.organizing.store.tags import (
    find_tag as find_tag,
)
from procession.domains.organizing.store.tags import (
    find_tag_titled as find_tag_titled,
)
from procession.domains.organizing.store.tags import (
    list_tags as list_tags,
)
from procession.domains.organizing.store.tags import (
    lock_tags as lock_tags,
)
from procession.domains.organizing.store.tags import (
    set_tag_columns as set_tag_columns,
)
from procession.domains.organizing.store.tags import (
    tags_among as tags_among,
)
from procession.domains.organizing.store.tags import (
    tags_titled as tags_titled,
)
from procession.domains.organizing.store.tags import (
    titles_of_tags as titles_of_tags,
)
