"""The four outcomes, hints, the solution, and that nothing is ever raised into a notebook."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiException

import kubelearn
from kubelearn.course import passed
from kubelearn.course.exercises import Exercise, Kind, Lesson, NotAttempted, NotYet, Session, UnknownExerciseError
from kubelearn.course.exercises.core import Spoiled
from kubelearn.course.exercises.outcome import plain
from kubelearn.target.execution import NotRunningError


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect() as connected:
        yield connected


@pytest.fixture(autouse=True)
def _own_progress(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(tmp_path / "progress.json"))


def session(
    cluster: kubelearn.Cluster, check: Callable[[kubelearn.Cluster], str | None], key: str = "made-up", **more: Any
) -> Session:
    made = Exercise(
        key=key,
        title="a task",
        task="Do `it`.",
        hints=("Think.", "Look at `this`."),
        solution="kubectl get pods",
        check=check,
        **more,
    )
    return Session(Lesson("99-none", (made,)), made, cluster)


def raising(error: Exception) -> Callable[[kubelearn.Cluster], str | None]:
    def check(cluster: kubelearn.Cluster) -> str | None:
        raise error

    return check


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (
            NotAttempted("there is no pod `a` yet"),
            Kind.NOT_ATTEMPTED,
            "Not attempted. Exercise “a task”. There is no pod a yet. For help, call made_up.hint().",
        ),
        (
            NotYet("`shop` has no pods"),
            Kind.NOT_YET,
            "Not yet. Exercise “a task”. shop has no pods. For help, call made_up.hint().",
        ),
        (
            Spoiled("the pod `a` is gone"),
            Kind.NOT_YET,
            "Not yet. Exercise “a task”. The pod a is gone. To begin again, call made_up.reset().",
        ),
        (
            NotRunningError("shop-1", 'container not found ("web")'),
            Kind.NOT_YET,
            "Not yet. Exercise “a task”. The pod shop-1 is not ready: a container of it was not running when the check "
            "asked it. For help, call made_up.hint().",
        ),
        (
            TimeoutError("the command did not end in 60 s"),
            Kind.UNCHECKED,
            "Could not be checked. Exercise “a task”. TimeoutError: the command did not end in 60 s.",
        ),
        (
            ConnectionResetError("reset"),
            Kind.UNCHECKED,
            "Could not be checked. Exercise “a task”. ConnectionResetError: reset.",
        ),
        (
            KeyError("a fault in the check"),
            Kind.UNCHECKED,
            "Could not be checked. Exercise “a task”. KeyError: 'a fault in the check'.",
        ),
        (
            ApiException(status=403, reason="Forbidden"),
            Kind.UNCHECKED,
            "Could not be checked. Exercise “a task”. The cluster answered: Forbidden.",
        ),
        (
            ApiException(status=0, reason="Handshake failed"),
            Kind.UNCHECKED,
            "Could not be checked. Exercise “a task”. The cluster could not be reached: Handshake failed.",
        ),
    ],
)
def test_each_outcome_says_why(cluster: kubelearn.Cluster, error: Exception, kind: Kind, text: str) -> None:
    outcome = session(cluster, raising(error)).check()
    assert (outcome.kind, repr(outcome)) == (kind, text)


def test_a_container_between_two_starts_is_not_running(cluster: kubelearn.Cluster) -> None:
    container = {"name": "c", "image": "busybox:1.36", "command": ["sh", "-c", "exit 1"]}
    cluster.core.create_namespaced_pod(
        "default", {"metadata": {"name": "crashes"}, "spec": {"containers": [container]}}
    )
    reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff"
    assert kubelearn.kubectl.run("wait", f"--for={reason}", "pod/crashes", "--timeout=60s").returncode == 0
    with pytest.raises(NotRunningError, match="container not found") as caught:
        cluster.exec("crashes", "true")
    assert caught.value.pod == "crashes"


def test_the_words_of_the_cluster_are_passed_on(cluster: kubelearn.Cluster) -> None:
    outcome = session(cluster, lambda cluster: cluster.core.read_namespaced_pod("absent", "default") and None).check()
    assert repr(outcome) == 'Could not be checked. Exercise “a task”. The cluster answered: pods "absent" not found.'


def test_passing_is_proved_and_kept(cluster: kubelearn.Cluster) -> None:
    outcome = session(cluster, lambda cluster: "3 pods answered").check()
    assert outcome.passed
    assert "**Passed.** Exercise “a task”. 3 pods answered.\n\n**The whole course:** " in outcome._repr_markdown_()
    assert re.fullmatch(
        r"Passed\. Exercise “a task”\. 3 pods answered\.\n\nThe whole course: ░+ 0 of .*", repr(outcome)
    )
    assert passed.load() == ({"made-up"}, "")


def test_the_task_and_the_solution_as_markdown_and_plain(cluster: kubelearn.Cluster) -> None:
    made = session(cluster, lambda cluster: None)
    assert " **Exercise: a task**\n\nDo `it`.\n\n</div>" in made._repr_markdown_()
    assert repr(made) == "Exercise: a task\n\nDo it."
    assert "```bash\nkubectl get pods\n```" in made.solution()._repr_markdown_()
    assert (
        repr(made.solution())
        == "One way to do it. Exercise “a task”. In a cell whose first line is %%bash:\n\nkubectl get pods"
    )


def test_hints_advance_and_the_last_one_stays(cluster: kubelearn.Cluster) -> None:
    made = session(cluster, lambda cluster: None)
    assert repr(made.hint()) == "Hint 1 of 2. Exercise “a task”. Think."
    assert (
        repr(made.hint())
        == repr(made.hint())
        == "Hint 2 of 2. Exercise “a task”. Look at this. That was the last hint; made_up.solution() shows a whole"
        " solution."
    )
    assert repr(made.reset()) == "Exercise: a task\n\nDo it.\n\nEverything is back as it was at the beginning."
    assert repr(made.hint()) == "Hint 1 of 2. Exercise “a task”. Think."


def test_the_situation_is_prepared_once_until_a_reset(cluster: kubelearn.Cluster) -> None:
    started: list[str] = []
    for _ in range(2):
        made = session(
            cluster, lambda cluster: None, key="prepared-once", start=lambda cluster: started.append("again")
        )
    assert started == ["again"]
    made.reset()
    assert started == ["again", "again"]


def test_a_situation_that_cannot_be_prepared_is_told_and_tried_again(cluster: kubelearn.Cluster) -> None:
    cured: list[bool] = []

    def start(cluster: kubelearn.Cluster) -> None:
        if not cured:
            raise RuntimeError("kubectl apply: no")

    made = session(cluster, lambda cluster: None, key="hard-to-start", start=start)
    assert repr(made).endswith("The exercise could not be prepared. RuntimeError: kubectl apply: no.")
    assert made.check().kind is Kind.UNCHECKED
    cured.append(True)
    assert made.reset().check().passed


def test_after_the_end_of_the_cluster() -> None:
    with kubelearn.connect() as short:
        made = session(short, lambda cluster: None)
    told = (
        "The cluster of this notebook has ended. Run the notebook's set-up cell, then the exercise's first cell, "
        'made_up = kubelearn.exercise("made-up", cluster), and go on from there.'
    )
    assert repr(made.check()) == f"Could not be checked. Exercise “a task”. {told}"
    started: list[str] = []
    for shown in (made.reset(), session(short, lambda cluster: None, start=lambda cluster: started.append("in vain"))):
        assert repr(shown) == f"Exercise: a task\n\nDo it.\n\n{told}"
    assert started == []


def test_variables_are_names_that_nothing_else_in_a_notebook_has() -> None:
    variables = [exercise.variable for lesson in kubelearn.course.exercises.lessons() for exercise in lesson.exercises]
    assert all(variable.isidentifier() and not keyword.iskeyword(variable) for variable in variables)
    assert not {"cluster", "kubelearn", *dir(builtins)} & set(variables)


def test_no_text_of_the_package_speaks_of_a_variable_ex() -> None:
    texts = [path.read_text() for path in Path(kubelearn.__file__).parent.rglob("*") if path.suffix in (".py", ".yml")]
    assert [text for text in texts if re.search(r"\bex\.(check|hint|solution|reset)\(", text)] == []


def test_an_unknown_exercise_lists_those_there_are(cluster: kubelearn.Cluster) -> None:
    with pytest.raises(UnknownExerciseError, match=r"there is no exercise 'reach'; there are: .*reach-the-pods"):
        kubelearn.exercise("reach", cluster)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Bold** and `code` and [a link](x.ipynb#y)", "Bold and code and a link"),
        ("Do:\n\n```bash\necho `x` **y**\n```\n`z`", "Do:\n\necho `x` **y**\nz"),
        ("# Title\nlabels `app=*`", "Title\nlabels app=*"),
    ],
)
def test_plain(markdown: str, text: str) -> None:
    assert plain(markdown) == text
