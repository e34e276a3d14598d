"""Endpoints of an organization's domains."""

from procession.domains.accounts.actions import domains
from procession.domains.accounts.wire import DomainIn, DomainOut, domain_out
from procession.kit.http import WAITING, Answer, Request, Routes, item, listing, nothing
from procession.kit.paging import PageQuery, check_everything_fits

routes = Routes("Organizations")

_DOMAINS = "/organizations/{org}/domains"
_DOMAIN = f"{_DOMAINS}/{{domain}}"


@routes.get(
    _DOMAINS,
    policy="can_administer_domains",
    answers=DomainOut,
    query=PageQuery,
    is_list=True,
    raises=(403,),
)
def list_all(request: Request) -> Answer:
    """List the domains of an organization, by name."""
    page = domains.list_domains(request.caller, request.page(request.query, default=100))
    check_everything_fits(page)
    return listing(request, page, [domain_out(domain) for domain in page.rows])


@routes.post(
    _DOMAINS,
    policy="can_administer_domains",
    answers=DomainOut,
    status=201,
    body=DomainIn,
    raises=(403, 422),
)
def add(request: Request) -> Answer:
    """Add a domain; the answer holds the TXT record that will prove whose it is."""
    return item(domain_out(domains.add_domain(request.caller, request.body)), 201)


@routes.post(
    f"{_DOMAIN}/verify",
    place=WAITING,
    policy="can_administer_domains",
    answers=DomainOut,
    reads_body=False,
    raises=(403, 422),
)
def verify(request: Request) -> Answer:
    """Look for a domain's TXT record in the name system."""
    return item(domain_out(domains.verify_domain(request.caller, request.id("domain"))))


@routes.delete(
    _DOMAIN, policy="can_administer_domains", status=204, reads_body=False, raises=(403,)
)
def delete(request: Request) -> Answer:
    """Delete a domain for ever."""
    domains.delete_domain(request.caller, request.id("domain"))
    return nothing()
