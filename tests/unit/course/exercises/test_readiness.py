"""The copy of a pod in which the server does not start."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.course.exercises import readiness


def test_only_the_server_is_silent_and_probes_are_quick() -> None:
    probe = {"exec": {"command": ["true"]}, "initialDelaySeconds": 9, "periodSeconds": 5, "timeoutSeconds": 2}
    web: dict[str, Any] = {"name": "web", "args": ["netexec"], "readinessProbe": probe, "livenessProbe": probe}
    other: dict[str, Any] = {"name": "other", "args": ["pause"]}
    silent, same = readiness._silenced({"containers": [web, other]})["containers"]
    assert same == other
    assert "livenessProbe" not in silent
    assert (silent["command"], silent["args"]) == ([], ["pause"])
    assert (silent["readinessProbe"]["initialDelaySeconds"], silent["readinessProbe"]["periodSeconds"]) == (0, 1)
    assert silent["readinessProbe"]["timeoutSeconds"] == 2
    assert web["args"] == ["netexec"]


@pytest.mark.parametrize(
    ("command", "args", "silent"),
    [
        (["/agnhost", "netexec", "--http-port=8080"], [], [["/agnhost", "pause"], []]),
        (["/agnhost"], ["netexec", "--http-port", "8080"], [["/agnhost"], ["pause"]]),
        (["/agnhost", "netexec"], ["--http-port=8080"], [["/agnhost", "pause"], []]),
        (
            ["sh", "-c", "sleep 3; touch /tmp/ready & exec /agnhost netexec --http-port=8080 --udp-port=-1"],
            [],
            [["sh", "-c", "sleep 3; touch /tmp/ready & exec /agnhost pause"], []],
        ),
        (
            ["sh", "-c"],
            ["/agnhost netexec --http-port 8080 & sleep 4; touch /tmp/ready; wait"],
            [["sh", "-c"], ["/agnhost pause & sleep 4; touch /tmp/ready; wait"]],
        ),
        (["/server"], ["--port=8080"], [["sh", "-c", "sleep 600"], []]),
        ([], [], [["sh", "-c", "sleep 600"], []]),
    ],
)
def test_what_is_done_beside_the_server_is_still_done(command: list[str], args: list[str], silent: list[str]) -> None:
    web = {"name": "web", "command": command, "args": args}
    (copy,) = readiness._silenced({"containers": [web]})["containers"]
    assert [copy["command"], copy["args"]] == silent


def test_probes_of_sidecars_are_quick_as_well() -> None:
    sidecar = {"name": "side", "restartPolicy": "Always", "readinessProbe": {"exec": {}, "periodSeconds": 9}}
    copy = readiness._silenced({"containers": [{"name": "web"}], "initContainers": [sidecar]})
    assert copy["initContainers"][0]["readinessProbe"]["periodSeconds"] == 1


def test_a_probe_that_waits_long_is_watched_longer() -> None:
    quick = {"containers": [{"name": "web", "readinessProbe": {"exec": {"command": ["true"]}}}]}
    slow = {"containers": [{"name": "web", "readinessProbe": {"exec": {"command": ["true"]}, "timeoutSeconds": 8}}]}
    endless = {"containers": [{"name": "web", "readinessProbe": {"timeoutSeconds": 600}}]}
    assert readiness._patience(quick) < readiness._patience(slow) < readiness._patience(endless) == 20
