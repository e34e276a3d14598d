"""Where the pages are that people are sent to: the one place that knows, for mails and for pages.

All pages are below `/app`: the first segments of the API answer JSON alone (contract 00, 1).
"""

from urllib.parse import quote, urlencode

HOME = "/app/home"
TRACKER = "/app/tracker"
TRACKER_COLUMNS = "/app/tracker/columns"
EXPORT_TRACKER = "/app/tracker/export"
TRACKER_FILTER = "/app/tracker/filter"
ARCHIVE = "/app/archive"
PRESETS = "/app/presets"
PRESET = "/app/presets/{preset}"
DELETE_PRESET = "/app/presets/{preset}/delete"
ARCHIVE_FILTER = "/app/archive/filter"
SELECTIONS = "/app/archive/selections"
SELECTION = "/app/archive/selections/{selection}"
OPERATIONS = "/app/archive/operations"
OPERATION = "/app/archive/operations/{operation}"
UNDO_OPERATION = "/app/archive/operations/{operation}/undo"
APPROVE_OPERATION = "/app/archive/operations/{operation}/approve"
REFUSE_OPERATION = "/app/archive/operations/{operation}/refuse"
CANCEL_OPERATION = "/app/archive/operations/{operation}/cancel"
LOOK = "/app/look"
KEYS = "/app/keys"
FAVORITES = "/app/favorites"
ORGANIZATION = "/app/organization"
COMPONENTS = "/app/_components"
BEGIN = "/app/begin"
BEGIN_DEMO = "/app/begin/demo"
SIGN_IN = "/app/sign-in"
SIGN_OUT = "/app/sign-out"
SIGN_OUT_EVERYWHERE = "/app/sign-out-everywhere"
FORGOTTEN_PASSWORD = "/app/forgotten-password"  # noqa: S105 - an address.
NEW_PASSWORD = "/app/new-password"  # noqa: S105
SINGLE_SIGN_ON = "/app/single-sign-on"
PROVIDER = "/app/single-sign-on/{org}"
PROVIDER_CALLBACK = "/app/single-sign-on/callback"
INVITATION = "/app/invitations/{token}"
TASKS = "/app/tasks"
TASK_FILTERS = "/app/tasks/filters"
NEW_TASK = "/app/tasks/new"
TICKED_TASKS = "/app/tasks/ticked"
REOPEN_TICKED = "/app/tasks/ticked/reopen"
TASK = "/app/tasks/{task}"
TASK_OF_PROCESS = "/app/processes/{process}/tasks/{task}"
PEOPLE_OF_TASK = "/app/tasks/{task}/people"
DEADLINE_OF_TASK = "/app/tasks/{task}/deadline"
HISTORY_OF_TASK = "/app/tasks/{task}/history"
HIDE_TASK = "/app/tasks/{task}/hide"
SHOW_TASK = "/app/tasks/{task}/show"
ADD_TASK = "/app/processes/{process}/add-task"
ANSWER_TASK = "/app/tasks/{task}/answers"
SEND_FILES_OF_TASK = "/app/tasks/{task}/files"
COMPLETE_TASK = "/app/tasks/{task}/complete"
REOPEN_TASK = "/app/tasks/{task}/reopen"
EDIT_TASK = "/app/tasks/{task}/edit"
DUPLICATE_TASK = "/app/tasks/{task}/duplicate"
REMIND_OF_TASK = "/app/tasks/{task}/remind"
PROCESS = "/app/processes/{process}"
ARCHIVE_PROCESS = "/app/processes/{process}/archive"
RESTORE_PROCESS = "/app/processes/{process}/restore"
DELETE_PROCESS = "/app/processes/{process}/delete"
EXPORT_PROCESS = "/app/processes/{process}/export"
PRINT_PROCESS = "/app/processes/{process}/print"
STAR_PROCESS = "/app/processes/{process}/star"
#: What is said about a process or a task: below the address of each.
COMMENTS = "/comments"
COMMENT = "/comments/{thread}"
DELETE_COMMENT = "/comments/{thread}/delete"
RESOLVE_ISSUE = "/comments/{thread}/resolve"
REOPEN_ISSUE = "/comments/{thread}/reopen"
#: The same with a file, which a form without scripts sends.
ATTACH_COMMENT = "/attach"
NAMABLE = "/namable"
TEMPLATES = "/app/templates"
LAUNCHABLE = "/app/launch"
LAUNCH_TEMPLATE = "/app/templates/{template}/launch"
NEW_TEMPLATE = "/app/templates/new"
STAR_TEMPLATE = "/app/templates/{template}/star"
TAGS_OF_TEMPLATE = "/app/templates/{template}/tags"
FOLDER_OF_TEMPLATE = "/app/templates/{template}/folder"
TAGS_OF_PROCESS = "/app/processes/{process}/tags"
FOLDERS_OF_PROCESS = "/app/processes/{process}/folders"
FOLDERS = "/app/folders"
NEW_FOLDER = "/app/folders/new"
FOLDER = "/app/folders/{folder}"
DELETE_FOLDER = "/app/folders/{folder}/delete"
DUPLICATE_TEMPLATE = "/app/templates/{template}/duplicate"
DELETE_TEMPLATE = "/app/templates/{template}/delete"
RESTORE_TEMPLATE = "/app/templates/{template}/restore"
ARCHIVE_TEMPLATE = "/app/templates/{template}/archive"
RESTORE_TASK = "/app/tasks/{task}/restore"
ARCHIVE_TASK = "/app/tasks/{task}/archive"
DELETE_TASK = "/app/tasks/{task}/delete"
FILE = "/app/files/{file}"
RESTORE_FILE = "/app/files/{file}/restore"
DELETE_FILE = "/app/files/{file}/delete"
TEMPLATE = "/app/templates/{template}"
#: The editor: each part of a template has an address there, and so has each field of a form, which
#: is `kickoff` or that of a step, by its id.
EDIT_TEMPLATE = f"{TEMPLATE}/edit"
EDIT_KICKOFF = f"{EDIT_TEMPLATE}/kickoff"
EDIT_STEPS = f"{EDIT_TEMPLATE}/steps"
EDIT_STEP = f"{EDIT_STEPS}/{{step}}"
ORDER_STEPS = f"{EDIT_TEMPLATE}/order"
COPY_STEP = f"{EDIT_STEP}/copy"
DELETE_STEP = f"{EDIT_STEP}/delete"
EDIT_FIELDS = f"{EDIT_TEMPLATE}/forms/{{form}}"
EDIT_FIELD = f"{EDIT_FIELDS}/fields/{{field}}"
ORDER_FIELDS = f"{EDIT_FIELDS}/order"
MOVE_FIELD = f"{EDIT_FIELD}/move"
DELETE_FIELD = f"{EDIT_FIELD}/delete"
EDIT_MILESTONES = f"{EDIT_TEMPLATE}/milestones"
EDIT_MILESTONE = f"{EDIT_MILESTONES}/{{stage}}"
DELETE_MILESTONE = f"{EDIT_MILESTONE}/delete"
PUBLISH_TEMPLATE = f"{EDIT_TEMPLATE}/publish"
EDIT_SETTINGS = f"{EDIT_TEMPLATE}/settings"
EDIT_PERMISSION = f"{EDIT_TEMPLATE}/permissions/{{permission}}"
PREFILL_TEMPLATE = f"{EDIT_TEMPLATE}/prefill"
EDIT_VERSIONS = f"{EDIT_TEMPLATE}/versions"
EDIT_VERSION = f"{EDIT_VERSIONS}/{{version}}"
RESTORE_VERSION = f"{EDIT_VERSION}/restore"
EDIT_RULES = f"{EDIT_TEMPLATE}/rules"
EDIT_RULE = f"{EDIT_RULES}/{{rule}}"
DELETE_RULE = f"{EDIT_RULE}/delete"
TRY_RULES = f"{EDIT_TEMPLATE}/try"
SEARCH = "/app/search"
ACTIVITY = "/app/activity"
NOTIFICATIONS = "/app/notifications"
READ_NOTIFICATION = "/app/notifications/{notification}/read"
READ_NOTIFICATIONS = "/app/notifications/read-all"
#: Below the address of a process, a task or a template.
WATCH = "/watch"
WATCHING = "/app/settings/notifications/watching/{watcher}"
PREFERENCES = "/app/settings/notifications"
SETTINGS = "/app/settings"
PROFILE = "/app/settings/profile"
PASSWORD = "/app/settings/profile/password"  # noqa: S105 - an address.
ADDRESS = "/app/settings/profile/address"
TOKENS = "/app/settings/tokens"
RETENTION = "/app/settings/archive"
HOLDS = "/app/settings/holds"
NEW_HOLD = "/app/settings/holds/new"
HOLD = "/app/settings/holds/{hold}"
RELEASE_HOLD = "/app/settings/holds/{hold}/release"
WEBHOOKS = "/app/settings/webhooks"
WEBHOOK_SECRET = "/app/settings/webhooks/secret"  # noqa: S105
TEST_WEBHOOK = "/app/settings/webhooks/test"
DELETE_WEBHOOK = "/app/settings/webhooks/of-all/{watcher}/delete"
PAUSE_WEBHOOK = "/app/settings/webhooks/{endpoint}/pause"
RESUME_WEBHOOK = "/app/settings/webhooks/{endpoint}/resume"
DELIVERIES = "/app/settings/webhooks/deliveries"
DELIVERY = "/app/settings/webhooks/deliveries/{delivery}"
REPLAY_DELIVERY = "/app/settings/webhooks/deliveries/{delivery}/replay"
ORGANIZATION_SETTINGS = "/app/settings/organization"
REVOKE_TOKEN = "/app/settings/tokens/{token}/revoke"  # noqa: S105
PEOPLE = "/app/people"
MEMBERS = "/app/people/members"
INVITE_MEMBER = "/app/people/members/invite"
MEMBER = "/app/people/members/{user}"
MEMBER_ROLE = "/app/people/members/{user}/role"
MEMBER_RIGHTS = "/app/people/members/{user}/rights"
MEMBER_INVITATION = "/app/people/members/{user}/invitation"
WITHDRAW_INVITATION = "/app/people/members/{user}/withdraw"
DEACTIVATE_MEMBER = "/app/people/members/{user}/deactivate"
REACTIVATE_MEMBER = "/app/people/members/{user}/reactivate"
DELETE_MEMBER = "/app/people/members/{user}/delete"
GUESTS = "/app/people/guests"
ADD_GUEST = "/app/people/guests/new"
A_GUEST = "/app/people/guests/{person}"
GUEST_LINK = "/app/people/guests/{person}/link"
MAIL_GUEST_LINK = "/app/people/guests/{person}/link/mail"
RESET_GUEST_LINK = "/app/people/guests/{person}/link/reset"
GUEST_TO_MEMBER = "/app/people/guests/{person}/member"
DISABLE_GUEST = "/app/people/guests/{person}/disable"
ENABLE_GUEST = "/app/people/guests/{person}/enable"
DELETE_GUEST = "/app/people/guests/{person}/delete"
GROUPS = "/app/people/groups"
ADD_GROUP = "/app/people/groups/new"
GROUP = "/app/people/groups/{group}"
DELETE_GROUP = "/app/people/groups/{group}/delete"
#: One click there ends mails of one kind: of a person, or of their mail program (RFC 8058).
UNSUBSCRIBE = "/public/unsubscribe/{word}"
UNSUBSCRIBE_PAGE = "/app/unsubscribe/{word}"
#: Old shapes of links, which have been handed out (contract 95, 1); they are no API paths.
FORM = "/public/library/{org}/blueprint/{template}/kick-off"
FORM_OF_ALIAS = "/{org}/public/kickoff/{template}"
LAUNCH = "/{org}/process/{template}/create"
#: Where guests' links lead (contract 00, 5.8).
GUEST = "/{org}/guest/{code}"
#: Of the API: it knows guests by their code alone.
FILE_OF_GUEST = "/api/organizations/{org}/guests/{code}/file/{file}"
GUESTS_TASK = "/{org}/guest/{code}/tasks/{task}"
GUEST_OF_WEBHOOK = "/guest-all-task/{org}/{code}"
#: Of the API, as a page.
REFERENCE = "/docs"

