"""WeChat in a box: the double for tests and the stage of the demo."""

from bot.sandbox.articles import Article, ReaderComment
from bot.sandbox.box import Sandbox
from bot.sandbox.people import Follower
from bot.sandbox.pusher import Delivery, Exchange
from bot.sandbox.wire import Call

__all__ = ["Article", "Call", "Delivery", "Exchange", "Follower", "ReaderComment", "Sandbox"]
