"""What happened at the demo's bakery: its people, its templates and three months of work, as data.

`playing.py` lets it happen, through the use cases that the API calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from procession.kit.caller import Role

ORGANIZATION = "Ferngate Bakery"
TIMEZONE = "Europe/London"


@dataclass(frozen=True)
class Actor:
    """One of the demo's people. `role` None: a guest, who has no account."""

    first_name: str
    last_name: str
    email: str
    role: Role | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


INES = Actor("Ines", "Carvalho", "ines@ferngate.example", Role.ADMIN)
TOMAS = Actor("Tomas", "Lindqvist", "tomas@ferngate.example", Role.STANDARD)
PRIYA = Actor("Priya", "Nair", "priya@ferngate.example", Role.LIGHT)
OWEN = Actor("Owen", "Marsh", "owen@marsh-accounting.example", None)
MEMBERS = (INES, TOMAS, PRIYA)

ONBOARDING, PURCHASE, MONTH_END = "employee-onboarding", "purchase-approval", "month-end-close"

#: Template file -> who works on each of its steps.
TEMPLATES: dict[str, tuple[Actor, ...]] = {
    ONBOARDING: (TOMAS, INES, TOMAS, PRIYA, TOMAS, PRIYA, PRIYA, PRIYA, INES),
    PURCHASE: (PRIYA, TOMAS, INES, TOMAS, PRIYA, TOMAS),
    MONTH_END: (PRIYA, PRIYA, TOMAS, TOMAS, TOMAS, PRIYA, TOMAS, OWEN, OWEN, INES, TOMAS),
}


#: Template file -> task number -> what is entered before it is completed, by label.
ANSWERS: dict[str, dict[int, dict[str, Any]]] = {
    ONBOARDING: {
        1: {
            "Signed contract": "https://files.ferngate.example/contract.pdf",
            "Checked against the offer": ["Name", "Start date", "Hours", "Pay"],
        },
        3: {"Tax number": "QQ 12 34 56 C"},
    },
    PURCHASE: {
        1: {"Reason": "What we have is worn out.", "Expected price": 240},
        2: {
            "Quotes": [
                ["Baker's Supplies", "Mill & Son", "Ovenworks"],
                ["214.20", "239.90", "251.00"],
                ["2 weeks", "1 week", "3 weeks"],
                ["2 years", "1 year", "3 years"],
            ]
        },
        5: {"Delivery is": ["Complete", "Undamaged", "As ordered"]},
    },
    MONTH_END: {
        2: {"Stock list": "https://files.ferngate.example/stock-list.ods"},
        9: {"Receipt of the tax office": "https://files.ferngate.example/receipt.pdf"},
    },
}


@dataclass(frozen=True)
class Day:
    """A calendar day, so many days before the demo is made; negative: still to come."""

    before: float


@dataclass(frozen=True, kw_only=True)
class ProcessStory:
    """One process. Times are days before the demo is made."""

    name: str
    #: None: a process of its own, without a template.
    template: str | None
    starter: Actor
    launched: float
    #: Answers to the kick-off form, by label.
    kickoff: Mapping[str, str | Day] = field(default_factory=dict)
    #: How many of its tasks are completed, in order, and how many days each took.
    done: int = 0
    pace: float = 1.0
    #: Task number -> comment written at its completion.
    remarks: Mapping[int, str] = field(default_factory=dict)
    #: An issue reported on the next open task a day after the last completion.
    problem: str = ""
    #: An issue of the process itself, reported then.
    issue: str = ""
    archived: float | None = None
    #: Archived with others of that moment, as one operation.
    archived_together: bool = False
    #: Brought back from the archive.
    restored: float | None = None
    #: Why it was put on hold, a day after it was archived.
    held: str = ""


@dataclass(frozen=True, kw_only=True)
class OneOffStory:
    """A task without a step; inside a process when `inside` names one."""

    title: str
    owner: Actor
    created: float
    #: Days before the demo is made; negative: still to come.
    due: float
    inside: str | None = None
    completed: float | None = None
    archived: float | None = None


