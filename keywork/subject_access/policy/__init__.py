"""Rules of subject access: values in, a verdict out."""

from keywork.subject_access.policy.deciding import (
    ANSWERS,
    DECISIONS,
    SENT,
    VERDICTS,
    Concern,
    Decided,
    Verdict,
    concerns,
    digest_of,
    names_in,
    told_by_another,
    verdict,
)
from keywork.subject_access.policy.due import (
    ASKERS,
    PAUSES,
    REFUSALS,
    SOON,
    STATES,
    UNDER_WAY,
    WAYS,
    due_on,
)
from keywork.subject_access.policy.redaction import REMOVED, take_out

__all__ = [
    "ANSWERS",
    "ASKERS",
    "DECISIONS",
    "PAUSES",
    "REFUSALS",
    "REMOVED",
    "SENT",
    "SOON",
    "STATES",
    "UNDER_WAY",
    "VERDICTS",
    "WAYS",
    "Concern",
    "Decided",
    "Verdict",
    "concerns",
    "digest_of",
    "due_on",
    "names_in",
    "take_out",
    "told_by_another",
    "verdict",
]
