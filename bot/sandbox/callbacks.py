"""What the box sends to the webhook: messages, events, hostile bytes, and what the person then sees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.sandbox.chatlines import FAULT_TEXT, Line, Via
from bot.sandbox.pusher import Delivery, Exchange, Mode, Pusher
from bot.sandbox.window import Trigger, trigger_of

if TYPE_CHECKING:
    from bot.sandbox.articles import Article
    from bot.sandbox.people import Follower, People
    from bot.sandbox.window import ServiceWindow


class Callbacks:
    """The pushing half of the sandbox."""

    now: Callable[[], float]
    lock: threading.RLock
    gh_id: str
    people: People
    window: ServiceWindow
    pusher: Pusher
    _pushes: list[Exchange]
    _msg_id = 24_000_000_000_000_000

    def push_from(self, person: Follower, fields: Mapping[str, Any], shown: str, tap: bool = False) -> Exchange:
        """A person's message or event: their bubble, the window it opens, the callback, the answer they see."""
        full = self._complete({"FromUserName": person.openid, **fields})
        with self.lock:
            trigger: Trigger | None = "tap" if tap else trigger_of(full)
            if trigger is not None:
                self.window.open(person.openid, trigger, self.now())
            via: Via = "event" if full["MsgType"] == "event" else "tapped" if tap else "typed"
            person.chat.append(Line(self.now(), "person", via, str(full["MsgType"]), shown))
        exchange = self._remember(self.pusher.deliver(full))
        with self.lock:
            self._show(person, exchange)
        return exchange

    def push(
        self,
        fields: Mapping[str, Any],
        *,
        deliveries: int | None = None,
        simultaneous: bool = False,
        mode: Mode | None = None,
        timestamp: int | None = None,
    ) -> Exchange:
        """Pushes any message or event; ToUserName, CreateTime and MsgId are filled in where missing.

        With `deliveries` it is repeated that often although answered, `simultaneous` makes them arrive at one moment;
        `mode` and the envelope's `timestamp` may differ from the account's.
        """
        full = self._complete(fields)
        with self.lock:
            person = self.people.find(str(full.get("FromUserName", "")))
            trigger = trigger_of(full)
            if person is not None and trigger is not None:
                self.window.open(person.openid, trigger, self.now())
        exchange = self._remember(
            self.pusher.deliver(full, deliveries=deliveries, simultaneous=simultaneous, mode=mode, timestamp=timestamp)
        )
        if person is not None:
            with self.lock:
                self._show(person, exchange)
        return exchange

    def push_raw(
        self,
        body: bytes,
        query: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Delivery:
        """Sends any bytes to the webhook, correctly signed for plain mode unless `query` says otherwise."""
        return self.pusher.post(self.pusher.signed() if query is None else query, body, method, headers)

    def push_comment_event(self, article: Article, user_comment_id: int, **options: Any) -> Exchange:
        """What a relay pushes for a new comment (the `comment` event); options as in `push`."""
        comment = article.record(user_comment_id)
        if comment is None:
            raise LookupError(f"no comment {user_comment_id} under {article.key}")
        fields = {
            "FromUserName": comment.openid or "",
            "CreateTime": int(comment.at),
            "MsgType": "event",
            "Event": "comment",
            "MsgDataId": article.msg_data_id,
            "Idx": article.idx,
            "UserCommentId": comment.id,
            "CommentType": int(comment.elected),
            "Content": comment.text,
        }
        return self.push(fields, **options)

    def verify_webhook(self, echostr: str = "5837219860432914012") -> bool:
        """Saves the server settings: the GET check; True if the webhook echoed."""
        got = self.push_raw(b"", {**self.pusher.signed(), "echostr": echostr}, method="GET")
        return got.status == 200 and got.body == echostr.encode()

    @property
    def pushes(self) -> list[Exchange]:
        with self.lock:
            return list(self._pushes)

    def _complete(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        with self.lock:
            full = {"ToUserName": self.gh_id, "FromUserName": "", "CreateTime": int(self.now()), **fields}
            if full.get("MsgType") != "event" and "MsgId" not in full:
                self._msg_id += 7
                full["MsgId"] = self._msg_id
            return full

    def _remember(self, exchange: Exchange) -> Exchange:
        with self.lock:
            self._pushes.append(exchange)
        return exchange

    def _show(self, person: Follower, exchange: Exchange) -> None:
        if not person.subscribed:
            return
        if exchange.fault:
            person.chat.append(Line(self.now(), "system", "fault", "text", FAULT_TEXT))
        elif exchange.reply:
            kind = str(exchange.reply["MsgType"])
            person.chat.append(Line(self.now(), "account", "passive", kind, exchange.text, exchange.reply))
