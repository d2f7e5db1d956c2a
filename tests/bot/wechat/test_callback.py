"""Callbacks: verification, the order of refusals, events, answers and their envelopes."""

from __future__ import annotations

import base64
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from bot.domain import events
from bot.wechat import crypto
from bot.wechat.callback import Credentials, Delivery, Refusal, answer_xml, read_callback, seal, verify_server
from tests.bot.wechat.hostile import event_xml, hostile_requests, sealed, signed, text_xml

NOW = 1_790_000_000.0
AT = "1790000000"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLAIN = Credentials(account="main", appid="wx1234567890", token="tok3n")
SAFE = Credentials(account="main", appid="wx1234567890", token="tok3n", aes_key=KEY)
LENIENT = Credentials(account="main", appid="wx1234567890", token="tok3n", aes_key=KEY, allow_plaintext=True)


def status_of(query: dict[str, str], body: bytes, credentials: Credentials) -> int:
    try:
        read_callback(query, body, credentials, clocks=[NOW])
    except Refusal as refusal:
        return refusal.status
    return 200


def event_of(xml: str) -> events.Event:
    delivery = read_callback(signed(PLAIN, AT), xml.encode(), PLAIN, clocks=[NOW])
    assert delivery.event is not None
    return delivery.event


@pytest.mark.parametrize("credentials", [PLAIN, SAFE, LENIENT], ids=["plain", "safe", "lenient"])
def test_every_hostile_request_gets_the_contracts_answer(credentials: Credentials) -> None:
    cases = list(hostile_requests(credentials, NOW))
    wrong = [
        (case.name, got, case.status)
        for case in cases
        if (got := status_of(case.query, case.body, credentials)) != case.status
    ]
    assert wrong == []
    assert len(cases) >= 300
    assert [name for name, times in Counter(case.name for case in cases).items() if times > 1] == []


def mutated(body: bytes) -> st.SearchStrategy[bytes]:
    """`body` with a slice replaced by anything."""
    places = st.integers(0, len(body))
    return st.builds(
        lambda a, b, new: body[: min(a, b)] + new + body[max(a, b) :], places, places, st.binary(max_size=8)
    )


SOUND = text_xml().encode()
SEALED_QUERY, SEALED = sealed(SAFE, text_xml(), AT)


@settings(max_examples=400, deadline=None)
@given(body=st.one_of(st.binary(max_size=300), mutated(SOUND), mutated(SEALED)), safe=st.booleans())
def test_any_bytes_are_a_delivery_or_a_refusal(body: bytes, safe: bool) -> None:
    credentials, query = (SAFE, SEALED_QUERY) if safe else (PLAIN, signed(PLAIN, AT))
    try:
        result: Delivery | Refusal = read_callback(query, body, credentials, clocks=[NOW])
    except Refusal as refusal:
        result = refusal
    assert isinstance(result, Delivery) or result.status in (400, 403)


@settings(max_examples=300, deadline=None)
@given(
    message=st.one_of(
        st.binary(max_size=200),
        mutated(SOUND),
        st.text(max_size=60).map(lambda t: text_xml(t).encode("utf-8", "replace")),
    )
)
def test_anything_inside_a_sound_envelope_is_a_delivery_or_a_400(message: bytes) -> None:
    query, body = sealed(SAFE, message, AT)
    assert status_of(query, body, SAFE) in (200, 400)


@settings(max_examples=200, deadline=None)
@given(
    query=st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "openid"]), st.text(max_size=50)
    )
)
def test_nothing_unsigned_gets_in(query: dict[str, str]) -> None:
    assert status_of(query, SOUND, PLAIN) == 403
    assert status_of(query, SEALED, SAFE) == 403


def test_the_server_is_verified_with_the_raw_echo() -> None:
    query = signed(PLAIN, AT) | {"echostr": "59386<b>"}
    assert verify_server(query, PLAIN) == "59386<b>"


@pytest.mark.parametrize(
    "change", [{"signature": ""}, {"signature": "0" * 40}, {"echostr": ""}, {"nonce": "x"}, {"timestamp": ""}]
)
def test_a_wrong_server_verification_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refusal:
        verify_server(signed(PLAIN, AT) | {"echostr": "1"} | change, PLAIN)
    assert refusal.value.status == 403


def test_an_empty_token_verifies_nothing() -> None:
    open_door = Credentials(account="main", appid="wx1", token="")
    query = {"signature": crypto.sign("", AT, "n"), "timestamp": AT, "nonce": "n", "echostr": "1"}
    with pytest.raises(Refusal):
        verify_server(query, open_door)
    assert status_of(query, SOUND, open_door) == 403


def test_a_late_callback_is_stale_unless_one_clock_is_near() -> None:
    query = signed(PLAIN, AT)
    near = read_callback(query, SOUND, PLAIN, clocks=[NOW + 90_000, NOW + 300])
    far = read_callback(query, SOUND, PLAIN, clocks=[NOW + 90_000, NOW - 301])
    assert (near.stale, near.event is None) == (False, False)
    assert (far.stale, far.event) == (True, None)


def test_cutting_the_signed_characters_differently_shows_as_the_same_triple() -> None:
    # The signature has no delimiter: sorted and joined, 15|1790000000 and 1517|90000000 are the same characters.
    one = signed(PLAIN, AT, "15")
    recut = {"signature": one["signature"], "timestamp": "90000000", "nonce": "1517"}
    first = read_callback(one, SOUND, PLAIN, clocks=[NOW])
    second = read_callback(recut, SOUND, PLAIN, clocks=[90_000_000.0])
    assert first.triple == second.triple


