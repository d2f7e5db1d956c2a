"""Notes to a group robot (企业微信, 飞书, 钉钉) by its webhook address, which is a secret: it never shows in errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

FEISHU = ("feishu.cn", "larksuite.com")


class RobotError(Exception):
    """The robot did not take a note; the text names no address."""


def message_body(url: str, text: str) -> dict[str, Any]:
    """The JSON of a text message as the robot at `url` reads it.

    企业微信 (developer.work.weixin.qq.com/document/path/91770) and 钉钉 (open.dingtalk.com/document/robots) agree;
    飞书 (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot) has its own form.
    """
    host = urlsplit(url).hostname or ""
    if any(host == name or host.endswith("." + name) for name in FEISHU):
        return {"msg_type": "text", "content": {"text": text}}
    return {"msgtype": "text", "text": {"content": text}}


def tell_robot(url: str, text: str, timeout: float) -> None:
    """Say `text` in the robot's group, within `timeout` seconds; RobotError if it was surely or possibly not said."""
    try:
        response = requests.post(url, json=message_body(url, text), timeout=timeout, allow_redirects=False)
        answer = response.json()
    except (requests.RequestException, ValueError) as error:
        raise RobotError(f"the group robot gave no answer ({type(error).__name__})") from None
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode", 0))) if isinstance(answer, dict) else None
    if response.status_code != 200 or code != 0:
        raise RobotError(f"the group robot said no (HTTP {response.status_code}, code {code})")