#: `{month}` is the month before the launch.
PROCESSES: tuple[ProcessStory, ...] = (
    ProcessStory(
        name="Close {month}",
        template=MONTH_END,
        starter=TOMAS,
        launched=97,
        kickoff={"Month": "{month}"},
        done=11,
        pace=0.8,
        archived=60,
        held="The auditors have asked for everything about this month.",
    ),
    ProcessStory(
        name="Close {month}",
        template=MONTH_END,
        starter=TOMAS,
        launched=66,
        kickoff={"Month": "{month}"},
        done=11,
        pace=0.9,
        remarks={1: "Till 2 was 23.40 short. Counted twice."},
        archived=24,
        archived_together=True,
    ),
    ProcessStory(
        name="Onboard Amara Diallo, baker",
        template=ONBOARDING,
        starter=INES,
        launched=45,
        kickoff={
            "New colleague": "Amara Diallo",
            "First day": Day(38),
            "Works in": "Bakery",
            "Private e-mail address": "amara@mail.example",
        },
        done=9,
        pace=3.5,
        remarks={8: "Happy with the shift. Wants to learn lamination next."},
    ),
    ProcessStory(
        name="Close {month}",
        template=MONTH_END,
        starter=TOMAS,
        launched=35,
        kickoff={"Month": "{month}"},
        done=11,
        pace=0.8,
        remarks={8: "Please send me the leasing contract of the van."},
    ),
    ProcessStory(
        name="Onboard Peter Novak, driver",
        template=ONBOARDING,
        starter=INES,
        launched=29,
        kickoff={
            "New colleague": "Peter Novak",
            "First day": Day(15),
            "Works in": "Deliveries",
            "Touches food": "No",
        },
        done=2,
        pace=2,
        remarks={2: "Took another offer, so we stop here."},
        archived=24,
        archived_together=True,
    ),
    ProcessStory(
        name="Onboard Lucia Romano, pastry chef",
        template=ONBOARDING,
        starter=INES,
        launched=20,
        kickoff={
            "New colleague": "Lucia Romano",
            "First day": Day(6),
            "Works in": "Bakery",
            "Mentor": "priya@ferngate.example",
        },
        done=3,
        pace=1.5,
        problem="The supplier has no safety shoes in size 36 before next month.",
    ),
    ProcessStory(
        name="Buy twelve proofing baskets",
        template=PURCHASE,
        starter=PRIYA,
        launched=17,
        kickoff={"What to buy": "Twelve proofing baskets", "Category": "Other"},
        done=6,
        pace=2,
        remarks={2: "Two quotes: 14.20 and 16.90 each.", 3: "The cheaper one."},
    ),
    ProcessStory(
        name="Onboard Jonas Weber, shop assistant",
        template=ONBOARDING,
        starter=INES,
        launched=12,
        kickoff={
            "New colleague": "Jonas Weber",
            "First day": Day(-3),
            "Works in": "Shop",
        },
        done=4,
        pace=1.5,
    ),
    ProcessStory(
        name="Buy a second deck oven",
        template=PURCHASE,
        starter=TOMAS,
        launched=8,
        kickoff={"What to buy": "A second deck oven", "Category": "Machine", "Needed by": Day(-30)},
        done=2,
        pace=2,
        issue="The cheapest supplier has closed down. All quotes must be collected again.",
    ),
    ProcessStory(
        name="Repaint the shop front",
        template=None,
        starter=TOMAS,
        launched=6,
    ),
    ProcessStory(
        name="Close {month}",
        template=MONTH_END,
        starter=TOMAS,
        launched=4,
        kickoff={"Month": "{month}"},
        done=3,
        pace=0.9,
    ),
    ProcessStory(
        name="Buy a cargo bike for deliveries",
        template=PURCHASE,
        starter=TOMAS,
        launched=2,
        kickoff={"What to buy": "A cargo bike", "Category": "Vehicle", "Needed by": Day(-14)},
        done=2,
        pace=0.3,
        archived=1.2,
        restored=1.1,
    ),
)

ONEOFFS: tuple[OneOffStory, ...] = (
    OneOffStory(title="Take down the summer posters", owner=PRIYA, created=40, due=35, archived=33),
    OneOffStory(title="Descale the coffee machine", owner=PRIYA, created=9, due=6, completed=7),
    OneOffStory(title="Renew the food safety certificate", owner=TOMAS, created=15, due=2),
    OneOffStory(title="Order boxes for wedding cakes", owner=PRIYA, created=1, due=-3),
    OneOffStory(
        title="Choose the colour with the landlord",
        owner=INES,
        created=5.5,
        due=3,
        inside="Repaint the shop front",
        completed=3.5,
    ),
    OneOffStory(
        title="Ask the painter for a date",
        owner=TOMAS,
        created=5.4,
        due=1,
        inside="Repaint the shop front",
    ),
)


@dataclass(frozen=True, kw_only=True)
class SnippetStory:
    """A text written once, and the steps of a template whose descriptions end with it."""

    title: str
    content: str
    template: str
    steps: tuple[int, ...]


SNIPPETS: tuple[SnippetStory, ...] = (
    SnippetStory(
        title="How to reach the accountant",
        content="<p>Marsh Accounting: on working days from 9 to 16, or by a comment here.</p>",
        template=MONTH_END,
        steps=(7, 8, 9),
    ),
)


@dataclass(frozen=True, kw_only=True)
class ScheduleStory:
    """A template launched by itself. It begins with the demo: what is due before is no story."""

    template: str
    owner: Actor
    name: str
    rhythm: Mapping[str, str | int]


SCHEDULES: tuple[ScheduleStory, ...] = (
    ScheduleStory(
        template=MONTH_END,
        owner=TOMAS,
        name="{{TEMPLATE_NAME}}, {{DATE}}",
        rhythm={"every": "month", "time": "08:00", "day": 1},
    ),
)
