"""All SQL about custom fields."""

from procession.domains.custom_fields.store.keys import add_key as add_key
from procession.domains.custom_fields.store.keys import delete_key as delete_key
from procession.domains.custom_fields.store.keys import find_key as find_key
from procession.domains.custom_fields.store.keys import keys_for as keys_for
from procession.domains.custom_fields.store.keys import list_keys as list_keys
from procession.domains.custom_fields.store.keys import lock_keys as lock_keys
from procession.domains.custom_fields.store.keys import set_key_columns as set_key_columns
from procession.domains.custom_fields.store.values import add_values as add_values
from procession.domains.custom_fields.store.values import clear_value as clear_value
from procession.domains.custom_fields.store.values import shown_values_of as shown_values_of
from procession.domains.custom_fields.store.values import stored_of_template as stored_of_template
from procession.domains.custom_fields.store.values import values_of as values_of
from procession.domains.custom_fields.store.values import values_of_templates as values_of_templates
