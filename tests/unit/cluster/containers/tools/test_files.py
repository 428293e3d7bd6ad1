"""Tools on files and on bytes: ls, find, cp, gzip, dd, base64 and what grep, sed and tail do with files."""

from __future__ import annotations

import re

import pytest

from tests.unit.cluster.containers.programs import run

_MAKE = "mkdir -p /t/d/e; echo one > /t/d/x.txt; printf 'a\\nb\\nc\\n' > /t/y; echo h > /t/.h; "


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("ls -R /t", "/t:\nd\ny\n\n/t/d:\ne\nx.txt\n\n/t/d/e:\n"),
        ("ls -a /t; ls -A /t | head -1; ls -d /t", ".\n..\n.h\nd\ny\n.h\n/t\n"),
        ("ls /t/y /t/d", "/t/y\n\n/t/d:\ne\nx.txt\n"),
        ("find /t -type f", "/t/.h\n/t/d/x.txt\n/t/y\n"),
        ("cd /t; find . -name '*.txt' -o -name y", "./d/x.txt\n./y\n"),
        ("find /t -mindepth 1 -maxdepth 1 ! -name '.*'", "/t/d\n/t/y\n"),
        ("find /t -name y -exec cat {} \\; ; find /t -type f -exec echo {} +", "a\nb\nc\n/t/.h /t/d/x.txt /t/y\n"),
        ("find /t -name y -delete; ls /t", "d\n"),
        ("find /t -empty; find /t -size +1 -type f", "/t/d/e\n"),
        ("cp -r /t/d /t/z; ls -R /t/z; mv /t/z /t/w; ls /t", "/t/z:\nx.txt\nd\nw\ny\n"),
        ("gzip -k /t/y; ls /t; zcat /t/y.gz | tail -1; gunzip -c /t/y.gz | head -1", "d\ny\ny.gz\nc\na\n"),
        ("dd if=/dev/zero of=/t/k bs=1k count=3 2>/dev/null; wc -c /t/k", "3072 /t/k\n"),
        ("dd if=/t/y bs=2 skip=1 count=1 2>/dev/null", "b\n"),
        ("base64 /t/y | base64 -d | head -1; echo -n hi | base64", "a\naGk=\n"),
        ("echo -n | md5sum; sha256sum /t/y | cut -c1-8", "d41d8cd98f00b204e9800998ecf8427e  -\n880553fc\n"),
        ("cat -n /t/y; cat -A /t/d/x.txt", "     1\ta\n     2\tb\n     3\tc\none$\n"),
        ("grep -r one /t; cd /t; grep -rl a .", "/t/d/x.txt:one\n./y\n"),
        ("grep -n -B1 b /t/y; grep -A1 -e a -e nosuch /t/y", "1-a\n2:b\na\nb\n"),
        ("grep -L a /t/y /t/d/x.txt; grep -c . /t/y", "/t/d/x.txt\n3\n"),
        ("sed 's/a/x/;2d' /t/y; sed -n '/b/s/b/B/p' /t/y; sed -e 1d -e s/c/C/ /t/y", "x\nc\nB\nb\nC\n"),
        ("tail -c 2 /t/y; head -n 1 /t/y /t/d/x.txt", "c\n==> /t/y <==\na\n\n==> /t/d/x.txt <==\none\n"),
        (
            "cd /t; f=$(mktemp -p /t); echo $f; [ -f $f ] && d=$(mktemp -d x.XXXXXX) && [ -d $d ] && echo $d",
            "/t/tmp.000000\nx.000000\n",
        ),
        ("chmod +x /t/y; chown -R 1000:1000 /t; echo $?", "0\n"),
        ("printf 'v10\\nv9\\n' | sort -V; printf 'b\\nA\\n' | sort -f", "v9\nv10\nA\nb\n"),
        ("printf 'a\\nA\\nb\\n' | uniq -i", "a\nb\n"),
    ],
)
async def test_files(command: str, output: str) -> None:
    code, found, errors = await run("sh", "-c", _MAKE + command)
    assert (found, errors, code) == (output, "", 0)


