"""What somebody has to decide on, and what not."""

from hypothesis import given
from hypothesis import strategies as st

from keywork.subject_access.policy import (
    SENT,
    Concern,
    Decided,
    Verdict,
    concerns,
    names_in,
    told_by_another,
    verdict,
)

FLAGS = st.fixed_dictionaries(
    {name: st.booleans() for name in ("others", "told_by_others", "protected", "named", "file")}
)
DIGESTS = st.sampled_from([b"one", b"other"])
LATEST = st.none() | st.builds(
    Decided, st.sampled_from(["include", "include_part", "leave_out"]), DIGESTS
)


@given(FLAGS, LATEST, DIGESTS)
def test_nothing_that_concerns_others_is_sent_unless_somebody_decided_so_of_what_it_is_now(
    flags: dict[str, bool], latest: Decided | None, digest: bytes
) -> None:
    found = concerns(**flags)
    assert bool(found) == any(flags.values())
    result = verdict(found, digest, latest)
    if result in SENT:
        decided_so = latest is not None and latest.digest == digest
        assert decided_so or (latest is None and not any(flags.values()))
    if latest is not None and latest.digest == digest:
        assert result == latest.decision
    if latest is not None and latest.digest != digest:
        assert result == Verdict.UNDECIDED


@given(FLAGS, st.sampled_from(list(Concern)), DIGESTS)
def test_one_more_concern_never_lets_more_out(
    flags: dict[str, bool], more: Concern, digest: bytes
) -> None:
    found = concerns(**flags)
    assert verdict(found | {more}, digest, None) == Verdict.UNDECIDED


def test_what_the_person_said_themselves_is_told_by_nobody_else() -> None:
    own = ["Leah Marsh", "Lee Marsh"]
    assert not told_by_another("own_observation", "", own)
    assert not told_by_another("family", "lee marsh", own)
    assert told_by_another("family", "", own)
    assert told_by_another("family", "Tom Marsh", own)
    assert told_by_another("partner", "Leah Marsh", own)


def test_a_text_names_whoever_a_whole_word_of_it_is_called() -> None:
    people = {"Tom Marsh": ["Tom"], "Ivo Okoro-Bell": ["Ivo", "Okoro-Bell"], "Ann Lee": ["Ann"]}
    assert names_in("TOM's car; Mr Okoro-Bell waved.", people) == ["Tom Marsh", "Ivo Okoro-Bell"]
    assert names_in("A tomato, an annex, divorced.", people) == []
