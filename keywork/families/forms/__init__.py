"""What people may type about a family."""

from keywork.families.forms.choices import colleagues, members, version_of
from keywork.families.forms.chronology import CorrectionForm
from keywork.families.forms.contact import SafeContactForm
from keywork.families.forms.visit import VisitForm

__all__ = [
    "CorrectionForm",
    "SafeContactForm",
    "VisitForm",
    "colleagues",
    "members",
    "version_of",
]
