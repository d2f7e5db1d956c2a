"""The short version of `make fuzz`: the hand-written beginnings of every target and mutations of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat.callback import Refusal, read_callback
from tests.bot.wechat.hostile import signed, text_xml
from tests.fuzz import callbacks, web

CORPUS = callbacks.corpus()
PIECES = [word.encode() for word in callbacks.DICTIONARY]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A beginning with one or two slices replaced by a word of the dictionary or by anything."""
    data = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 2))):
        a, b = sorted(draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
        data = data[:a] + draw(st.sampled_from(PIECES) | st.binary(max_size=8)) + data[min(b, a + 8) :]
    return data


def test_every_beginning_keeps_the_promises() -> None:
    assert len(CORPUS) > 1000
    for data in CORPUS:
        callbacks.one_input(data)


@settings(max_examples=600, deadline=None)
@given(data=mutated() | st.binary(max_size=200))
def test_whatever_comes_of_them_keeps_the_promises(data: bytes) -> None:
    callbacks.one_input(data)


def test_a_broken_promise_would_be_seen() -> None:
    forged = {**signed(callbacks.PLAIN, callbacks.AT), "signature": "0" * 40}
    with pytest.raises(Refusal):
        read_callback(forged, text_xml().encode(), callbacks.PLAIN, clocks=[callbacks.NOW])
    with pytest.raises(AssertionError):
        callbacks._compare(  # another sender than the one in the bytes
            read_callback(
                signed(callbacks.PLAIN, callbacks.AT),
                text_xml(openid="oSomebody").encode(),
                callbacks.PLAIN,
                clocks=[callbacks.NOW],
            ).event,
            text_xml(openid="oElse").encode(),
        )


@pytest.fixture(scope="module")
def target() -> Iterator[web.Target]:
    """The whole program on a stage of its own."""
    yield from web.open_target()


def test_any_request_is_answered_and_nothing_unsigned_has_an_effect(target: web.Target) -> None:
    for data in web.request_corpus():
        target.request(data)


def test_anything_said_is_answered_and_what_it_causes_runs(target: web.Target) -> None:
    dice = random.Random(5)
    for data in dice.sample(web.talk_corpus(), 150):
        target.talk(data)
        target.talk(data[:2] + bytes(dice.choices(data, k=len(data))) + dice.choice(web.WORDS).encode())
    target.stage.settle()
    target._look()
