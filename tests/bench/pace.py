"""(a) How long an answer takes at a steady rate while every call to WeChat takes four seconds."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import aiohttp
from yarl import URL

from bot.sandbox import Sandbox
from tests.bench.floors import AES_KEY
from tests.bench.table import Table
from tests.chaos.program import Program, wait_for

READERS = 1_000


def measure(rate: int, seconds: float) -> None:
    """So many callbacks a second of a thousand readers, a tenth of them 留言 that the worker drafts for."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        box = Sandbox(aes_key=AES_KEY, mode="safe").start()
        stack.callback(box.stop)
        box.faults.add("*", "slow", 4.0)
        program = Program(box, folder, WECHAT_API_TIMEOUT="5")
        stack.callback(program.stop)
        program.start()
        assert wait_for(program.is_ready, 60), "the program does not start"
        times = asyncio.run(_at_a_pace(box, rate, seconds))
    times.sort()
    table = Table(f"(a) {rate} callbacks a second while WeChat takes 4 s", ("answered", "p50 ms", "p99 ms", "max ms"))
    table.row(
        f"{len(times)} of {int(rate * seconds)}",
        *(f"{1000 * times[int((len(times) - 1) * share)]:.1f}" for share in (0.5, 0.99, 1.0)),
    )
    table.print()
    print("bars: p99 < 50 ms, max < 1 s")


async def _at_a_pace(box: Sandbox, rate: int, seconds: float) -> list[float]:
    times: list[float] = []
    port = URL(box.webhook_url).port or 80
    fields = [
        {
            "ToUserName": box.gh_id, "FromUserName": f"o{number % READERS:027d}", "CreateTime": int(time.time()),
            "MsgType": "text", "Content": "留言 这个办法我试过，真的有用" if number % 10 == 0 else "我的",
            "MsgId": 10**15 + number,
        }
        for number in range(int(rate * seconds))
    ]  # fmt: skip
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64), timeout=timeout) as session:

        async def send(number: int) -> None:
            query, body = box.pusher.envelope(fields[number], "safe")
            began = time.perf_counter()
            url = URL(f"http://127.0.0.1:{port}/wechat").with_query(query)
            async with session.post(url, data=body) as answer:
                await answer.read()
                if answer.status == 200:
                    times.append(time.perf_counter() - began)

        tasks, began = [], time.perf_counter()
        for number in range(len(fields)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(send(number)))
        await asyncio.gather(*tasks, return_exceptions=True)
    return times
