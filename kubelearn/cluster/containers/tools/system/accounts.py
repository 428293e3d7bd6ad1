"""Tools on users: id, whoami, groups."""

from __future__ import annotations

from kubelearn.cluster.containers import accounts
from kubelearn.cluster.containers.accounts import Account
from kubelearn.cluster.containers.process import Process, Program, User
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet


def _read(process: Process, path: str) -> bytes:
    """Return what one of the two files says; without it, that there is root."""
    try:
        return process.files.read(path)
    except OSError:
        return b"root:x:0:0\n"


def users_of(process: Process) -> dict[int, Account]:
    """Return number → account of those whom the container knows."""
    return {account.uid: account for account in accounts.users_in(_read(process, accounts.PASSWD))}


def _groups_by_number(process: Process) -> dict[int, str]:
    return accounts.groups_in(_read(process, accounts.GROUP))


def _shown(number: int, names: dict[int, str]) -> str:
    return f"{number}({names[number]})" if number in names else str(number)


@applet("[-ugGnr] [USER]", "ugGnr", operands=(0, 1))
async def _id(process: Process, given: Given) -> int:
    known, groups, user = users_of(process), _groups_by_number(process), process.user
    if given.operands:
        wanted = given.operands[0]
        found = next((account for account in known.values() if wanted in (account.name, str(account.uid))), None)
        if found is None:
            raise UsageError(f"unknown user {wanted}")
        user = User(found.uid, found.gid)
    users = {uid: account.name for uid, account in known.items()}
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
    users = users_of(process)
    if process.user.uid not in users:
        raise UsageError(f"unknown uid {process.user.uid}")
    process.print(users[process.user.uid].name)
    return 0


@applet("[USER]", operands=(0, 1))
async def _groups(process: Process, _given: Given) -> int:
    names = _groups_by_number(process)
    member = sorted({process.user.gid, *process.user.groups})
    process.print(" ".join(names.get(number, str(number)) for number in member))
    return 0


TOOLS: dict[str, Program] = {"id": _id, "whoami": _whoami, "groups": _groups}
