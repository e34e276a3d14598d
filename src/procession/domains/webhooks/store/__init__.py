"""All SQL about webhooks."""

from procession.domains.webhooks.store.delivering import DueEndpoint as DueEndpoint
from procession.domains.webhooks.store.delivering import add_attempt as add_attempt
from procession.domains.webhooks.store.delivering import add_deliveries as add_deliveries
from procession.domains.webhooks.store.delivering import claim as claim
from procession.domains.webhooks.store.delivering import list_due_endpoints as list_due_endpoints
from procession.domains.webhooks.store.delivering import recall as recall
from procession.domains.webhooks.store.delivering import settle as settle
from procession.domains.webhooks.store.endpoints import clear_paused as clear_paused
from procession.domains.webhooks.store.endpoints import count_failure as count_failure
from procession.domains.webhooks.store.endpoints import count_success as count_success
from procession.domains.webhooks.store.endpoints import find_endpoint as find_endpoint
from procession.domains.webhooks.store.endpoints import find_secrets as find_secrets
from procession.domains.webhooks.store.endpoints import list_endpoints as list_endpoints
from procession.domains.webhooks.store.endpoints import lock_secrets as lock_secrets
from procession.domains.webhooks.store.endpoints import set_paused as set_paused
from procession.domains.webhooks.store.endpoints import set_secrets as set_secrets
from procession.domains.webhooks.store.hearing import hearers_of as hearers_of
from procession.domains.webhooks.store.log import attempts_of as attempts_of
from procession.domains.webhooks.store.log import find_delivery as find_delivery
from procession.domains.webhooks.store.log import forget_before as forget_before
from procession.domains.webhooks.store.log import give_up_before as give_up_before
from procession.domains.webhooks.store.log import list_deliveries as list_deliveries
from procession.domains.webhooks.store.log import set_due as set_due
