"""What tests change or look at behind the API's back, where there is no endpoint for it."""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from cast import GUS, Cast, Person
from factories import make_oneoff
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.signing import get_signer
from procession.domains.accounts.actions.tokens import issue_signed, list_tokens, revoke_token
from procession.domains.accounts.tables import tokens
from procession.domains.answers.types import Answer, write_answers, write_form
from procession.domains.custom_fields.tables import custom_keys
from procession.domains.people.tables import guest_links, memberships
from procession.domains.processes import store as process_store
from procession.domains.processes.store import sums
from procession.domains.processes.tables import processes, rule_memories
from procession.domains.tasks import store as task_store
from procession.domains.templates import store as templates
from procession.domains.templates import tables as template_tables
from procession.domains.templates.store import get_content, versions
from procession.domains.templates.tables import template_versions
from procession.domains.templates.types import Content, Field
from procession.flows.reaching.bots import as_bot
from procession.kit.db import Statement, metadata
from procession.kit.ids import new_id
from procession.kit.journal import activity
from procession.kit.work import writing
from procession.web.routes import ALL_ROUTES


def change(cast: Cast, statement: sa.Update) -> None:
    with cast.server.storage.database.writing() as connection:
        assert connection.execute(Statement.guarded(statement), {}) > 0


def check_sums(cast: Cast) -> None:
    """What lists say as their totals is what a count over every process finds."""
    told, counted = (
        sorted(
            tuple(map(int, (row[0], row[1]))) + tuple(row[2:])
            for row in cast.server.storage.database.connection().fetch(
                Statement(chosen), {"organization_id": cast.organization_id}
            )
        )
        for chosen in (sums.told(), sums.counted_anew())
    )
    assert told == counted


def set_membership(cast: Cast, person: Person, **columns: Any) -> None:
    """For example `disabled_at=1`."""
    change(
        cast,
        memberships.update()
        .where(
            memberships.c.organization_id == cast.organization_id,
            memberships.c.user_id == person.user_id,
        )
        .values(columns),
    )


def set_guest_links(cast: Cast, **columns: Any) -> None:
    """Of every guest of the organization."""
    its_links = guest_links.c.organization_id == cast.organization_id
    change(cast, guest_links.update().where(its_links).values(columns))


def set_template(cast: Cast, template_id: str, **columns: Any) -> None:
    templates = template_tables.templates
    its_row = sa.and_(
        templates.c.organization_id == cast.organization_id, templates.c.id == template_id
    )
    change(cast, templates.update().where(its_row).values(columns))


def set_key(cast: Cast, key_id: str, **columns: Any) -> None:
    its_row = sa.and_(
        custom_keys.c.organization_id == cast.organization_id, custom_keys.c.id == key_id
    )
    change(cast, custom_keys.update().where(its_row).values(columns))


def add_fields(cast: Cast, template_id: str) -> tuple[str, str]:
    """Ids of a field on the first step, and of one on the kick-off form."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        was = get_content(work, template_id, 1)
        on_step, on_form = (
            Field(
                id=new_id(), alias=label, label=label, field_type="text", required=False,
                created_at=work.now, updated_at=work.now,
            )
            for label in ("on-step", "on-form")
        )  # fmt: skip
        first = msgspec.structs.replace(was.steps[0], fields=(on_step,))
        now = msgspec.structs.replace(was, steps=(first, *was.steps[1:]), kickoff=(on_form,))
        versions.set_content(work, template_id, 1, was, now)
        return on_step.id, on_form.id


def new_token(cast: Cast, person: Person, *, lifetime_s: int = 3600) -> str:
    signer = get_signer(cast.server.storage)
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        user_id = person.user_id
        return issue_signed(work, signer, user_id=user_id, name="test", lifetime_s=lifetime_s).text


def revoke(cast: Cast, token: str) -> None:
    bot = as_bot(cast.server.storage, cast.organization_id)
    find = Statement(sa.select(tokens.c.id).where(tokens.c.digest == token_digest(token)))
    ((token_id,),) = cast.server.storage.database.connection().fetch(find, {})
    assert token_id in {token.id for token in list_tokens(bot)}
    assert revoke_token(bot, token_id)


def set_content(cast: Cast, template: Any, change_it: Callable[[Content], Content]) -> None:
    """What a template consists of, as far as there is no endpoint for it."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        was = get_content(work, template["id"], 1)
        versions.set_content(work, template["id"], 1, was, change_it(was))


