"""One organization's rows can be put on a machine of their own (decision 0018)."""

import sqlalchemy as sa

from homes import (
    global_tables,
    import_everything,
    named_statements,
    organization_column,
    tables_of_organizations,
    unbound_tables,
)
from procession.kit.db import Statement, metadata
from procession.kit.destroying import Destroying

#: Statements that ask every organization, and why. The list may only become shorter.
EVERYWHERE = {
    # The worker serves whoever is due, wherever that is.
    "worker.drain._DUE": "the events that are due longest",
    "worker.news._NEXT": "the notice that is due longest",
    "worker.news._RECALL": "notices that a clock which was ahead keeps waiting",
    "worker.post._NEXT": "the mail that is due longest",
    "domains.files.store._DUE": "the bytes that are to go next",
    "domains.files.store._KEPT_HERE": "whether the bytes of every file are there",
    "domains.holds.store.keeping._EXPIRED": "holds whose time is over",
    "domains.schedules.store._DUE": "the schedules that are due longest",
    "worker.drain._RECALL": "events that a clock which was ahead keeps waiting",
    "domains.archive.store.selections._DUE": "the selection that waits longest to be built",
    "domains.archive.store.selections._ENDED": "the selection that expired first",
    "domains.archive.store.operations._TURNS": "the operations that take turns",
    "domains.archive.store.operations._LAPSING": "sweeps that nobody approved of in time",
    "domains.retention.store.rules._BACKLOGS": "what the last passes found, for metrics",
    "domains.retention.store.rules._TO_PASS": "organizations that a pass is due for",
    "worker.post._RECALL": "mails that a clock which was ahead keeps waiting",
    "domains.webhooks.store.delivering._DUE_ENDPOINTS": "webhooks that something waits for",
    "domains.webhooks.store.delivering._RECALL": "webhooks that a clock which was ahead holds up",
    "domains.webhooks.store.log._FORGET": "what has been kept for 90 days",
    "domains.webhooks.store.log._GIVE_UP": "what has waited for 30 days",
    "domains.watchers.store._DUE": "the bundle that is due longest",
    "domains.accounts.store.telling._TELL": "what somebody did, told wherever they belong",
    "domains.system_log.store._FORGET": "what has been kept for 90 days",
    "kit.condition._EVENTS": "how many events wait, and how many failed",
    "kit.condition._MAILS": "how many mails wait, and how many failed",
    "kit.rounds._FIRST_IN_LINE": "how long the event waits that is delivered next",
    "domains.tasks.store.falling_due.EXPIRED": "the task that falls due first",
    "domains.processes.store.sums._LONGEST": "the journal of sums that has most rows",
    "domains.accounts.store.idempotency._FORGET_OLD_KEYS": "all that are a day old",
    "domains.accounts.store.organizations._COMPLETING": "organizations that complete what is left",
    "domains.accounts.store.organizations._EVERY_ORGANIZATION": "the list for who runs the server",
    "domains.accounts.store.organizations._ANY_ORGANIZATION": "whether the server is new",
    # A person belongs to several organizations, and is let in before one of them is named.
    "domains.processes.store.sums._EVERYWHERE": "how many processes the server has",
    "domains.accounts.store.providers._EVERY": "whether those that are connected answer",
    "domains.accounts.store.providers._ANY": "whether signing in through a provider is offered",
    "domains.accounts.store.sessions._SESSION": "whether somebody is disabled everywhere",
    "domains.accounts.store.signing_in._LOGIN_BY_EMAIL": "whether somebody is disabled everywhere",
    "domains.accounts.store.signing_in._LOGIN_BY_ID": "whether somebody is disabled everywhere",
    "domains.accounts.store.signing_in._DEFAULT_ORGANIZATION": "where somebody has been longest",
    "domains.accounts.store.organizations._ORGANIZATION_COUNT": "how many somebody belongs to",
    "domains.accounts.store.standing._STANDINGS": "where somebody may work",
    "domains.people.store.members._ACCOUNT": "the account, and whether it belongs anywhere",
    "domains.people.store.memberships._MEMBERSHIPS_ELSEWHERE": "whether an account goes as well",
    "domains.people.store.memberships._ACTED_ELSEWHERE": "whose name is needed in another record",
    "domains.people.store.member_includes._SHARED": "what somebody and the caller both belong to",
    "domains.people.store.guest_writing._DELETE_FORGOTTEN": "whether a guest is named anywhere",
    "domains.people.store.guest_writing._DELETE_UNNAMED": "the same, when an organization goes",
    "domains.people.store.guests._LINKS_OF_ADDRESS": "wherever somebody is a guest",
    # What was handed out carries no organization.
    "domains.people.store.invitations._BY_CODE_ALONE": "links mailed before 0.2, for 18 days",
    "domains.processes.store.selecting._BY_PUBLIC_KEY_ALONE": "links handed out before 0.2",
    "domains.templates.store.selecting._ORGANIZATION": "a template by its mail address",
    "domains.tasks.store.changing._ORGANIZATION": "a task by its mail address",
}


