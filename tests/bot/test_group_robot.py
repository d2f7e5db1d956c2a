"""What a group robot is sent, and that its address never shows."""

from __future__ import annotations

import pytest

from bot.group_robot import RobotError, message_body, tell_robot


@pytest.mark.parametrize(
    "url",
    [
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
        "https://oapi.dingtalk.com/robot/send?access_token=t",
        "https://hooks.example.com/notfeishu.cn",
    ],
)
def test_wecom_dingtalk_and_others_read_msgtype(url: str) -> None:
    assert message_body(url, "你好") == {"msgtype": "text", "text": {"content": "你好"}}


@pytest.mark.parametrize(
    "url", ["https://open.feishu.cn/open-apis/bot/v2/hook/x", "https://open.larksuite.com/open-apis/bot/v2/hook/x"]
)
def test_feishu_reads_its_own_form(url: str) -> None:
    assert message_body(url, "你好") == {"msg_type": "text", "content": {"text": "你好"}}


def test_an_address_that_does_not_answer_is_not_named_in_the_error() -> None:
    with pytest.raises(RobotError) as error:
        tell_robot("http://127.0.0.1:9/send?key=geheim", "你好", timeout=2)
    assert "geheim" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
