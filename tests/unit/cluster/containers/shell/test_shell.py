"""The containers' shell."""

from __future__ import annotations

import asyncio
import time

import pytest

from kubelearn.cluster.containers.process import SIGTERM
from kubelearn.cluster.containers.tools import BUSYBOX, DEBIAN
from kubelearn.cluster.streams import Buffer
from tests.unit import virtual_time
from tests.unit.cluster.containers.programs import process, run


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("echo hi", "hi\n"),
        ("echo 'a  b' \"c  $COLOUR\" d\\ e # comment", "a  b c  blue d e\n"),
        ("echo \"a'b\" 'c\"d' \"\\$x\" '$x'", "a'b c\"d $x $x\n"),
        ("V='a  b'; echo $V; echo \"$V\"", "a b\na  b\n"),
        ("echo ${NO:-x} ${NO-y} ${NO:=z} $NO ${NO:+set} [${NADA:+set}]", "x y z z set []\n"),
        ("F=a/b.tar.gz; echo ${F#*/} ${F##*.} ${F%.*} ${F%%.*} ${#F}", "b.tar.gz gz a/b.tar a/b 10\n"),
        ("false; echo $?; true; echo $?", "1\n0\n"),
        (
            'set -- a \'b c\' d; echo $# $2; shift; echo $1; for x in "$@"; do echo "<$x>"; done',
            "3 b c\nb c\n<b c>\n<d>\n",
        ),
        ('set -- a b; echo "$*"; for x; do echo $x; done', "a b\na\nb\n"),
        ("echo $(echo a; echo b) `echo c`", "a b c\n"),
        ("echo \"$(printf 'a\\n\\n')\"x", "ax\n"),
        ("echo $(echo $(echo deep) \"$(echo ')')\")", "deep )\n"),
        ("i=3; echo $((i*2+1)) $(( (1+2)*3 )) $((7/2)) $((-7%3)) $((i>2&&i<4)) $((1?2:3))", "7 9 3 -1 1 2\n"),
        ("i=1; i=$((i+1)); echo $i; echo $((i=5)) $i; echo $((i+=2)) $i", "2\n5 5\n7 7\n"),
        ('x="a b"; [[ $x = "a b" && -n $x ]] && echo both; [[ $x == a* || q ]] && echo like', "both\nlike\n"),
        (
            "[[ ! ( 1 -gt 2 ) ]] && echo not; [[ abc =~ ^a.c$ ]] && echo matches; [[ b > a ]] && echo after",
            "not\nmatches\nafter\n",
        ),
        ("x=hello; echo ${x:1:3} ${x:2} ${x: -2} ${x/l/L} ${x//l/L} ${x/e*/E}", "ell llo lo heLlo heLLo hE\n"),
        ("echo $'a\\tb' '$x'", "a\tb $x\n"),
        ("set -o pipefail; false | true; echo $?; set +o pipefail; false | true; echo $?", "1\n0\n"),
        ("exec 3>/tmp/f; echo a >&3; exec 3>&-; cat /tmp/f; { echo b >&2; } 2>&1", "a\nb\n"),
        ("{ { echo out; echo err >&2; } 3>&1 1>&2 2>&3 | sed s/^/in:/; } 2>/dev/null", "in:err\n"),
        (
            "type cd ls nosuch; command -v ls if; command -v if",
            "cd is a shell builtin\nls is /bin/ls\nnosuch: not found\n/bin/ls\nif\n",
        ),
        ("set -- -a -bX y; while getopts ab: o; do echo $o $OPTARG; done; shift $((OPTIND-1)); echo $1", "a\nb X\ny\n"),
        ("x=1; let x=x+1; echo $x", "2\n"),
        ("let x=2+3; echo $x; [ $RANDOM -ge 0 ] && echo random", "5\nrandom\n"),
        ("x='a b'; set | grep ^x=; echo 'echo $1' | sh -s arg; [ a \\< b ] && echo before", "x='a b'\narg\nbefore\n"),
        ("i=3; echo $((i++)) $i $((++i)) $((i--)) $((--i)) $i", "3 4 5 5 3 3\n"),
        ("echo $((2**10)) $((3*2**2)) $((010)) $((0x1f)) $((5 - -3))", "1024 12 8 31 8\n"),
        ("true && echo y || echo n; false && echo y || echo n", "y\nn\n"),
        ("! false && echo ok", "ok\n"),
        ("echo a | cat | tr a b", "b\n"),
        ("if false; then echo 1; elif true; then echo 2; else echo 3; fi", "2\n"),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done", "1\n3\n"),
        ("i=0; until [ $i -ge 2 ]; do i=$((i+1)); done; echo $i", "2\n"),
        ("for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done", "1a\n2a\n"),
        ("for i in 1 2 3; do if [ $i = 2 ]; then break; fi; echo $i; done", "1\n"),
        ("case abc in x|y) echo no;; a*) echo yes;; *) echo other;; esac", "yes\n"),
        ("case 'a*' in 'a*') echo literal;; esac; case q in [!a-p]) echo not;; esac", "literal\nnot\n"),
        ("f() { echo $1 $#; return 3; }; f a b; echo $?", "a 2\n3\n"),
        ("f() { local x=1; x=2; }; x=0; f; echo $x", "0\n"),
        ("(cd /data; V=1; pwd); pwd; echo [$V]", "/data\n/\n[]\n"),
        ("{ echo a; echo b; } | wc -l", "2\n"),
        ("for i in 1 2; do echo $i; done | wc -l", "2\n"),
        (
            "cd /data; echo *.txt; echo [bc]*; echo ?.log; echo no*; echo '*'",
            "a.txt b.txt\nb.txt c.log\nc.log\nno*\n*\n",
        ),
        ("echo /data/*.txt; echo /*/a.txt", "/data/a.txt /data/b.txt\n/data/a.txt\n"),
        ("echo a > /tmp/x; echo b >> /tmp/x; cat < /tmp/x; cat /tmp/x | wc -l", "a\nb\n2\n"),
        ("nosuch 2>&1 || :", "sh: nosuch: not found\n"),
        ("nosuch 2>/dev/null; echo $?", "127\n"),
        ("nosuch &> /dev/null; echo $?", "127\n"),
        ("nosuch > /tmp/x 2>&1; cat /tmp/x", "sh: nosuch: not found\n"),
        ("{ echo out; echo err >&2; } 2>/dev/null", "out\n"),
        ("(echo hi) > /tmp/x; cat /tmp/x", "hi\n"),
        ("for i in 1 2; do echo $i; done > /tmp/x; cat /tmp/x", "1\n2\n"),
        ("cat <<E\na $COLOUR $(echo b)\nE\necho c", "a blue b\nc\n"),
        ("cat <<'E'\n$COLOUR\nE", "$COLOUR\n"),
        ("cat <<-E\n\ttab\n\tE", "tab\n"),
        ("cat <<E | tr a-z A-Z\nup\nE", "UP\n"),
        ("V=1 env | grep ^V; echo [$V]", "V=1\n[]\n"),
        ("V=1; env | grep -c ^V=; export V; env | grep ^V=", "0\nV=1\n"),
        ("echo a b c | while read x y; do echo $y $x; done", "b c a\n"),
        ("printf '1\\n2\\n' | while read n; do echo n$n; done", "n1\nn2\n"),
        ("IFS=:; set -- $(echo a:b); echo $2", "b\n"),
        ("echo a:b:c | while IFS=: read x y; do echo $x $y; done", "a b:c\n"),
        ("eval 'V=1; echo $V'", "1\n"),
        ("echo 'V=sourced' > /tmp/l; . /tmp/l; echo $V", "sourced\n"),
        ("sh -c 'echo $0 $1 $#' name a b", "name a 2\n"),
        ("echo 'echo $1' > /tmp/s; sh /tmp/s x", "x\n"),
        ("echo 'echo inner' | sh", "inner\n"),
        ("trap 'echo bye' EXIT; echo hi; exit", "hi\nbye\n"),
        ("sleep 0.01 & wait; echo done", "done\n"),
        ("sh -c 'exit 4' & wait $!; echo $?", "4\n"),
        ("sh -c 'exit 3' & first=$!; sh -c 'exit 4' & wait $! $first; echo $?", "3\n"),
        ("sh -c 'exit 3' & wait $! 999; echo $?", "127\n"),
        ("yes | head -2", "y\ny\n"),
        ("if [ -f /etc/hostname ] && test -d /data; then echo both; fi", "both\n"),
        ("echo \"\" | wc -c; echo '' a", "1\n a\n"),
        ('V=; echo "[$V]" ${V:-empty}', "[] empty\n"),
        ("if true\nthen\n echo nl\nfi", "nl\n"),
        ("echo a &&\necho b", "a\nb\n"),
        ("command -v echo >/dev/null && echo yes; command echo x", "yes\nx\n"),
        ("exec echo replaced; echo never", "replaced\n"),
        ("echo {a,b} ${COLOUR}s $COLOUR-x \\$", "{a,b} blues blue-x $\n"),
    ],
)
async def test_scripts(script: str, output: str) -> None:
    assert await run("sh", "-c", script) == (0, output, "")


