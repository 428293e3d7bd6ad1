"""The copy of a pod in which the server does not start."""

from __future__ import annotations

from typing import Any

from kubelearn.course.exercises import readiness


def test_only_the_server_is_silent_and_probes_are_quick() -> None:
    probe = {"exec": {"command": ["true"]}, "initialDelaySeconds": 9, "periodSeconds": 5, "timeoutSeconds": 2}
    web: dict[str, Any] = {"name": "web", "args": ["netexec"], "readinessProbe": probe, "livenessProbe": probe}
    other: dict[str, Any] = {"name": "other", "args": ["pause"]}
    silent, same = readiness._silenced({"containers": [web, other]})
    assert same == other
    assert "args" not in silent
    assert "livenessProbe" not in silent
    assert silent["command"][0] == "sh"
    assert (silent["readinessProbe"]["initialDelaySeconds"], silent["readinessProbe"]["periodSeconds"]) == (0, 1)
    assert silent["readinessProbe"]["timeoutSeconds"] == 2
    assert web["args"] == ["netexec"]


def test_a_probe_that_waits_long_is_watched_longer() -> None:
    quick = {"containers": [{"name": "web", "readinessProbe": {"exec": {"command": ["true"]}}}]}
    slow = {"containers": [{"name": "web", "readinessProbe": {"exec": {"command": ["true"]}, "timeoutSeconds": 8}}]}
    endless = {"containers": [{"name": "web", "readinessProbe": {"timeoutSeconds": 600}}]}
    assert readiness._patience(quick) < readiness._patience(slow) < readiness._patience(endless) == 20
