"""`python -m django found`: an organization with its people and templates, on an empty database."""

import json
import secrets
from hashlib import sha256
from typing import Any

from django.core.management import BaseCommand, call_command

from bench.twin.columns import new_id
from bench.twin.models import Membership, Organization, Template, Token, User, Version

#: Steps of the templates that are launched.
SIZES = (5, 20)


class Command(BaseCommand):
    help = "Makes the tables, and prints ids and tokens of what was made in them as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(found()))


def found() -> dict[str, Any]:
    """People get the numbers that they have with us."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    organization = Organization.objects.create(name="Bench")
    _add_user(organization, "bot@bench.test", "admin")
    people = {
        role: _add_user(organization, f"{role}@bench.test", role)
        for role in ("admin", "standard", "light")
    }
    owner_id = people["admin"][0]
    return {
        "organization_id": organization.id,
        "tokens": {role: token for role, (_, token) in people.items()},
        "templates": {size: _template(organization, owner_id, size) for size in SIZES},
    }


def _add_user(organization: Organization, email: str, role: str) -> tuple[int, str]:
    user = User.objects.create(email=email, name=email.split("@", maxsplit=1)[0])
    Membership.objects.create(organization=organization, user=user, role=role)
    token = secrets.token_urlsafe(32)
    Token.objects.create(user=user, digest=sha256(token.encode()).hexdigest())
    return user.pk, token


def _template(organization: Organization, owner_id: int, size: int) -> str:
    steps = [
        {
            "id": new_id(),
            "alias": f"step-{number}-of-the-procedure-{number + 999_999}",
            "title": f"Step {number} of the procedure",
            "summary": f"<p>What to do in step {number}, and why.</p>",
            "deadline_value": number % 30 + 2,
            "deadline_unit": "days",
            "top_secret": False,
        }
        for number in range(1, size + 1)
    ]
    version = Version.objects.create(number=1, steps=steps)
    template = Template.objects.create(
        organization=organization,
        version=version,
        title=f"Procedure of {size}",
        owner_id=owner_id,
    )
    return str(template.id)