def test_every_key_of_an_organizations_table_has_the_organization_in_it() -> None:
    for table in tables_of_organizations():
        column = table.c[organization_column(table)]
        assert not column.nullable, table.name
        keys = [
            key
            for key in table.constraints
            if isinstance(key, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
        ]
        for key in keys:
            assert column in list(key.columns), f"{table.name}: {key.name}"
        for index in table.indexes:
            assert not index.unique or column in list(index.columns), index.name


def test_a_reference_between_tables_of_organizations_has_the_organization_in_it() -> None:
    for table in tables_of_organizations():
        for key in table.foreign_key_constraints:
            other = key.referred_table
            if other.name in global_tables():
                continue
            pairs = [(each.parent.name, each.column.name) for each in key.elements]
            assert (organization_column(table), organization_column(other)) in pairs, key.name


def test_tables_of_the_whole_server_are_named_with_their_home_and_refer_to_no_organization() -> (
    None
):
    import_everything()
    elsewhere = global_tables()
    assert elsewhere <= set(metadata.tables)
    for name in elsewhere:
        for key in metadata.tables[name].foreign_key_constraints:
            assert key.referred_table.name in elsewhere, key.name


def test_statements_that_ask_every_organization_are_known_and_become_fewer() -> None:
    found = {name for name, each in named_statements().items() if unbound_tables(each)}
    assert found == set(EVERYWHERE)


def test_a_statement_says_whose_rows_it_means_where_that_counts() -> None:
    """The test above would see it."""
    import_everything()
    tasks, processes = metadata.tables["tasks"], metadata.tables["processes"]
    mine = tasks.c.organization_id == sa.bindparam("organization_id")
    other = tasks.alias()
    followed = tasks.c.organization_id == processes.c.organization_id
    for condition, unbound in (
        (sa.true(), {"tasks"}),
        (mine, set()),
        (sa.or_(mine, tasks.c.id == "x"), {"tasks"}),
        (sa.and_(mine, tasks.c.id == other.c.id), {"tasks"}),
        (
            sa.and_(mine, other.c.organization_id == tasks.c.organization_id, other.c.id == "x"),
            set(),
        ),
        (sa.exists().where(processes.c.id == tasks.c.process_id), {"tasks", "processes"}),
        (sa.and_(mine, sa.exists().where(processes.c.id == tasks.c.process_id)), {"processes"}),
        (sa.and_(mine, sa.exists().where(followed)), set()),
    ):
        assert unbound_tables(Statement(sa.select(tasks.c.id).where(condition))) == unbound
        assert unbound_tables(Destroying(tasks.delete().where(condition))) == unbound
    nameless = tasks.insert().values({"id": sa.bindparam("id")})
    assert unbound_tables(Statement(nameless)) == {"tasks"}