def guest_task(cast: Cast, guest: str = GUS) -> tuple[Any, str]:
    """A one-off task of a guest, and the guest's code."""
    task = make_oneoff(cast.olga, owners={"users": [], "guests": [guest], "groups": []})
    (link,) = task["owners"]["taskUrls"]
    return task, link.split("/guest/")[1].split("/")[0]


assert ALL_ROUTES  # Importing them declares every table.


def _count(table: sa.Table) -> sa.Select[str, int]:
    key = table.c.id if table.name == "organizations" else table.c.organization_id
    name: sa.ColumnElement[str] = sa.literal_column(f"'{table.name}'")
    return (
        sa.select(name, sa.func.count())
        .select_from(table)
        .where(key == sa.bindparam("organization_id"))
    )


#: One question for all tables: tests ask it thousands of times.
_COUNTS = Statement(
    sa.union_all(
        *(
            _count(table)
            for table in metadata.sorted_tables
            if "organization_id" in table.c and table.name not in ("idempotency_keys", "tokens")
        )
    )
)


def stored(cast: Cast) -> dict[str, int]:
    """Rows of the organization by table. Every write leaves at least one row more (activity)."""
    connection = cast.server.storage.database.connection()
    rows = connection.fetch(_COUNTS, {"organization_id": cast.organization_id})
    return {str(name): int(count) for name, count in rows}


_VERSIONS = Statement(
    sa.select(template_versions.c.version)
    .where(template_versions.c.template_id == sa.bindparam("template_id"))
    .order_by(template_versions.c.version)
)


def stored_versions(cast: Cast, template: Any) -> list[int]:
    """Of a template, deleted or not."""
    connection = cast.server.storage.database.connection()
    return [row[0] for row in connection.fetch(_VERSIONS, {"template_id": template["id"]})]


def change_template(
    cast: Cast, template: Any, changed: Callable[[Content], Content], **columns: Any
) -> None:
    """As an edit does it: another content, and columns of the template by name."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        (kept,) = templates.lock_templates(work, [template["id"]])
        was = templates.get_content(work, kept.id, kept.version)
        templates.save(work, kept, columns, was, changed(was))


def content_of(cast: Cast, template: Any, version: int) -> Content:
    """Of a version; what processes show that were launched from it."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        return templates.get_content(work, template["id"], version)


def publish(cast: Cast, template: Any) -> None:
    """With drafts on: what is being edited now is what readers see from here on."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        (kept,) = templates.lock_templates(work, [template["id"]])
        content = templates.get_content(work, kept.id, kept.version)
        drafting = templates.save(work, kept, {"has_draft": True}, content, content)
        templates.publish_again(work, drafting, content)


def set_answers(cast: Cast, owner: Any, answers: dict[str, Any]) -> None:
    """Of a process or task, by field id; all that were there go."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        stored = write_answers({name: Answer(value, work.now) for name, value in answers.items()})
        store = task_store if "task_type" in owner else process_store
        store.set_columns(work, owner["id"], {"answers": stored})


def set_form(cast: Cast, task: Any, *fields: Field) -> None:
    """The own form of a one-off task."""
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        task_store.set_columns(work, task["id"], {"fields": write_form(fields)})


def text_field(label: str, **more: Any) -> Field:
    named = {"id": new_id(), "alias": label.lower(), "label": label, "field_type": "text"}
    return Field(**{**named, "required": False, "created_at": 1, "updated_at": 1, **more})


def set_process(cast: Cast, process_id: str, **columns: Any) -> None:
    its_row = sa.and_(
        processes.c.organization_id == cast.organization_id, processes.c.id == process_id
    )
    change(cast, processes.update().where(its_row).values(columns))


def forget_rules(cast: Cast, process_id: str) -> None:
    """As if none had ever been evaluated in the process."""
    with cast.server.storage.database.writing() as connection:
        forgotten = rule_memories.delete().where(
            rule_memories.c.organization_id == cast.organization_id,
            rule_memories.c.process_id == process_id,
        )
        connection.execute(Statement.guarded(forgotten), {})


def facts_of(cast: Cast, event: str) -> list[Any]:
    """What was recorded under this name, oldest first, as those who listen read it."""
    chosen = (
        sa.select(activity.c.subject_state)
        .where(
            activity.c.organization_id == sa.bindparam("organization_id"),
            activity.c.event == sa.bindparam("event"),
        )
        .order_by(activity.c.id)
    )
    values = {"organization_id": cast.organization_id, "event": event}
    rows = cast.server.storage.database.connection().fetch(Statement(chosen), values)
    return [msgspec.json.decode(row[0]) for row in rows]
