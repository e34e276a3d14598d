"""What happens to templates and their parts; every module here, so that all are known."""

from procession.domains.templates.events.fields import (
    FieldAdded as FieldAdded,
)
from procession.domains.templates.events.fields import (
    FieldChanged as FieldChanged,
)
from procession.domains.templates.events.fields import (
    FieldDeleted as FieldDeleted,
)
from procession.domains.templates.events.fields import (
    FieldMoved as FieldMoved,
)
from procession.domains.templates.events.option_lists import (
    OptionListChanged as OptionListChanged,
)
from procession.domains.templates.events.option_lists import (
    OptionListCreated as OptionListCreated,
)
from procession.domains.templates.events.option_lists import (
    OptionListDeleted as OptionListDeleted,
)
from procession.domains.templates.events.option_lists import (
    about_list as about_list,
)
from procession.domains.templates.events.revisions import (
    TemplateFollowedList as TemplateFollowedList,
)
from procession.domains.templates.events.revisions import (
    TemplateReferenceRemoved as TemplateReferenceRemoved,
)
from procession.domains.templates.events.revisions import (
    TemplateSnippetRemoved as TemplateSnippetRemoved,
)
from procession.domains.templates.events.rules import (
    RuleChanged as RuleChanged,
)
from procession.domains.templates.events.rules import (
    RuleCreated as RuleCreated,
)
from procession.domains.templates.events.rules import (
    RuleDeleted as RuleDeleted,
)
from procession.domains.templates.events.rules import (
    RulesReordered as RulesReordered,
)
from procession.domains.templates.events.steps import (
    StepAdded as StepAdded,
)
from procession.domains.templates.events.steps import (
    StepAssigneesChanged as StepAssigneesChanged,
)
from procession.domains.templates.events.steps import (
    StepChanged as StepChanged,
)
from procession.domains.templates.events.steps import (
    StepDeleted as StepDeleted,
)
from procession.domains.templates.events.steps import (
    StepMoved as StepMoved,
)
from procession.domains.templates.events.steps import (
    about_step as about_step,
)
from procession.domains.templates.events.template import (
    PartChanged as PartChanged,
)
from procession.domains.templates.events.template import (
    PartFact as PartFact,
)
from procession.domains.templates.events.template import (
    TemplateArchived as TemplateArchived,
)
from procession.domains.templates.events.template import (
    TemplateChanged as TemplateChanged,
)
from procession.domains.templates.events.template import (
    TemplateCreated as TemplateCreated,
)
from procession.domains.templates.events.template import (
    TemplateDeleted as TemplateDeleted,
)
from procession.domains.templates.events.template import (
    TemplateFact as TemplateFact,
)
from procession.domains.templates.events.template import (
    TemplateOwnerChanged as TemplateOwnerChanged,
)
from procession.domains.templates.events.template import (
    TemplatePermissionsChanged as TemplatePermissionsChanged,
)
from procession.domains.templates.events.template import (
    TemplateUnarchived as TemplateUnarchived,
)
from procession.domains.templates.events.template import (
    about as about,
)
