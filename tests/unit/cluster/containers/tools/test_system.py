"""Tools on processes, on the clock, and those that run others."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.containers import accounts
from kubelearn.cluster.containers.process import SIGTERM, Process, User, execute
from kubelearn.cluster.containers.tools import BUSYBOX, DEBIAN
from tests.unit.cluster.containers.programs import printed, process, run


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("yes | head -c 6", "y\ny\ny\n"),
        ("while true; do echo abc; done | head -c 10", "abc\nabc\nab"),
        ("sleep 9 & ps", "PID   USER     TIME  COMMAND\n{sh}    2 root      0:00 sleep 9\n    3 root      0:00 ps\n"),
        ("sleep 9 & kill $!; wait $! 2>/dev/null; echo $?", "143\n"),
        ("sleep 9 & kill -9 %1; wait $! 2>/dev/null; echo $?", "137\n"),
        ("sleep 9 & sleep 8 & kill %1 %2; wait; echo done", "done\n"),
        ("sleep 9 & killall sleep; wait; killall sleep 2>&1 || :", "killall: sleep: no process killed\n"),
        ("date +%Z", "UTC\n"),
        ("sleep 9 & pkill sleep; wait $!; echo $?", "143\n"),
        ("sleep 9 & pidof sleep; pgrep -f '^sleep 9'; pgrep nosuch || echo none", "2\n2\nnone\n"),
        ("ps -o pid,comm | tail -1", "    2 ps\n"),
        ("{ timeout 0.05 sleep 9; } 2>/dev/null; echo $?; timeout 9 echo in time", "143\nin time\n"),
        ("{ timeout -s KILL 0.05 sleep 9; } 2>/dev/null; echo $?", "137\n"),
        ("echo a b c | xargs -n 2 echo x", "x a b\nx c\n"),
        ("printf 'a b\\nc\\n' | xargs -I{} echo '<{}>'", "<a b>\n<c>\n"),
        ("printf 'a b\\0c' | xargs -0 -n1 echo", "a b\nc\n"),
        ("xargs -r echo x </dev/null; xargs echo y </dev/null", "y\n"),
        ("echo 1 | xargs false; echo $?; echo 1 | xargs nosuch 2>/dev/null; echo $?", "123\n127\n"),
        ("which ls nosuch; echo $?", "/bin/ls\n1\n"),
        ("date -d '2024-02-29 12:30' +'%F %T'; date -u -d @0 +%s", "2024-02-29 12:30:00\n0\n"),
        ("env -u COLOUR printenv COLOUR || echo gone", "gone\n"),
        ("printenv NOSUCH COLOUR; echo $?", "blue\n1\n"),
        ("uname -m; uname -sn", "x86_64\nLinux pod\n"),
        ("watch -t -n 9 echo tick & sleep 0.05; kill $!", "\x1b[H\x1b[Jtick\n"),
        ("vi x 2>/dev/null; echo $?", "127\n"),
    ],
)
async def test_processes_and_clock(command: str, output: str) -> None:
    code, found, errors = await run("sh", "-c", command)
    assert (found, errors, code) == (output.replace("{sh}", f"    1 root      0:00 sh -c {command}\n"), "", 0)


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("date foo", 1, "date: invalid date 'foo'\n"),
        ("date -s 10:00", 1, "date: can't set date: Operation not permitted\n"),
        ("kill -NOSUCH 1", 1, "sh: bad signal name 'NOSUCH'\n"),
        ("env kill 99", 1, "kill: can't kill pid 99: No such process\n"),
        ("env kill x", 1, "kill: invalid number 'x'\n"),
        ("timeout 1 nosuch", 127, "timeout: can't execute 'nosuch': No such file or directory\n"),
    ],
)
async def test_what_they_complain_of(command: str, code: int, error: str) -> None:
    assert (await run("sh", "-c", command))[::2] == (code, error)


async def test_the_first_process_is_signalled_only_where_it_listens() -> None:
    """``kill 1`` does what PID 1 has a handler for; what it has none for, it ignores."""
    first = process("sh")
    caught: list[str] = []
    first.processes.enter(first)
    first.is_init = True
    first.handlers[SIGTERM] = lambda: caught.append("TERM")
    for words in (["kill", "1"], ["kill", "-9", "1"], ["kill", "-HUP", "1"]):
        assert await BUSYBOX["kill"](first.child(words)) == 0
    assert caught == ["TERM"]


async def test_timeout_of_debian_has_a_code_of_its_own() -> None:
    assert (await run("timeout", "0.05", "sleep", "9", programs=DEBIAN))[0] == 124


@pytest.mark.usefixtures("tokyo")
async def test_the_clock_is_on_utc_wherever_the_machine_is() -> None:
    assert (await run("sh", "-c", "date -d @0 '+%s %F %T'; date -d '1970-01-02' +%s"))[1] == (
        "0 1970-01-01 00:00:00\n86400\n"
    )


@pytest.mark.parametrize(
    ("command", "user", "output", "error"),
    [
        ("id", User(), "uid=0(root) gid=0(root) groups=0(root)\n", ""),
        ("id", User(1000, 3000, (2000,)), "uid=1000 gid=3000 groups=2000,3000\n", ""),
        ("id -u; id -un; id -g; id -G", User(65534, 0), "65534\nnobody\n0\n0\n", ""),
        ("whoami", User(65534), "nobody\n", ""),
        ("whoami", User(7), "", "whoami: unknown uid 7\n"),
        (
            "id; whoami",
            User(100, 101),
            "uid=100(curl_user) gid=101(curl_group) groups=101(curl_group)\ncurl_user\n",
            "",
        ),
        ("id curl_user", User(), "uid=100(curl_user) gid=101(curl_group) groups=101(curl_group)\n", ""),
        ("id nosuch", User(), "", "id: unknown user nosuch\n"),
        ("ps | grep -c 1000.*sh", User(1000), "1\n", ""),
        ("ps | grep -c 'curl_use .*sh'", User(100, 101), "1\n", ""),
    ],
)
async def test_who_runs_it(command: str, user: User, output: str, error: str) -> None:
    running = process("sh", "-c", command, user=user)
    for path, text in accounts.files("curl_user").items():
        running.files.write(path, text)
    await execute(running.programs["sh"], running)
    assert printed(running) == output + error


async def _sleeping() -> tuple[Process, asyncio.Task[int]]:
    """Return a container's shell whose process 2 sleeps, and what runs it."""
    running = process("sh", "-c", "sleep 9; echo went on with $?", is_init=True)
    container = asyncio.create_task(execute(running.programs["sh"], running))
    async with asyncio.timeout(5):
        while 2 not in running.processes.commands:
            await asyncio.sleep(0)
    return running, container


@pytest.mark.parametrize("signals", [1, 2])
async def test_a_program_that_is_killed_while_its_container_ends_does_not_hold_that_up(signals: int) -> None:
    running, container = await _sleeping()
    for _ in range(signals):
        running.processes.signal(2, SIGTERM)
    container.cancel()
    with pytest.raises(asyncio.CancelledError):
        await container
    assert printed(running) == ""


async def test_a_program_that_is_killed_twice_ends_and_nothing_else() -> None:
    running, container = await _sleeping()
    for _ in range(2):
        running.processes.signal(2, SIGTERM)
    assert await container == 0
    assert printed(running) == "went on with 143\nTerminated\n"
