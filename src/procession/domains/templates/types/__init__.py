"""Values of templates: what they are, and all that a version of one consists of."""

from procession.domains.templates.types.content import (
    Content as Content,
)
from procession.domains.templates.types.content import (
    Face as Face,
)
from procession.domains.templates.types.differences import (
    Difference as Difference,
)
from procession.domains.templates.types.differences import (
    DifferenceKind as DifferenceKind,
)
from procession.domains.templates.types.fields import (
    CHOICES as CHOICES,
)
from procession.domains.templates.types.fields import (
    WITHOUT_DEFAULT as WITHOUT_DEFAULT,
)
from procession.domains.templates.types.fields import (
    Column as Column,
)
from procession.domains.templates.types.fields import (
    Field as Field,
)
from procession.domains.templates.types.fields import (
    FieldType as FieldType,
)
from procession.domains.templates.types.fields import (
    Option as Option,
)
from procession.domains.templates.types.option_lists import (
    ListRow as ListRow,
)
from procession.domains.templates.types.option_lists import (
    OptionList as OptionList,
)
from procession.domains.templates.types.rules import (
    Action as Action,
)
from procession.domains.templates.types.rules import (
    Condition as Condition,
)
from procession.domains.templates.types.rules import (
    Rule as Rule,
)
from procession.domains.templates.types.rules import (
    RuleDeadline as RuleDeadline,
)
from procession.domains.templates.types.rules import (
    Source as Source,
)
from procession.domains.templates.types.steps import (
    Stage as Stage,
)
from procession.domains.templates.types.steps import (
    Step as Step,
)
from procession.domains.templates.types.steps import (
    StepAssignees as StepAssignees,
)
from procession.domains.templates.types.steps import (
    StepDeadline as StepDeadline,
)
from procession.domains.templates.types.steps import (
    StepStart as StepStart,
)
from procession.domains.templates.types.steps import (
    StepType as StepType,
)
from procession.domains.templates.types.steps import (
    SubProcess as SubProcess,
)
from procession.domains.templates.types.template import (
    EVERYONE as EVERYONE,
)
from procession.domains.templates.types.template import (
    STATUSES as STATUSES,
)
from procession.domains.templates.types.template import (
    FrozenVersion as FrozenVersion,
)
from procession.domains.templates.types.template import (
    Grant as Grant,
)
from procession.domains.templates.types.template import (
    Permission as Permission,
)
from procession.domains.templates.types.template import (
    Template as Template,
)
from procession.domains.templates.types.template import (
    TemplateFilter as TemplateFilter,
)
from procession.domains.templates.types.template import (
    TemplateType as TemplateType,
)
