"""The tools of the containers' images."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.containers.tools import BUSYBOX, DEBIAN
from tests.unit.cluster.containers.programs import process, run

TEXT = "b 2\na 10\nb 2\nc 1\n"


@pytest.mark.parametrize(
    ("command", "stdin", "output"),
    [
        ("cat", "x", "x"),
        ("cat /etc/hostname -", "x\n", "pod\nx\n"),
        ("head -1", TEXT, "b 2\n"),
        ("head -n 2", TEXT, "b 2\na 10\n"),
        ("head -c 3", TEXT, "b 2"),
        ("tail -1", TEXT, "c 1\n"),
        ("tail -n 2", TEXT, "b 2\nc 1\n"),
        ("tail -n +3", TEXT, "b 2\nc 1\n"),
        ("cut -d' ' -f2", TEXT, "2\n10\n2\n1\n"),
        ("cut -c1-2", "abc\n", "ab\n"),
        ("cut -d: -f1,3", "a:b:c\n", "a:c\n"),
        ("cut -d: -f2-", "a:b:c\n", "b:c\n"),
        ("cut -d: -f1", "plain\n", "plain\n"),
        ("grep b", TEXT, "b 2\nb 2\n"),
        ("grep -c b", TEXT, "2\n"),
        ("grep -v b", TEXT, "a 10\nc 1\n"),
        ("grep -in A", TEXT, "2:a 10\n"),
        ("grep -E 'a|c'", TEXT, "a 10\nc 1\n"),
        ("grep -o '[0-9]*'", "a1b22\n", "1\n22\n"),
        ("grep -q b", TEXT, ""),
        ("grep -w 1", TEXT, "c 1\n"),
        ("grep 'a\\|c'", TEXT, "a 10\nc 1\n"),
        ("grep -o 'status: [A-Z]*'", ";; status: OK, x\n", "status: OK\n"),
        ("grep -F a.b", "a.b\naxb\n", "a.b\n"),
        ("grep -e b", TEXT, "b 2\nb 2\n"),
        ("sort", TEXT, "a 10\nb 2\nb 2\nc 1\n"),
        ("sort -u", TEXT, "a 10\nb 2\nc 1\n"),
        ("sort -r", TEXT, "c 1\nb 2\nb 2\na 10\n"),
        ("sort -k2 -n", TEXT, "c 1\nb 2\nb 2\na 10\n"),
        ("sort -nr", "1\n10\n9\n", "10\n9\n1\n"),
        ("sort -nu", "2\n1\n2\n", "1\n2\n"),
        ("sort -k2n", TEXT, "c 1\nb 2\nb 2\na 10\n"),
        ("uniq -c", "a\na\nb\n", "      2 a\n      1 b\n"),
        ("uniq -d", "a\na\nb\n", "a\n"),
        ("uniq", "a\na\nb\n", "a\nb\n"),
        ("wc -l", TEXT, "4\n"),
        ("wc -w", TEXT, "8\n"),
        ("wc -c", TEXT, "17\n"),
        ("wc -l /etc/hostname", "", "1 /etc/hostname\n"),
        ("wc", "a b\n", "        1         2         4\n"),
        ("tr a-z A-Z", "abc\n", "ABC\n"),
        ("tr -d '\\n'", "a\nb\n", "ab"),
        ("tr ' ' '\\n'", "a b", "a\nb"),
        ("tr '\\0' X", "a\0b0", "aXb0"),
        ("echo -e 'a\\tb\\0101\\x42\\cd'", "", "a\tbAB"),
        ("printf '\\101\\x42%b|' 'c\\td'", "", "ABc\td|"),
        (
            "wc -l /etc/hostname /etc/hostname",
            "",
            "        1 /etc/hostname\n        1 /etc/hostname\n        2 total\n",
        ),
        ("head -n -1 /etc/hostname", "", ""),
        ("md5sum > /tmp/a; md5sum /etc/hostname > /tmp/b; md5sum -c /tmp/b", "", "/etc/hostname: OK\n"),
        ("cd /tmp; cd /etc; cd -; pwd", "", "/tmp\n/tmp\n"),
        ("echo ~root ~nosuch", "", "/root ~nosuch\n"),
        ("type echo; command -v printf", "", "echo is a shell builtin\nprintf\n"),
        ("A=1; export A; export -p | grep 'A='", "", "export A='1'\n"),
        ("umask", "", "0022\n"),
        ("getopts ab x -c 2>/dev/null; echo $x $OPTARG", "", "?\n"),
        ("tr '\\101-C' '\\t'", "ABCD", "\t\t\tD"),
        ("tr '[:punct:]' _", "a-b]c\\\\", "a_b_c__"),
        ("tr -d '\\\\'", "a\\\\b", "ab"),
        ("tr -cd '[:alnum:]'", "a1 b!", "a1b"),
        ("tr -s ' '", "a   b", "a b"),
        ("tr '[:lower:]' '[:upper:]'", "ab", "AB"),
        ("tr -cd 0-9", "a1b2", "12"),
        ("rev", "abc\n", "cba\n"),
        ("tee /tmp/x", "a\n", "a\n"),
        ("sed s/a/b/", "aa\n", "ba\n"),
        ("sed 's|a|b|g'", "aa\n", "bb\n"),
        ("sed -n 2p", TEXT, "a 10\n"),
        ("sed 's/\\(a\\)\\(b\\)/\\2\\1/'", "ab\n", "ba\n"),
        ("sed -E 's/[0-9]+/<&>/'", "a12\n", "a<12>\n"),
        ("sed 's/A/x/gi'", "aAa\n", "xxx\n"),
        ("seq 3", "", "1\n2\n3\n"),
        ("seq 2 2 6", "", "2\n4\n6\n"),
        ("seq 3 -1 1", "", "3\n2\n1\n"),
        ("seq 3 2", "", ""),
        ("ls /data", "", "a.txt\nb.txt\nc.log\n"),
        ("ls /etc/hostname", "", "/etc/hostname\n"),
        ("basename /a/b.txt .txt", "", "b\n"),
        ("dirname /a/b", "", "/a\n"),
        ("mkdir -p /tmp/d/e; touch /tmp/d/e/f; ls /tmp/d/e; rmdir /tmp/d 2>/dev/null || echo full", "", "f\nfull\n"),
        ("cp /etc/hostname /tmp; mv /tmp/hostname /tmp/h; cat /tmp/h; ls /tmp", "", "pod\nh\n"),
        ("rm -f /nosuch; rm /etc/hostname; [ -e /etc/hostname ] || echo gone", "", "gone\n"),
        ("rm -r /data; ls /data 2>&1 || :", "", "ls: /data: No such file or directory\n"),
        ("[ 1 -lt 2 -a a = a ] && echo y; [ ! -f /x ] && echo n; [ '' ] || echo e", "", "y\nn\ne\n"),
        ("printenv COLOUR", "", "blue\n"),
        ("env X=1 printenv X", "", "1\n"),
        ("env -i X=1 env", "", "X=1\n"),
        ("hostname", "", "pod\n"),
        ("whoami; id -u", "", "root\n0\n"),
        ("uname", "", "Linux\n"),
        ("echo -n a; echo -e 'b\\tc'", "", "ab\tc\n"),
        ("printf '%s-%d\\n' a 1 b 2", "", "a-1\nb-2\n"),
        ("printf '%05.1f %x %c|\\n' 2.25 255 abc", "", "002.2 ff a|\n"),
        ("printf '%%\\101\\n'", "", "%A\n"),
        ("nproc | grep -c .", "", "1\n"),
        ("sleep 0.01; sleep 0", "", ""),
        ("kill -0 $$ && echo alive", "", "alive\n"),
        ("date -u +%Y | wc -c", "", "5\n"),
        ("free | head -1 | grep -c total", "", "1\n"),
    ],
)
async def test_tools(command: str, stdin: str, output: str) -> None:
    code, found, errors = await run("sh", "-c", command, stdin=stdin)
    assert (found, errors, code) == (output, "", 0)


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("cat /tmp/ready", 1, "cat: can't open '/tmp/ready': No such file or directory\n"),
        ("grep x /etc/hostname", 1, ""),
        ("grep -c x /etc/hostname", 1, ""),
        ("grep x /nosuch", 2, "grep: /nosuch: No such file or directory\n"),
        ("rm /nosuch", 1, "rm: can't remove '/nosuch': No such file or directory\n"),
        ("rm /data", 1, "rm: '/data' is a directory\n"),
        ("mkdir /data", 1, "mkdir: can't create directory '/data': File exists\n"),
        ("rmdir /data", 1, "rmdir: '/data': Directory not empty\n"),
        ("touch /no/x", 1, "touch: /no/x: No such file or directory\n"),
        ("sleep x", 1, "sleep: invalid number 'x'\n"),
        ("[ a -eq 1 ]", 2, "sh: a: bad number\n"),
        ("[ a", 2, "sh: missing ]\n"),
        ("false", 1, ""),
        ("curl x", 127, "sh: curl: not found\n"),
        ("head -n x", 1, "head: invalid number 'x'\n"),
        ("ls /nosuch", 1, "ls: /nosuch: No such file or directory\n"),
        ("sort -k x", 2, "sort: bad field specification\n"),
        ("tee /no/x </dev/null", 1, "tee: /no/x: No such file or directory\n"),
        ("printenv NOSUCH", 1, ""),
        ("kill -9 77", 1, "sh: can't kill pid 77: No such process\n"),
    ],
)
async def test_tools_that_fail(command: str, code: int, error: str) -> None:
    found = await run("sh", "-c", command)
    assert (found[0], found[2]) == (code, error)


async def test_debian_says_it_differently() -> None:
    assert (await run("cat", "/tmp/note", programs=DEBIAN))[2] == "cat: /tmp/note: No such file or directory\n"
    assert (await run("ls", "/nosuch", programs=DEBIAN))[::2] == (
        2,
        "ls: cannot access '/nosuch': No such file or directory\n",
    )


async def test_sleep_takes_units() -> None:
    task = asyncio.ensure_future(BUSYBOX["sleep"](process("sleep", "1d", "2h")))
    await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
