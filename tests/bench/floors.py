"""What the callback path is compared with: small WSGI applications, each served as ours is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

APPID, TOKEN = "wx0123456789abcdef", "testtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def make_bare() -> Any:
    """Flask that says success and does nothing."""
    from flask import Flask

    app = Flask("bare")
    app.add_url_rule("/wechat", "all", lambda: "success", methods=["POST"])
    return app


def make_aes() -> Any:
    """Flask and wechatpy: signature, decryption, an echo, encryption; nothing is stored and nothing remembered."""
    from flask import Flask, request
    from wechatpy import create_reply, parse_message
    from wechatpy.crypto import WeChatCrypto

    app, crypto = Flask("aes"), WeChatCrypto(TOKEN, AES_KEY, APPID)

    def echo() -> str:
        query = request.args
        plain = crypto.decrypt_message(request.get_data(), query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(plain)
        reply: str = create_reply(message.content, message).render()
        return str(crypto.encrypt_message(reply, query["nonce"], query["timestamp"]))

    app.add_url_rule("/wechat", "all", echo, methods=["POST"])
    return app


def make_redis() -> Any:
    """Flask and one write to the Redis that ours writes to, synced like ours."""
    import redis
    from flask import Flask, request

    app, client = Flask("redis"), redis.Redis(unix_socket_path=os.environ["BENCH_SOCKET"])

    def write() -> str:
        client.hset("bench", request.args["nonce"], request.get_data())
        return "success"

    app.add_url_rule("/wechat", "all", write, methods=["POST"])
    return app


def make_werobot(session: bool) -> Any:
    """WeRoBot in plaintext mode, an echo; with its default session (SQLite) or with none."""
    os.chdir(tempfile.mkdtemp(prefix="werobot-"))
    import werobot

    robot = werobot.WeRoBot(token=TOKEN, enable_session=session)
    if session:
        robot.text(lambda message, session: message.content)
    else:
        robot.text(lambda message: message.content)
    return robot.wsgi


FLOORS: dict[str, Callable[[], Any]] = {
    "bare": make_bare,
    "aes": make_aes,
    "redis": make_redis,
    "werobot": lambda: make_werobot(False),
    "werobot-session": lambda: make_werobot(True),
}
application = FLOORS[os.environ["BENCH_FLOOR"]]() if "BENCH_FLOOR" in os.environ else None