async def test_bash_has_braces() -> None:
    programs = {**BUSYBOX, "bash": BUSYBOX["sh"]}
    script = "bash -c 'echo {1..3} {a,b}c \"{1..2}\" {2..0}'; echo {1..3}"
    assert (await run("sh", "-c", script, programs=programs))[1] == "1 2 3 ac bc {1..2} 2 1 0\n{1..3}\n"


async def test_braces_take_no_more_memory_than_a_container_has() -> None:
    with pytest.raises(MemoryError):
        await run("bash", "-c", "echo {1..9999}{1..9999}", programs={"bash": BUSYBOX["sh"]})


@pytest.mark.parametrize(
    ("script", "code", "error"),
    [
        ("exit 3", 3, ""),
        ("nosuch", 127, "sh: nosuch: not found\n"),
        ("/bin/nosuch", 127, "sh: /bin/nosuch: not found\n"),
        ("fi", 2, 'sh: syntax error: unexpected "fi"\n'),
        ("for i in 1; echo", 2, 'sh: syntax error: unexpected word (expecting "do")\n'),
        ("if true; then echo", 2, 'sh: syntax error: unexpected end of file (expecting "fi")\n'),
        ("echo a | | b", 2, 'sh: syntax error: unexpected "|"\n'),
        ("(echo", 2, 'sh: syntax error: unexpected end of file (expecting ")")\n'),
        ("echo )", 2, 'sh: syntax error: unexpected ")"\n'),
        ("[[ a = b ]]", 1, ""),
        ("[[ a =~ [ ]]", 2, "sh: syntax error in conditional expression\n"),
        ("[[ a = b", 2, 'sh: syntax error: unexpected end of file (expecting "]]")\n'),
        ("cat <(echo)", 2, "sh: process substitution is not supported in this shell\n"),
        ("a=(1 2)", 2, "sh: arrays are not supported in this shell\n"),
        ("echo ${a[0]}", 2, "sh: ${a[0]} is not supported in this shell\n"),
        ("getopts; exit $?", 2, "sh: getopts: line 0: usage: getopts optstring var [arg]\n"),
        ("readonly R=1; R=2", 2, "sh: R: is read only\n"),
        ("echo >&5", 1, "sh: 5: Bad file descriptor\n"),
        ("exit abc", 2, "sh: exit: line 0: Illegal number: abc\n"),
        (". /nosuch; echo no", 2, "sh: .: line 0: can't open '/nosuch': No such file or directory\n"),
        ("cat <<< hi", 2, "sh: syntax error: unexpected redirection\n"),
        ("kill", 1, "sh: you need to specify whom to kill\n"),
        ("[ 1 -gt ]", 2, "sh: -gt: argument expected\n"),
        ("[ a b ]", 2, "sh: b: unknown operand\n"),
        ('set -x; a=1; : "$a b" c', 0, "+ a=1\n+ : '1 b' c\n"),
        ("sleep 9 & kill $!; wait $!; exit 3", 3, "Terminated\n"),
        ("sleep 9 & kill -9 $!; wait $!; exit $?", 137, "Killed\n"),
        ("sleep 9 & kill $!; wait; exit $?", 0, ""),
        ("kill abc", 1, "sh: invalid number 'abc'\n"),
        ("sh -c 'kill -9 $$'; exit 3", 3, "Killed\n"),
        ("true && sh -c 'kill -9 $$'", 137, ""),
        ("timeout 0.01 sleep 9; exit 3", 3, "Terminated\n"),
        ("timeout 0.01 sleep 9", 143, ""),
        ("echo ${1ST_SERVICE_HOST}", 2, "sh: syntax error: bad substitution\n"),
        ("echo ${a.b}", 2, "sh: syntax error: bad substitution\n"),
        ("set -e; false; echo never", 1, ""),
        ("set -e; if false; then :; fi; false || true; exit 5", 5, ""),
        ("set -x; : a", 0, "+ : a\n"),
        ("cat < /nosuch", 1, "sh: can't open /nosuch: no such file\n"),
        ("echo > /no/such", 1, "sh: can't create /no/such: nonexistent directory\n"),
        ("true | false", 1, ""),
        ("false | true", 0, ""),
        ("exit 300", 44, ""),
        ("cd /nosuch", 2, "sh: cd: line 0: can't cd to /nosuch: No such file or directory\n"),
        ("cat <<X\nX\n\n. /nosuch", 2, "sh: .: line 3: can't open '/nosuch': No such file or directory\n"),
        ("exec nosuch", 127, "sh: exec: line 0: nosuch: not found\n"),
        ("break", 0, ""),
        ("return 3", 3, ""),
        ("echo $((1/0))", 2, "sh: divide by zero\n"),
        ("f() { f; }; f", 2, "sh: maximum function recursion depth exceeded\n"),
    ],
)
async def test_how_scripts_end(script: str, code: int, error: str) -> None:
    found = await run("sh", "-c", script)
    assert (found[0], found[2]) == (code, error)


