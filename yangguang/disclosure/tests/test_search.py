"""What a person types is found exactly where it stands."""

import random
import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yangguang.disclosure import search

# Few characters, so that accidental near-matches are frequent; punctuation, two writings of one letter, a rare plane.
ALPHABET = "占道经营青12aA　 ，。〔〕_'\\%*|&!:<->\n３Ａ㈠𠮷é"
TEXTS = st.text(ALPHABET, max_size=60)
CALM = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(text: str, asked: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select %s::tsvector @@ %s::tsquery", [search.vector(text), search.query(asked)])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@CALM
@given(TEXTS, st.data())
def test_every_piece_of_a_text_is_found(text, data):
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    if search.query(piece):
        assert found(text, piece)


@pytest.mark.django_db
@CALM
@given(TEXTS, st.text(ALPHABET, min_size=2, max_size=6))
def test_and_nothing_else(text, asked):
    if search.query(asked):
        expected = all(term in search.squeezed(text) for term in search.terms(asked))
        assert found(text, asked) is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("占道", True),
        ("流动小吃摊", True),
        ("小吃 占道", True),
        ("占道小吃", False),
        ("青山罚决〔2026〕33号", True),
        ("青山罚决[2026]33号", True),
        ("青山罚决（２０２６）３３号", True),
        ("青山罚决202633号", False),
        ("026", True),
        ("3号", True),
        ("赵 占道", True),
        ("钱 占道", False),
        ("ABC", True),
        ("'; drop table", False),
        ("占道 & !小吃", True),
    ],
)
def test_what_people_type(asked, expected):
    text = "当事人：赵某某\n青山罚决〔2026〕33号\n在东门摆设流动小吃摊一处，占道约6平方米。编号abc"
    assert found(text, asked) is expected


@pytest.mark.parametrize("asked", ["", " ", "，。", "罚", "罚 款", "*", "\n"])
def test_a_single_character_asks_for_nothing(asked):
    assert search.query(asked) == ""


@pytest.mark.django_db
def test_a_very_long_text_still_makes_a_vector_and_says_that_it_is_not_whole():
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 20_000)]
    text = "".join(random.Random(1).choices(characters, k=100_000))
    with connection.cursor() as cursor:
        cursor.execute("select length(%s::tsvector)", [search.vector(text)])
        assert cursor.fetchone()[0] > 10_000
        cursor.execute("select %s::tsvector @@ %s::tsquery", [search.vector(text), search.long_query()])
        assert cursor.fetchone()[0]
    assert not found("占道经营", "…long 占道")
    assert search.SENTINEL not in search.vector("占道经营")
    assert search.SENTINEL in search.vector("占道，" * 300)


@pytest.mark.parametrize("asked", ["占道", "小吃 占道", "ABC", "２０２６", "26〕33"])
def test_hits_are_shown_where_they_are(asked):
    text = "青山罚决〔2026〕33号，流动小吃摊占道，abc"
    parts = search.highlight(text, asked)
    assert "".join(words for words, _ in parts) == text
    shown = {search.squeezed(words) for words, hit in parts if hit}
    assert shown == set(search.terms(asked))


@CALM
@given(TEXTS, st.text(ALPHABET, max_size=6))
def test_a_highlighted_text_is_the_text(text, asked):
    assert "".join(words for words, _ in search.highlight(text, asked)) == text


def test_a_snippet_is_short_and_about_the_hit():
    text = "甲" * 500 + "占道经营" + "乙" * 500
    parts = search.snippet(text, "占道")
    assert ("占道", True) in parts
    assert parts[0] == ("…", False)
    assert parts[-1] == ("…", False)
    assert sum(len(words) for words, _ in parts) < 180
    assert search.snippet("一段\n没有的文字", "占道") == [("一段 没有的文字", False)]


def test_patterns_mean_the_words_themselves():
    assert search.patterns(r"50% a_b c\d") == [r"%50\%%", r"%a\_b%", r"%c\\d%"]
    assert re.fullmatch(r"%.*%", search.patterns("占道")[0])
