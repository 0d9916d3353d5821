"""Taking words out of a text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.subject_access.policy import REMOVED, take_out

WORDS = st.lists(st.sampled_from(["Tom", "hit", "her", "twice", ",", ".", "said"]), min_size=1)


@pytest.mark.parametrize(
    ("original", "edited", "sent"),
    [
        ("Tom hit her twice.", "hit her twice.", "[words removed] hit her twice."),
        ("She says Tom, her ex, came.", "She says came.", "She says [words removed] came."),
        ("Call Tom, please", "Call, please", "Call [words removed], please"),
        ("All of it", "", "[words removed]"),
        ("All of it", "All [words removed] it", "All [words removed] it"),
        ("Line one\n\nTom's line\nlast", "Line one\nlast", "Line one [words removed]\nlast"),
        ("The same", "The same", "The same"),
    ],
)
def test_a_mark_stands_where_words_were(original: str, edited: str, sent: str) -> None:
    assert take_out(original, edited) == sent


@pytest.mark.parametrize("edited", ["Tom hugged her", "her hit Tom", "Tom hit her hard"])
def test_nothing_can_be_put_in_or_moved(edited: str) -> None:
    with pytest.raises(ValueError, match="only take words out"):
        take_out("Tom hit her", edited)


@given(WORDS, st.data())
def test_what_is_sent_is_what_was_left_and_marks(words: list[str], data: st.DataObject) -> None:
    kept = [word for word in words if data.draw(st.booleans())]
    sent = take_out(" ".join(words), " ".join(kept))
    said = re.findall(r"\w+|[^\w\s]", sent.replace(REMOVED, " "))
    assert said == kept
    assert (REMOVED in sent) == (len(kept) < len(words))
    assert take_out(" ".join(words), sent) == sent or len(set(words)) < len(words)