async def test_scripts_from_standard_input() -> None:
    assert await run("sh", stdin="V=1\nif true; then\n echo $V\nfi\n") == (0, "1\n", "")
    assert (await run("sh", stdin="exit 4\n"))[0] == 4
    assert (await run("sh", stdin="V=4; exit $V; echo no\n"))[:2] == (4, "")


@pytest.mark.parametrize(
    "script",
    [
        "while true; do :; done",
        "while :; do echo; done",
        "yes > /dev/null",
        "until false; do true; done",
        "f() { while :; do :; done; }; f",
    ],
)
async def test_an_endless_loop_starves_nobody_and_can_be_cancelled(script: str) -> None:
    running = process("sh", "-c", script)
    task = asyncio.ensure_future(BUSYBOX["sh"](running))
    slowest = 0.0
    for _ in range(10):
        begin = time.process_time()  # what the machine does beside it does not count
        await asyncio.sleep(0)
        slowest = max(slowest, time.process_time() - begin)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(10):
            await task
    assert slowest < 0.1


def test_cancelling_a_shell_ends_its_children() -> None:
    async def main() -> None:
        before = asyncio.all_tasks()
        task = asyncio.ensure_future(BUSYBOX["sh"](process("sh", "-c", "sleep 100 & sleep 100 | cat | cat; wait")))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.01)
        assert asyncio.all_tasks() == before

    virtual_time.run(main())


