"""What each warning and error of ours means for whoever reads it: what is true now, and what to do.

Added to the lines themselves (`now`, `do`), so that a log read at night needs no book; docs/operations.md has the same.
"""

from __future__ import annotations

EVENTS: dict[str, tuple[str, str]] = {
    "callback_stale": (
        "WeChat was answered 200; nothing was done, for its time is more than 300 s off",
        "compare this machine's clock with the world's (`doctor`)",
    ),
    "callback_refused": (
        "refused without a word and without effect",
        "nothing if rare; else compare Token and EncodingAESKey with WeChat's page",
    ),
    "callback_not_stored": (
        "answered 503; WeChat tries again within seconds, and then it counts once",
        "see that Redis answers (`doctor`): disk, memory, network",
    ),
    "handler_failed": (
        "the message is kept, encrypted; its sender was told honestly",
        "mend what the traceback shows, then `python -m bot failed retry`",
    ),
    "store away": ("the page was answered 503", "see that Redis answers (`doctor`)"),
    "request failed": ("that page was answered 500; nothing was changed", "mend what the traceback shows"),
    "task_failed": ("it is tried again by itself", "nothing, unless it is given up (`python -m bot failed`)"),
    "task_given_up": (
        "it is set aside and creators are told what it was about",
        "mend the reason, then `python -m bot failed retry`",
    ),
    "task_waits_for_store": ("it stays due and runs when Redis answers", "see that Redis answers (`doctor`)"),
    "worker_waits_for_store": ("no task runs; what is due stays due; told once", "see that Redis answers (`doctor`)"),
    "scheduler_waits_for_store": (
        "nothing becomes due; missed times are caught up within their grace",
        "see that Redis answers (`doctor`)",
    ),
    "worker_left_without_telling": ("it counts as alive for ten seconds more", "nothing"),
    "scheduler_left_without_telling": ("it counts as alive for ten seconds more", "nothing"),
    "part_died": (
        "it is started again by itself; nothing that was answered is lost",
        "nothing if it stays up; else the lines before this one say why it ended; for redis: is the disk full?",
    ),
    "part_does_not_start": ("it is tried again within five seconds, again and again", "mend the reason: disk, memory"),
    "poll_failed": ("this article's comments are read at the next turn", "`doctor` if it goes on"),
    "note_answer_lost": ("the note may have arrived; it is not sent twice", "nothing"),
    "note_not_sent": ("it goes with the creator's next message", "nothing"),
    "robot_not_told": ("the group heard nothing; creators are told in the chat", "look at BOT_NOTIFY_URL"),
    "process_failed": ("this process ends; `run` or systemd starts it again", "mend what the traceback shows"),
    "thread_failed": ("one thread of this process has ended; the others go on", "restart it, mend the traceback"),
}
