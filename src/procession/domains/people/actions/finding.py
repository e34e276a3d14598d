"""Finding accounts by address, for the operator."""

from procession.domains.people import store
from procession.domains.people.types import User
from procession.kit.work import Work


def find_user(work: Work, email: str) -> User | None:
    return store.find_user(work, email)
