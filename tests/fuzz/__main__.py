"""`make fuzz`: hostile input by the million, steered by coverage (atheris, libFuzzer), with a seed to repeat it.

make fuzz                                     1,000,000 inputs
make fuzz ARGS="--inputs 50000 --seed 7"      fewer
make fuzz ARGS="--replay FILE --only talk"    one input that was found, with its traceback

Three targets: `callbacks` (the parser alone), `request` (any HTTP request at the whole application, over a real
Redis), `talk` (any words by readers and creators, then the worker). A crash is an exception, an error in the log, a
broken promise (tests/fuzz/callbacks.py, web.py), an input of more than ten seconds, or an effect of something unsigned.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SHARES = {"callbacks": 0.97, "request": 0.02, "talk": 0.01}
"""Of all inputs: the parser is where strangers reach, and an input of the others costs as much as ten or thirty."""

OURS = ("bot", "config", "handlers", "replies")
_RAN = re.compile(r"^(?:stat::number_of_executed_units: |Done )(\d+)", re.MULTILINE)
_STATE = re.compile(r"^#(\d+)\s+(?:pulse|NEW|REDUCE|DONE|INITED).*?cov: (\d+)")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 10**6))
    parser.add_argument("--only", choices=SHARES, help="all inputs to one target")
    parser.add_argument("--found", type=Path, default=Path("var/fuzz"), help="where inputs that crash are kept")
    parser.add_argument("--replay", type=Path, help="run one kept input of --only, without the fuzzer")
    parser.add_argument("--child", choices=SHARES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.replay:
        _steer(arguments.only or "callbacks", lambda one: one(arguments.replay.read_bytes()))
        return 0
    if arguments.child:
        _child(arguments.child, arguments.inputs, arguments.seed, arguments.found)
        return 0
    shares = {arguments.only: 1.0} if arguments.only else SHARES
    arguments.found.mkdir(parents=True, exist_ok=True)
    print(f"{arguments.inputs:,} inputs, seed {arguments.seed}", flush=True)
    began = time.monotonic()
    ran, failed = 0, []
    for target, share in shares.items():
        count, code = _run(target, round(arguments.inputs * share), arguments.seed, arguments.found)
        ran += count
        if code:
            failed.append(target)
    kept = sorted(str(path) for path in arguments.found.glob("*-*") if path.stat().st_mtime > time.time() - 86400)
    minutes = (time.monotonic() - began) / 60
    print(f"{ran:,} inputs in {minutes:.1f} min, crashes in: {', '.join(failed) or 'none'}")
    if failed:
        print(f"kept inputs: {', '.join(kept)}")
    return 1 if failed or ran < arguments.inputs * 0.99 else 0


def _run(target: str, inputs: int, seed: int, found: Path) -> tuple[int, int]:
    """One target in a process of its own; how many inputs it took, and its exit code."""
    child = ["--child", target, "--inputs", str(inputs), "--seed", str(seed), "--found", str(found)]
    lines: list[str] = []
    told, covered = time.monotonic(), "0"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz", *child],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            del lines[:-4000]
            if state := _STATE.match(line):
                covered = state[2]
                if time.monotonic() - told > 15:
                    told = time.monotonic()
                    print(f"  {target}: {int(state[1]):,} inputs, {covered} edges", flush=True)
    text = "".join(lines)
    ran = max((int(number) for number in _RAN.findall(text)), default=0)
    print(f"  {target}: {ran:,} inputs, {covered} edges reached, exit code {process.returncode}", flush=True)
    if process.returncode:
        print(text[-6000:])
    return ran, process.returncode


def _child(target: str, inputs: int, seed: int, found: Path) -> None:
    """Fuzz; libFuzzer ends the process itself."""
    try:
        import atheris
    except ImportError:
        sys.exit(
            "atheris is not installed: `make fuzz` installs it where there is a wheel (Linux, CPython 3.11 to 3.13)"
        )

    def go(one: Callable[[bytes], None], corpus: Sequence[bytes], words: Sequence[str]) -> None:
        with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
            for number, seed_bytes in enumerate(corpus):
                Path(folder, f"{number:05}").write_bytes(seed_bytes)
            escaped = ["".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words]
            words_file = Path(folder).with_suffix(".dict")
            words_file.write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")
            options = [f"-runs={inputs}", f"-seed={seed}", f"-dict={words_file}", f"-artifact_prefix={found}/{target}-"]
            options += ["-max_len=3000", "-timeout=10", "-rss_limit_mb=0", "-print_final_stats=1", "-verbosity=1"]
            atheris.Setup(["fuzz", *options, folder], one)
            atheris.Fuzz()

    with atheris.instrument_imports(include=list(OURS)):
        _import_all()
    _with_corpus(target, go)


def _import_all() -> None:
    import tests.fuzz.callbacks
    import tests.fuzz.web  # noqa: F401


def _with_corpus(target: str, go: Callable[[Callable[[bytes], None], Sequence[bytes], Sequence[str]], None]) -> None:
    from tests.fuzz import callbacks, web

    if target == "callbacks":
        go(callbacks.one_input, callbacks.corpus(), callbacks.DICTIONARY)
        return
    for opened in web.open_target():
        if target == "request":
            go(opened.request, web.request_corpus(), web.REQUEST_DICTIONARY)
        else:
            go(opened.talk, web.talk_corpus(), web.TALK_DICTIONARY)


def _steer(target: str, use: Callable[[Callable[[bytes], None]], None]) -> None:
    """Use one target without a fuzzer."""
    _with_corpus(target, lambda one, _corpus, _words: use(one))


if __name__ == "__main__":
    sys.exit(main())
