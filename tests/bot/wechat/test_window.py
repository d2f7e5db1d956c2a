"""Who may still be messaged: the documented table, and the cautious reading of what is not documented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import events
from bot.wechat.window import Contact, Window, after_event, after_send, closed, contact_of, may_send

NOW = 1_790_000_000.0
HOUR = 3600.0


def sendable(window: Window, at: float) -> int:
    """How many messages go out if one is sent after another at `at`."""
    sent = 0
    while may_send(window, at):
        window = after_send(window, at)
        sent += 1
    return sent


@pytest.mark.parametrize(
    ("contact", "messages", "last", "over"),
    [
        (Contact.TEXT, 5, 47 * HOUR, 48 * HOUR),
        (Contact.TAP, 3, 45.0, 60.0),
        (Contact.CLICK, 3, 45.0, 60.0),
        (Contact.FOLLOW, 3, 45.0, 60.0),
        (Contact.SCAN, 3, 45.0, 60.0),
    ],
)
def test_each_contact_opens_its_window(contact: Contact, messages: int, last: float, over: float) -> None:
    window = after_event(Window(), contact, NOW)
    assert sendable(window, NOW) == messages
    assert sendable(window, NOW + last) == messages
    assert sendable(window, NOW + over) == 0


def test_nobody_is_messaged_before_they_did_anything() -> None:
    assert not may_send(Window(), NOW)


def test_another_text_fills_up_and_does_not_add() -> None:
    window = after_send(after_event(Window(), Contact.TEXT, NOW), NOW)
    assert sendable(after_event(window, Contact.TEXT, NOW + HOUR), NOW + HOUR) == 5


def test_a_tap_does_not_shorten_an_open_long_window() -> None:
    window = after_event(after_event(Window(), Contact.TEXT, NOW), Contact.TAP, NOW + HOUR)
    assert sendable(window, NOW + 40 * HOUR) == 5


def test_a_tap_after_the_five_are_used_gives_three_for_a_minute() -> None:
    window = after_event(Window(allowance=0, until=NOW + HOUR), Contact.CLICK, NOW)
    assert (sendable(window, NOW), sendable(window, NOW + 60)) == (3, 0)


def test_leaving_and_refusals_close_at_once() -> None:
    window = after_event(Window(), Contact.TEXT, NOW)
    assert sendable(after_event(window, Contact.LEAVE, NOW), NOW) == 0
    assert sendable(closed(window), NOW) == 0


def test_what_says_nothing_changes_nothing() -> None:
    window = Window(2, NOW + 5)
    assert after_event(window, None, NOW) == window


@given(steps=st.lists(st.tuples(st.sampled_from(Contact), st.floats(0, 50 * HOUR), st.integers(0, 6)), max_size=12))
def test_never_more_than_five_between_two_contacts(steps: list[tuple[Contact, float, int]]) -> None:
    window, now = Window(), NOW
    for contact, wait, sends in steps:
        now += wait
        window = after_event(window, contact, now)
        assert 0 <= window.allowance <= 5
        assert window.until <= now + 48 * HOUR
        for _ in range(sends):
            window = after_send(window, now)
        assert window.allowance >= 0


def test_events_are_the_contacts_of_the_table() -> None:
    base = ("o1", "gh_x", 1_790_000_000)
    message = (*base, "1")
    found = [
        contact_of(event)
        for event in (
            events.TextMessage(*message, text="在吗"),
            events.TextMessage(*message, text="通过3.k7", menu_id="3.k7"),
            events.OtherMessage(*message, kind="image"),
            events.LinkMessage(*message),
            events.MenuClicked(*base),
            events.Followed(*base),
            events.Scanned(*base),
            events.Unfollowed(*base),
            events.UnknownEvent(*base, name="VIEW"),
            events.CommentEvent(*base, msg_data_id=1, index=0, user_comment_id=1),
        )
    ]
    assert found == [
        Contact.TEXT,
        Contact.TAP,
        Contact.TEXT,
        Contact.TEXT,
        Contact.CLICK,
        Contact.FOLLOW,
        Contact.SCAN,
        Contact.LEAVE,
        None,
        None,
    ]