def test_background_jobs_end_with_the_shell() -> None:
    async def main() -> None:
        before = asyncio.all_tasks()
        assert await run("sh", "-c", "sleep 100 & echo hi") == (0, "hi\n", "")
        await asyncio.sleep(0.01)
        assert asyncio.all_tasks() == before

    virtual_time.run(main())


async def test_a_shell_without_trap_has_no_handler() -> None:
    running = process("sh", "-c", "sleep 0.01")
    await BUSYBOX["sh"](running)
    assert SIGTERM not in running.handlers


def _signalled(script: str) -> tuple[int, str, float]:
    """Return code, output, and the virtual seconds from a signal, after one second, to the end."""
    running = process("sh", "-c", script, is_init=True)

    async def main() -> tuple[int, float]:
        task = asyncio.ensure_future(BUSYBOX["sh"](running))
        await asyncio.sleep(1)
        begin = asyncio.get_running_loop().time()
        running.handlers[SIGTERM]()
        return await task, asyncio.get_running_loop().time() - begin

    code, spent = virtual_time.run(main())
    assert isinstance(running.stdout, Buffer)
    return code, running.stdout.data.decode(), round(spent, 3)


def test_a_trap_interrupts_wait_at_once() -> None:
    assert _signalled("trap 'echo bye; exit 7' TERM; sleep 100 & wait") == (7, "bye\n", 0)


