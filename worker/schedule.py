"""What beat sends, and when, in London time.

Each of these may be sent by many beats at once and as often as anyone likes. The nightly ones are
sent three times, an hour apart: whoever could not do it the first time does it the next.
"""

from typing import Any, Final

from celery.schedules import crontab

_NIGHTLY: Final = "2-4"

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "accounts.sweep": {"task": "accounts.sweep", "schedule": crontab(hour=_NIGHTLY, minute="15")},
    "auditing.seal": {"task": "auditing.seal", "schedule": crontab(hour=_NIGHTLY, minute="5")},
    "auditing.verify": {"task": "auditing.verify", "schedule": crontab(hour=_NIGHTLY, minute="15")},
    # Not worth doing late: the next one is there by then.
    "commissioning.escalate": {
        "task": "commissioning.escalate",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "commissioning.prove": {
        "task": "commissioning.prove",
        "schedule": crontab(hour=_NIGHTLY, minute="10"),
    },
    "families.check_key_workers": {
        "task": "families.check_key_workers",
        "schedule": crontab(hour=_NIGHTLY, minute="15"),
    },
    "families.find_same_people": {
        "task": "families.find_same_people",
        "schedule": crontab(hour=_NIGHTLY, minute="30"),
    },
    "families.sweep_drafts": {
        "task": "families.sweep_drafts",
        "schedule": crontab(hour=_NIGHTLY, minute="20"),
    },
    "files.sweep": {"task": "files.sweep", "schedule": crontab(hour=_NIGHTLY, minute="25")},
    "retention.review": {
        "task": "retention.review",
        "schedule": crontab(hour=_NIGHTLY, minute="45"),
    },
    "retention.sweep": {
        "task": "retention.sweep",
        "schedule": crontab(hour=_NIGHTLY, minute="35"),
    },
    # By the day: who is reminded once is not reminded again.
    "subject_access.remind": {
        "task": "subject_access.remind",
        "schedule": crontab(hour="5-7", minute="45"),
    },
    "outbox.prune": {"task": "outbox.prune", "schedule": crontab(hour=_NIGHTLY, minute="40")},
}
