"""What can go wrong with a call to WeChat, in the four ways that matter to a caller.

GatewayError
├── Refused      WeChat said no: `code`, `reaction`, a Chinese `sentence` for the creator, `rid` for WeChat's support
├── Unreachable  nothing has happened: not connected, turned away before any effect, or a read that got no answer
├── AnswerLost   a write that may have had its effect: look at WeChat before trying again
└── Resting      not called at all: the endpoint rests, or the day's budget is spent

No text of these holds a secret, a token, an openid or anything WeChat sent back but numbers.
"""

from __future__ import annotations

import re

from bot.errors import OutsideError
from bot.wechat.reactions import Reaction, advise

_RID = re.compile(r"rid: ?([0-9A-Fa-f-]{8,64})")


class GatewayError(OutsideError):
    """Any failure of a call; `path` is the endpoint, `sentence` what the creator reads."""

    sentence = "暂时联系不上微信，稍后会自动再试，你不用做什么。"

    def __init__(self, path: str, why: str) -> None:
        """`why` is for logs, in English."""
        super().__init__(f"{path}: {why}")
        self.path = path


class Refused(GatewayError):
    """WeChat answered with an errcode."""

    def __init__(self, path: str, code: int, errmsg: str = "", *, at_token: bool = False, job: int = 0) -> None:
        """`errmsg` is searched for the request id and the address to whitelist, and not kept.

        `job` is the msg_id that comes with 45065: the mass send that was accepted before.
        """
        rid = _RID.search(errmsg)
        self.code = code
        self.job = job
        self.rid = rid[1] if rid else ""
        super().__init__(path, f"refused with {code}" + (f", rid {self.rid}" if rid else ""))
        advice = advise(code, errmsg, at_token=at_token)
        self.reaction: Reaction = advice.reaction
        self.sentence = advice.sentence


class Unreachable(GatewayError):
    """Nothing has happened; trying again is safe."""


class AnswerLost(GatewayError):
    """The request may have had its effect."""

    sentence = "微信没有回音，可能已经成功；会先去核对再决定要不要重做。"


class Resting(GatewayError):
    """WeChat was not called; `until` is epoch seconds on our clock, infinite if only a creator can end the rest."""

    def __init__(self, path: str, why: str, until: float, sentence: str) -> None:
        """See the class."""
        super().__init__(path, why)
        self.until = until
        self.sentence = sentence