def test_a_trap_waits_for_the_command_in_front() -> None:
    assert _signalled("trap 'echo bye; exit 7' TERM; sleep 3; echo never") == (7, "bye\n", 2)


async def test_a_loop_of_tools_is_fast() -> None:
    script = "for i in $(seq 300); do echo x; true; done | wc -l"
    begin = time.process_time()
    assert (await run("sh", "-c", script))[1] == "300\n"
    assert time.process_time() - begin < 1, "a hundredth of a second, on a machine that does nothing else"


async def test_what_is_no_name_of_a_variable_is_not_passed_on() -> None:
    running = process("sh", "-c", "env; echo $1ST_SERVICE_HOST")
    running.env |= {"1ST_SERVICE_HOST": "10.96.0.7", "my.name": "x", "WEB_SERVICE_HOST": "10.96.0.8"}
    assert await running.programs["sh"](running) == 0
    assert isinstance(running.stdout, Buffer)
    seen = running.stdout.data.decode().splitlines()
    assert "WEB_SERVICE_HOST=10.96.0.8" in seen
    assert not [line for line in seen if line.startswith(("1ST", "my."))]
    assert seen[-1] == "ST_SERVICE_HOST"


@pytest.mark.parametrize(
    ("shell", "script", "error"),
    [
        ("dash", "nosuch", "sh: 1: nosuch: not found\n"),
        ("dash", "true\ncd /nosuch", "sh: 2: cd: can't cd to /nosuch\n"),
        ("dash", "echo > /no/such", "sh: 1: cannot create /no/such: Directory nonexistent\n"),
        ("dash", "cat < /nosuch", "sh: 1: cannot open /nosuch: No such file\n"),
        ("dash", "fi", 'sh: 1: Syntax error: "fi" unexpected\n'),
        ("bash", "nosuch", "bash: line 1: nosuch: command not found\n"),
        ("bash", "/nosuch", "bash: line 1: /nosuch: No such file or directory\n"),
        ("bash", "/data", "bash: line 1: /data: Is a directory\n"),
        ("bash", "cd /nosuch", "bash: line 1: cd: /nosuch: No such file or directory\n"),
        ("ash", "cd /nosuch", "sh: cd: line 0: can't cd to /nosuch: No such file or directory\n"),
    ],
)
async def test_each_shell_has_its_own_words(shell: str, script: str, error: str) -> None:
    programs = DEBIAN if shell == "dash" else {**BUSYBOX, "bash": BUSYBOX["sh"]}
    name = "bash" if shell == "bash" else "sh"
    assert (await run(name, "-c", script, programs=programs))[2] == error
