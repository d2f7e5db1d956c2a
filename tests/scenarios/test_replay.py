"""Somebody who listens on the line sends again what they heard, changed or not, soon or late (features A1, A3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from bot.wechat import crypto
from tests.stage import AES_KEY, APPID, TOKEN, Stage


class Line:
    """What was sent to the webhook once, and what comes back when it is sent again."""

    def __init__(self, stage: Stage, text: str, **changes: Any) -> None:
        self.stage = stage
        self.person = stage.box.follower("小林")
        fields = {
            "ToUserName": stage.box.gh_id,
            "FromUserName": self.person.openid,
            "CreateTime": int(stage.clock.now()),
            "MsgType": "text",
            "Content": text,
            "MsgId": 424242,
            **changes,
        }
        self.query, self.body = stage.box.pusher.envelope(fields)

    def send(self, body: bytes | str | None = None, **query: str) -> tuple[int, str]:
        """Status and answer; an encrypted answer is opened."""
        answer = requests.post(
            f"{self.stage.url}/wechat", params={**self.query, **query}, data=body or self.body, timeout=5
        )
        text = answer.text
        if "<Encrypt>" in text:
            sealed = text.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
            text = crypto.decrypt(crypto.decode_base64(sealed), AES_KEY, APPID).decode()
        return answer.status_code, text


def left(stage: Stage) -> int:
    """How many 留言 are stored."""
    return int(stage.redis.hlen("{main}:inbox"))


def test_in_plain_mode_the_same_signature_with_another_message_is_forged(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(mode="plain")
    line = Line(stage, "留言 请问第一步怎么开始？")
    first = line.send()
    assert first[0] == 200
    assert line.send() == first  # WeChat's own repeat
    assert isinstance(line.body, bytes)
    other = line.body.replace("第一步".encode(), "第二步".encode())
    elsewhere = line.body.replace(b"424242", b"424243")
    somebody = line.body.replace(line.person.openid.encode(), ("o" + "v" * 27).encode())
    for forged in (other, elsewhere, somebody):
        assert line.send(forged, openid="") == (403, "")
        assert line.send(forged) == (403, "")
    assert left(stage) == 1
    assert line.send() == first


def test_the_signed_characters_cut_in_another_place_are_the_same_signature(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(mode="plain")
    line = Line(stage, "留言 请问第一步怎么开始？")
    assert line.send()[0] == 200
    assert isinstance(line.body, bytes)
    other = line.body.replace(b"424242", b"424243")
    joined = "".join(sorted((line.query["timestamp"], line.query["nonce"])))
    for cut in range(8, 12):
        recut = {"timestamp": joined[:cut], "nonce": joined[cut:]}
        if crypto.sign(TOKEN, *recut.values()) == line.query["signature"]:
            status, answer = line.send(other, **recut)
            assert (status, answer) in ((403, ""), (200, "success"))
    assert left(stage) == 1


def test_in_safe_mode_a_replay_is_a_repeat_and_any_change_is_refused(stage: Stage) -> None:
    line = Line(stage, "留言 请问第一步怎么开始？")
    first = line.send()
    for _ in range(3):
        assert line.send() == first
    now = str(int(stage.clock.now()) + 1)
    for change in ({"timestamp": now}, {"nonce": "other"}, {"msg_signature": "0" * 40}):
        assert line.send(**change) == (403, "")
    assert line.send(openid="o" + "v" * 27) == first  # what nothing vouches for is not looked at
    assert left(stage) == 1


def test_a_replay_after_the_window_is_taken_without_effect_and_counted(open_stage: Callable[..., Stage]) -> None:
    # The stage's box lives by the simulated clock, the program takes whichever clock is near: both must be far.
    stage = open_stage(mode="safe")
    stage.clock.advance(86_400.0)
    line = Line(stage, "退订")
    assert "不再主动发" in line.send()[1]
    Line(stage, "恢复", MsgId=424243).send()
    stage.clock.advance(301.0)
    assert line.send() == (200, "success")
    stage.clock.advance(25 * 3600.0)  # its kept answer has expired as well
    assert line.send() == (200, "success")
    person = stage.stores.people.get(stage.stores.people.pid(line.person.openid))
    assert person is not None
    assert not person.silent
    stage.metrics.flush(stage.redis)
    assert "bot_callbacks_stale_total 2.0" in requests.get(f"{stage.url}/metrics", timeout=5).text
