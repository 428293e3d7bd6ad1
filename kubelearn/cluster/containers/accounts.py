"""The accounts of a container: what its ``/etc/passwd`` and ``/etc/group`` say."""

from __future__ import annotations

from typing import NamedTuple

PASSWD, GROUP = "/etc/passwd", "/etc/group"


class Account(NamedTuple):
    """A user, with the first of its groups."""

    name: str
    uid: int
    gid: int


#: Who has an account in every image, as lines of the two files.
_USERS = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"
_GROUPS = "root:x:0:\nnogroup:x:65534:\n"
#: What an image calls its user → the account that it has besides, and the name of its group.
_OF_IMAGES = {
    "101": (Account("nginx", 101, 101), "nginx"),
    "app": (Account("app", 100, 101), "app"),
    "curl_user": (Account("curl_user", 100, 101), "curl_group"),
    "jenkins": (Account("jenkins", 1000, 1000), "jenkins"),
}


def files(user: str = "") -> dict[str, bytes]:
    """Return the two files as an image has them.

    Args:
        user: who its programs run as, a number or a name; empty for root.
    """
    users, groups = _USERS, _GROUPS
    if user in _OF_IMAGES:
        own, group = _OF_IMAGES[user]
        users += f"{own.name}:x:{own.uid}:{own.gid}:{own.name}:/home/{own.name}:/bin/sh\n"
        groups += f"{group}:x:{own.gid}:\n"
    return {PASSWD: users.encode(), GROUP: groups.encode()}


def users_in(passwd: bytes) -> list[Account]:
    """Return the accounts that a ``/etc/passwd`` has; lines that are none are passed over."""
    fields = [line.split(":") for line in passwd.decode(errors="replace").splitlines()]
    return [
        Account(field[0], int(field[2]), int(field[3]))
        for field in fields
        if len(field) > 3 and field[2].isdecimal() and field[3].isdecimal()
    ]


def groups_in(group: bytes) -> dict[int, str]:
    """Return number → name of a ``/etc/group``; lines that are none are passed over."""
    fields = [line.split(":") for line in group.decode(errors="replace").splitlines()]
    return {int(field[2]): field[0] for field in fields if len(field) > 2 and field[2].isdecimal()}
