"""Domains of mail addresses, and the proof that they are the organization's (contract 10, 3).

The proof is a TXT record in the name system, which only the holder of the domain can put there.
"""

import re
from typing import Any

from procession.domains.accounts import policy, store
from procession.domains.accounts.events import (
    DomainAdded,
    DomainDeleted,
    DomainVerified,
    OrganizationChanged,
)
from procession.domains.accounts.types import PROOF_LABEL, Domain
from procession.domains.accounts.wire import DomainIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, TooMany, invalid
from procession.kit.ids import new_id
from procession.kit.names import NoAnswer, texts_at
from procession.kit.paging import Page, PageRequest
from procession.kit.reading import read_stored
from procession.kit.work import Work, looking, reading, writing

_MOST_DOMAINS = 100
#: Questions to the name system that an organization may ask within a minute without success.
_MOST_ATTEMPTS = 20
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LONGEST = 253 - len(PROOF_LABEL) - 1


def list_domains(caller: Caller, request: PageRequest) -> Page[Domain]:
    _check_right(caller)
    with reading(caller) as work:
        return store.list_domains(work, request)


def add_domain(caller: Caller, sent: DomainIn) -> Domain:
    _check_right(caller)
    name = read_domain(sent.domain)
    with writing(caller) as work:
        store.lock_organization(work)
        if store.has_domain(work, name):
            raise invalid("domain", "The domain has already been taken.")
        if store.count_domains(work) >= _MOST_DOMAINS:
            raise invalid("domain", f"An organization may have {_MOST_DOMAINS} domains.")
        domain = Domain(
            id=new_id(), domain=name, proof=new_id(), created_at=work.now, verified_at=None
        )
        store.add_domain(work, domain)
        work.record(DomainAdded(**_about(work, domain)))
        return domain


def verify_domain(caller: Caller, domain_id: str) -> Domain:
    """Asks the name system outside of any transaction. Verifying again changes nothing."""
    domain = _get_domain(looking(caller), domain_id)
    _check_right(caller)
    if domain.verified_at is not None:
        return domain
    _check_proof(caller, domain)
    with writing(caller) as work:
        store.lock_domain(work, domain_id)
        domain = _get_domain(work, domain_id)
        if not store.claim_domain(work, domain):
            raise invalid("domain", "Another organization has verified this domain.")
        if store.set_domain_verified(work, domain.id):
            work.record(DomainVerified(**_about(work, domain)))
        return _get_domain(work, domain.id)


def vouch(work: Work, name: str) -> None:
    """For the operator: verified at once, without a proof in the name system."""
    store.lock_organization(work)
    known = store.find_domain_named(work, name)
    if known is not None and known.verified_at is not None:
        return
    domain = known or Domain(
        id=new_id(), domain=name, proof=new_id(), created_at=work.now, verified_at=None
    )
    store.lock_domain(work, domain.id)
    if not store.claim_domain(work, domain):
        raise invalid("domain", f"Another organization has verified the domain {name}.")
    if known is None:
        store.add_domain(work, domain)
        work.record(DomainAdded(**_about(work, domain)))
    store.set_domain_verified(work, domain.id)
    work.record(DomainVerified(**_about(work, domain)))


def delete_domain(caller: Caller, domain_id: str) -> None:
    """With the last verified one goes what needs a verified one."""
    with writing(caller) as work:
        store.lock_organization(work)
        domain = _get_domain(work, domain_id)
        _check_right(caller)
        store.delete_domain(work, domain)
        work.record(DomainDeleted(**_about(work, domain)))
        if not store.has_verified_domain(work):
            _stop_joining(work)


def read_domain(text: str) -> str:
    """As the name system writes it; raises Invalid for what is no domain."""
    try:
        name = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    is_right = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    if not is_right or len(name) > _LONGEST or labels[-1].isdecimal():
        raise invalid("domain", "The domain must be a domain such as example.com.")
    return name


def _check_proof(caller: Caller, domain: Domain) -> None:
    failures, key = caller.server.failures, f"domains {caller.organization_id}"
    wait = failures.wait_s(key, _MOST_ATTEMPTS - 1)
    if wait:
        raise TooMany(wait, _MOST_ATTEMPTS)
    try:
        texts = texts_at(domain.txt_name, caller.server.settings)
    except NoAnswer:
        failures.count(key)
        raise _no_proof("The name system gives no answer at the moment. Try again.") from None
    if domain.txt_value not in (text.strip() for text in texts):
        failures.count(key)
        raise _no_proof(
            f"There is no TXT record {domain.txt_value} at {domain.txt_name}. "
            "A new record may take an hour to be seen."
        )


def _no_proof(sentence: str) -> Invalid:
    return Invalid({"domain": [sentence]}, code="DOMAIN_NOT_VERIFIED")


def _stop_joining(work: Work) -> None:
    organization = store.get_organization(work)
    settings = read_stored(organization.settings)
    if not settings.get("auto_join_signups"):
        return
    changed = {**settings, "auto_join_signups": False}
    store.set_organization(work, organization.name, organization.timezone, changed)
    work.record(
        OrganizationChanged(organization_id=organization.id, field="auto_join_signups", before=True)
    )


def _get_domain(work: Work, domain_id: str) -> Domain:
    domain = store.find_domain(work, domain_id)
    if domain is None:
        raise NotFound(kind="Domain")
    return domain


def _check_right(caller: Caller) -> None:
    if not policy.can_administer_domains(caller):
        raise Forbidden


def _about(work: Work, domain: Domain) -> dict[str, Any]:
    return {
        "organization_id": work.caller.organization_id,
        "id": domain.id,
        "domain": domain.domain,
    }