async def test_a_long_listing_has_a_total() -> None:
    _, output, _ = await run("sh", "-c", f"{_MAKE} ls -la /t; ls -lh /t/y")
    lines = [re.sub(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d", "DATE", line) for line in output.splitlines()]
    assert lines == [
        "total 20",
        "drwxr-xr-x    1 root     root          4096 DATE .",
        "drwxr-xr-x    1 root     root          4096 DATE ..",
        "-rw-r--r--    1 root     root             2 DATE .h",
        "drwxr-xr-x    1 root     root          4096 DATE d",
        "-rw-r--r--    1 root     root             6 DATE y",
        "-rw-r--r--    1 root     root             6 DATE /t/y",
    ]


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("chmod 644 /nosuch", 1, "chmod: /nosuch: No such file or directory\n"),
        ("cp /t/d /t/q", 1, "cp: omitting directory '/t/d'\n"),
        ("find /nosuch", 1, "find: /nosuch: No such file or directory\n"),
        ("find /t -nosuch 2>&1 | head -1 >&2", 0, "find: unrecognized: -nosuch\n"),
        ("gunzip /t/y", 1, "gunzip: /t/y: unknown suffix - ignored\n"),
        ("dd nosuch=1 2>&1 | grep -o 'Usage: dd' >&2", 0, "Usage: dd\n"),
        ("echo '!!' | base64 -d", 1, "base64: truncated input\n"),
        ("grep x /nosuch", 2, "grep: /nosuch: No such file or directory\n"),
        ("grep -s x /nosuch", 2, ""),
    ],
)
async def test_what_they_complain_of(command: str, code: int, error: str) -> None:
    assert (await run("sh", "-c", _MAKE + command))[::2] == (code, error)


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("sed -i s/A/B/ /data/a.txt; cat /data/a.txt", "B\n"),
        ("sed -i -e s/A/B/ -e 's/$/!/' /data/a.txt /data/b.txt; cat /data/a.txt /data/b.txt", "B!\nB!\n"),
        ("stat -c '%n %s %a %F' /data/a.txt /data", "/data/a.txt 2 644 regular file\n/data 4096 755 directory\n"),
        ("du -s /data; du -h /data | cut -f2", "16\t/data\n/data\n"),
        ("cd /data; realpath ../data/a.txt; readlink -f a.txt", "/data/a.txt\n/data/a.txt\n"),
        ("tar czf /tmp/x.tgz /data 2>/dev/null; tar tzf /tmp/x.tgz | head -2", "data/\ndata/a.txt\n"),
        ("diff /data/a.txt /data/b.txt | tail -2; diff -q /data/a.txt /data/a.txt && echo same", "-A\n+B\nsame\n"),
        ("cmp /data/a.txt /data/b.txt", "/data/a.txt /data/b.txt differ: char 1, line 1\n"),
        ("hexdump -C /data/a.txt", "00000000  41 0a                                             |A.|\n00000002\n"),
        ("od -c /data/a.txt", "0000000   A  \\n\n0000002\n"),
        ("expr 7 + 3 \\* 2; expr abc : 'a\\(.*\\)'; expr 2 '>' 1; expr length abcd", "20\nbc\n1\n4\n"),
        ("printf 'a\\n\\nb\\n' > /tmp/x; tac /tmp/x; nl /tmp/x", "b\n\na\n     1\ta\n       \n     2\tb\n"),
        ("paste -d: /data/a.txt /data/b.txt; printf 'a\\nb\\n' | paste -s -d, -", "A:B\na,b\n"),
        ("head -c 4 /dev/zero | od -c | head -1; head -c 9 /dev/urandom | wc -c", "0000000  \\0  \\0  \\0  \\0\n9\n"),
    ],
)
async def test_more_tools_on_files(command: str, output: str) -> None:
    assert (await run("sh", "-c", command))[1] == output


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("ln -s a b", 1, "ln: links are not supported on this cluster; 'cp' makes a copy\n"),
        ("stat /nosuch", 1, "stat: can't stat '/nosuch': No such file or directory\n"),
        ("expr 1 / 0", 2, "expr: division by zero\n"),
        ("hexdump -n x /data/a.txt", 1, "hexdump: invalid number 'x'\n"),
        ("expr a : '['", 2, "expr: bad regex '[': Invalid regular expression\n"),
        ("diff /nosuch /data/a.txt", 2, "diff: can't stat '/nosuch': No such file or directory\n"),
    ],
)
async def test_what_tools_on_files_refuse(command: str, code: int, error: str) -> None:
    assert await run("sh", "-c", command) == (code, "", error)
