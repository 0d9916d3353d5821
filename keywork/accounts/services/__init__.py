"""Writes about staff, and signing in."""

from keywork.accounts.services.cover import arrange_cover, end_cover
from keywork.accounts.services.devices import (
    ACCOUNTS,
    begin_session,
    end_session,
    end_sessions,
    go_on,
    saw,
    sweep_sessions,
)
from keywork.accounts.services.identity import staff_of, synchronise_posts
from keywork.accounts.services.passwords import (
    Asked,
    Proof,
    asked_of,
    change_password,
    check_password,
    give_temporary_password,
    hash_password,
    prove,
)
from keywork.accounts.services.people import (
    add_person,
    bring_back,
    end_colleagues_sessions,
    end_post,
    give_post,
    mark_left,
    reset_colleagues_factor,
)
from keywork.accounts.services.reading import end_readings, let_read
from keywork.accounts.services.resets import ask_reset, invite, reset_password, take_for_email
from keywork.accounts.services.second_factor import (
    enrol,
    make_recovery_codes,
    reset_second_factor,
    take_code,
    take_recovery_code,
)
from keywork.accounts.services.staff import add_hub, add_staff

__all__ = [
    "ACCOUNTS",
    "Asked",
    "Proof",
    "add_hub",
    "add_person",
    "add_staff",
    "arrange_cover",
    "ask_reset",
    "asked_of",
    "begin_session",
    "bring_back",
    "change_password",
    "check_password",
    "end_colleagues_sessions",
    "end_cover",
    "end_post",
    "end_readings",
    "end_session",
    "end_sessions",
    "enrol",
    "give_post",
    "give_temporary_password",
    "go_on",
    "hash_password",
    "invite",
    "let_read",
    "make_recovery_codes",
    "mark_left",
    "prove",
    "reset_colleagues_factor",
    "reset_password",
    "reset_second_factor",
    "saw",
    "staff_of",
    "sweep_sessions",
    "synchronise_posts",
    "take_code",
    "take_for_email",
    "take_recovery_code",
]
