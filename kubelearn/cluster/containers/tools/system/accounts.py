"""Tools on users: id, whoami, groups."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program, User
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet


def _names(process: Process, path: str) -> dict[int, str]:
    """Return number → name of ``/etc/passwd`` or ``/etc/group``."""
    try:
        text = process.files.read(path).decode(errors="replace")
    except OSError:
        return {0: "root"}
    fields = [line.split(":") for line in text.splitlines()]
    return {int(field[2]): field[0] for field in fields if len(field) > 2 and field[2].isdigit()}


def _shown(number: int, names: dict[int, str]) -> str:
    return f"{number}({names[number]})" if number in names else str(number)


@applet("[-ugGnr] [USER]", "ugGnr", operands=(0, 1))
async def _id(process: Process, given: Given) -> int:
    users, groups, user = _names(process, "/etc/passwd"), _names(process, "/etc/group"), process.user
    if given.operands:
        wanted = given.operands[0]
        found = next((number for number, name in users.items() if wanted in (name, str(number))), None)
        if found is None:
            raise UsageError(f"unknown user {wanted}")
        user = User(found, found)
    member = sorted({user.gid, *user.groups})
    if "u" in given:
        process.print(_plain(user.uid, users, named="n" in given))
    elif "g" in given:
        process.print(_plain(user.gid, groups, named="n" in given))
    elif "G" in given:
        process.print(" ".join(_plain(number, groups, named="n" in given) for number in member))
    else:
        listed = ",".join(_shown(number, groups) for number in member)
        process.print(f"uid={_shown(user.uid, users)} gid={_shown(user.gid, groups)} groups={listed}")
    return 0


def _plain(number: int, names: dict[int, str], *, named: bool) -> str:
    return names.get(number, str(number)) if named else str(number)


@applet("", operands=(0, 0))
async def _whoami(process: Process, _given: Given) -> int:
    names = _names(process, "/etc/passwd")
    if process.user.uid not in names:
        raise UsageError(f"unknown uid {process.user.uid}")
    process.print(names[process.user.uid])
    return 0


@applet("[USER]", operands=(0, 1))
async def _groups(process: Process, _given: Given) -> int:
    names = _names(process, "/etc/group")
    member = sorted({process.user.gid, *process.user.groups})
    process.print(" ".join(names.get(number, str(number)) for number in member))
    return 0


TOOLS: dict[str, Program] = {"id": _id, "whoami": _whoami, "groups": _groups}
