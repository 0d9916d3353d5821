"""What people may type about a family."""

from keywork.families.forms.as_at import AsAtForm
from keywork.families.forms.choices import colleagues, members, version_of
from keywork.families.forms.chronology import CorrectionForm, SoughtForm
from keywork.families.forms.conflicts import ColleagueConflictForm, ConflictForm
from keywork.families.forms.contact import SafeContactForm
from keywork.families.forms.emergencies import CheckForm, EmergencyForm
from keywork.families.forms.finding import FindForm
from keywork.families.forms.life import ReopenForm, SplitForm, UndoJoinForm, reason_field
from keywork.families.forms.membership import AddPersonForm, BornForm, LeaveForm, RoleForm
from keywork.families.forms.person import (
    FACTS_FORMS,
    NhsNumberField,
    OtherNameForm,
    RemoveNameForm,
    VersionedForm,
)
from keywork.families.forms.places import AddressForm, AffiliationForm, ContactForm, EndForm
from keywork.families.forms.readers import (
    named_members_field,
    named_staff_field,
    named_staff_of,
    offer_readers,
    readers_field,
)
from keywork.families.forms.relationships import (
    AddRelationshipForm,
    ChangeRelationshipForm,
    RemoveRelationshipForm,
)
from keywork.families.forms.same_person import KeepApartForm, MergeForm, UndoMergeForm, merge_form
from keywork.families.forms.team import (
    KeyWorkerForm,
    PractitionerForm,
    ProfessionalEndForm,
    ProfessionalForm,
    ReasonForm,
)

__all__ = [
    "FACTS_FORMS",
    "AddPersonForm",
    "AddRelationshipForm",
    "AddressForm",
    "AffiliationForm",
    "AsAtForm",
    "BornForm",
    "ChangeRelationshipForm",
    "CheckForm",
    "ColleagueConflictForm",
    "ConflictForm",
    "ContactForm",
    "CorrectionForm",
    "EmergencyForm",
    "EndForm",
    "FindForm",
    "KeepApartForm",
    "KeyWorkerForm",
    "LeaveForm",
    "MergeForm",
    "NhsNumberField",
    "OtherNameForm",
    "PractitionerForm",
    "ProfessionalEndForm",
    "ProfessionalForm",
    "ReasonForm",
    "RemoveNameForm",
    "RemoveRelationshipForm",
    "ReopenForm",
    "RoleForm",
    "SafeContactForm",
    "SoughtForm",
    "SplitForm",
    "UndoJoinForm",
    "UndoMergeForm",
    "VersionedForm",
    "colleagues",
    "members",
    "merge_form",
    "named_members_field",
    "named_staff_field",
    "named_staff_of",
    "offer_readers",
    "readers_field",
    "reason_field",
    "version_of",
]