#: What links lead to, by a piece of their addresses: for the log, which never holds the link.
_KINDS = {
    INVITATION.partition("{")[0]: "invitation",
    f"{NEW_PASSWORD}?": "new password",
    "/kick-off?guest_code=": "form",
    "/guest/": "guest",
}


def kind_of_link(text: str) -> str | None:
    """What the link in a mail is good for; None where it has none that lets somebody in."""
    return next((kind for piece, kind in _KINDS.items() if piece in text), None)


def new_password_link(public_url: str, code: str, email: str) -> str:
    return f"{public_url}{NEW_PASSWORD}?{urlencode({'token': code, 'email': email})}"


def begin_link(public_url: str, code: str) -> str:
    return f"{public_url}{BEGIN}?{urlencode({'code': code})}"


def invitation_link(public_url: str, word: str) -> str:
    return public_url + INVITATION.format(token=quote(word, safe=""))


def provider_page(organization_id: str) -> str:
    """Leads on to the sign-in provider of an organization."""
    return PROVIDER.format(org=organization_id)


def sign_in_page(wanted: str) -> str:
    """The page to sign in on, and where to go then."""
    return f"{SIGN_IN}?{urlencode({'next': wanted})}"


def form_link(public_url: str, organization_id: str, template_id: str, code: str) -> str:
    """The private link to a public kick-off form."""
    page = FORM.format(org=organization_id, template=template_id)
    return f"{public_url}{page}?{urlencode({'guest_code': code})}"


def unsubscribe_link(public_url: str, word: str) -> str:
    return public_url + UNSUBSCRIBE.format(word=word)


def launch_link(public_url: str, organization_id: str, template_id: str) -> str:
    """Where members launch a process."""
    return public_url + LAUNCH.format(org=organization_id, template=template_id)
