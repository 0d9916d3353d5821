"""Names that are the same, and safe contact in words."""

import pytest

from keywork.families.policy import SafeContact, members_of, name_key, row_readers, staff_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zoë", "O'Brien"), ("ZOE", "OBrien")),
        (("Mary-Jane", "van der Berg"), ("mary jane", "Vanderberg")),
        (("Weiß", "Straße"), ("WEISS", "STRASSE")),
    ],
)
def test_case_accents_and_punctuation_do_not_make_another_name(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert name_key(*one) == name_key(*other)


def test_given_and_family_name_are_kept_apart() -> None:
    assert name_key("Ann", "Lee") != name_key("Lee", "Ann") != name_key("An", "nLee")


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        (
            SafeContact(False, True, False, False, "before 15:00"),
            "Text only. Do not leave messages. Do not write to the home address. Before 15:00.",
        ),
        (SafeContact(True, True, True, True), "Call, text or write."),
        (
            SafeContact(False, False, False, False),
            "Do not call, text or write. Do not leave messages.",
        ),
    ],
)
def test_safe_contact_reads_as_sentences(contact: SafeContact, sentence: str) -> None:
    assert contact.sentence == sentence


def test_a_member_who_may_be_given_a_row_is_no_reader_of_it() -> None:
    row = row_readers("staff:7", [8], [70])
    assert row == {"visibility": "protected", "readers": ["member:70", "staff:7", "staff:8"]}
    assert (staff_of(row["readers"]), members_of(row["readers"])) == ([7, 8], [70])
    assert row_readers("staff:7", None, [70]) == {"visibility": "team", "readers": ["staff:7"]}
