"""What people may type about a plan, and about a visit with it in hand."""

from keywork.plans.forms.plan import (
    ActionForm,
    DoneForm,
    GoalForm,
    NeedForm,
    ScoreForm,
    SeverityForm,
)
from keywork.plans.forms.visit import VisitForm, visit_form

__all__ = [
    "ActionForm",
    "DoneForm",
    "GoalForm",
    "NeedForm",
    "ScoreForm",
    "SeverityForm",
    "VisitForm",
    "visit_form",
]