def test_a_sealed_callback_needs_no_triple_for_its_signature_covers_the_body() -> None:
    delivery = read_callback(SEALED_QUERY, SEALED, SAFE, clocks=[NOW])
    assert delivery.triple is None
    assert delivery.sealed


def test_an_encrypted_callback_without_our_key_uses_none_of_the_plain_fields() -> None:
    encrypted = crypto.encrypt(text_xml().encode(), KEY, SAFE.appid)
    query = signed(SAFE, AT) | {"msg_signature": crypto.sign(SAFE.token, AT, "n0nce", encrypted)}
    body = text_xml(more=f"<Encrypt>{encrypted}</Encrypt>").encode()
    assert status_of(query, body, PLAIN) == 400
    assert status_of(query, body, SAFE) == 200


def test_compatible_mode_reads_only_what_is_sealed() -> None:
    encrypted = crypto.encrypt(text_xml("封好的").encode(), KEY, SAFE.appid)
    query = signed(SAFE, AT) | {"msg_signature": crypto.sign(SAFE.token, AT, "n0nce", encrypted), "openid": "oForged"}
    body = text_xml("明文的", more=f"<Encrypt>{encrypted}</Encrypt>").encode()
    delivery = read_callback(query, body, SAFE, clocks=[NOW])
    assert isinstance(delivery.event, events.TextMessage)
    assert (delivery.event.text, delivery.sealed) == ("封好的", True)


def test_credentials_show_no_secret() -> None:
    assert KEY not in repr(SAFE)
    assert "tok3n" not in f"{SAFE} {SAFE!r}"


def test_wechats_own_library_opens_our_envelope_and_we_open_its() -> None:
    theirs = WeChatCrypto(SAFE.token, KEY, SAFE.appid)
    ours = seal("<xml>答</xml>", SAFE, timestamp=AT, nonce="n")
    signature = re.search(r"<MsgSignature><!\[CDATA\[(\w+)", ours)
    assert signature is not None
    assert theirs.decrypt_message(ours, signature[1], AT, "n") == "<xml>答</xml>"
    envelope = theirs.encrypt_message(text_xml(), "n", AT)
    signature = re.search(r"<MsgSignature><!\[CDATA\[(\w+)", envelope)
    assert signature is not None
    query = {"msg_signature": signature[1], "timestamp": AT, "nonce": "n"}
    assert status_of(query, envelope.encode(), SAFE) == 200


def test_two_envelopes_of_one_answer_differ() -> None:
    assert seal("<xml/>", SAFE, timestamp=AT, nonce="n") != seal("<xml/>", SAFE, timestamp=AT, nonce="n")


def test_padding_of_sixteen_is_refused() -> None:
    # A block cipher library's usual padding would pass a careless unpadder; WeChat always pads to 32.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = crypto.decode_aes_key(KEY)
    plain = b"r" * 16 + (0).to_bytes(4, "big") + SAFE.appid.encode() + b"\x00" * 16
    plain = plain[: len(plain) // 16 * 16]
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(encryptor.update(plain) + encryptor.finalize(), KEY, SAFE.appid)


@pytest.mark.parametrize("key", ["", "short", "x" * 44, "!" * 43, "键" * 43])
def test_a_bad_aes_key_is_named(key: str) -> None:
    with pytest.raises(crypto.BadAesKey):
        crypto.decode_aes_key(key)


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(
        st.text(min_size=1),
        st.lists(
            st.sampled_from(["]]>", "]", ">", "<![CDATA[", "</Content>", "\x00", "\x0b", "&", "你", "😀"]), min_size=1
        ).map("".join),
    )
)
def test_no_text_breaks_the_answer(text: str) -> None:
    event = event_of(text_xml())
    answer = parse_message(answer_xml(event, text, 5))
    legal = "".join(char for char in text if char in "\t\n\r" or char >= " ")
    legal = re.sub("[\ud800-\udfff\ufffe\uffff]", "", legal).replace("\r\n", "\n").replace("\r", "\n")
    assert (answer.content or "").strip() == legal.strip()
    assert (answer.target, answer.source, answer.time) == ("oHostile", "gh_x", 5)


def test_an_answer_goes_back_to_its_sender() -> None:
    answer = answer_xml(event_of(text_xml()), "好的", 1_790_000_001)
    assert "<ToUserName><![CDATA[oHostile]]></ToUserName><FromUserName><![CDATA[gh_x]]>" in answer
    assert "<CreateTime>1790000001</CreateTime>" in answer


def test_base64_is_read_strictly() -> None:
    assert crypto.decode_base64(base64.b64encode(b"abc").decode()) == b"abc"
    for text in ("", "YW Jj", "YWJj\n", "YWJ", "YWJj="):
        with pytest.raises(ValueError, match=r"."):
            crypto.decode_base64(text)


def test_events_are_told_apart_by_name() -> None:
    kinds = {
        name: type(event_of(event_xml(name, "<EventKey>k</EventKey>"))).__name__
        for name in (
            "subscribe",
            "unsubscribe",
            "SCAN",
            "CLICK",
            "scancode_push",
            "scancode_waitmsg",
            "VIEW",
            "LOCATION",
        )
    }
    assert kinds == {
        "subscribe": "Followed",
        "unsubscribe": "Unfollowed",
        "SCAN": "Scanned",
        "CLICK": "MenuClicked",
        "scancode_push": "MenuClicked",
        "scancode_waitmsg": "MenuClicked",
        "VIEW": "UnknownEvent",
        "LOCATION": "UnknownEvent",
    }
