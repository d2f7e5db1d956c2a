"""A follower's text: the open question, a follower's command, a keyword of the account, else silence or one hint a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import flooding
from handlers.chat.commands import FollowerCommand, FollowerVerb
from handlers.chat.followers import read_follower
from handlers.context import Chat, Reply

FollowerHandler = Callable[[Chat, FollowerCommand], Reply]
HINT_SECONDS = 24 * 3600.0
