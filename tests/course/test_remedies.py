"""The words the party is told come from the pack, with the organs of the body's registration."""

from tests.course.model import case
from yangguang.casework.course import told
from yangguang.policy import packs

PACK = packs.load("cn-henan-xinyang-qingshan")


def test_reconsideration_or_litigation_in_the_words_of_the_pack():
    assert told.remedies(case("licence", "ordinary"), PACK) == (
        "不服本决定的，可以自收到之日起六十日内向某某人民政府申请行政复议，或者六个月内向某某人民法院提起行政诉讼。"
    )


def test_against_what_was_decided_on_the_spot_reconsideration_comes_first():
    """行政复议法 art. 23(1)(1), 行政诉讼法 art. 45."""
    words = told.remedies(case("penalty", "summary"), PACK)
    assert words is not None
    assert "应当先自收到之日起六十日内向某某人民政府申请行政复议" in words
    assert "自收到复议决定书之日起十五日内向某某人民法院" in words


def test_without_a_registered_organ_nothing_is_invented():
    """The text is then asked of the person who writes the document."""
    one = case("licence", "ordinary")
    one.body.reconsideration = ""
    assert told.remedies(one, PACK) is None
    assert "remedies_text" not in told.registered(one, PACK)


def test_the_words_stand_on_clauses():
    for name in ("remedies_text", "remedies_text_first", "rights_text", "must_tell", "deliberation_min"):
        answer = packs.load("cn").parameter(name)
        assert answer.value and answer.because, name
