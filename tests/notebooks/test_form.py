"""Every notebook has the form that readers come to rely on."""

from __future__ import annotations

import copy
import html
import re
from collections import Counter

import pytest

from kubelearn.course import predictions
from kubelearn.course.exercises import find
from kubelearn.course.quizzes import names

from .course import (
    COURSE,
    EXERCISE_CALL,
    LESSONS,
    NOTEBOOKS,
    PLAYGROUND,
    QUIZ_CALL,
    START,
    closing_line,
    notebook,
    printed,
)
from .normalize import normalise

#: Sections that are not about a subject, so that no objective belongs to them.
FRAME = ("Overview", "Set-up", "Exercises", "Quiz", "Summary")
#: What every lesson says about its end, in the same words.
SHUT_DOWN = (
    "An open notebook takes memory; *Kernel*, *Shut Down Kernel* (or the panel *Running Terminals and Kernels*) "
    "ends it, and everything that {} made goes with it."
)
_CHECK = re.compile(r"^(\w+)\.check\(\)$")
#: A command that deletes, and hides what it says; \\ continues a line.
_HIDDEN = re.compile(r"kubectl(?:\\\n|[^\n|;&])*? delete (?:\\\n|[^\n|;])*/dev/null|clean_up.*/dev/null")
#: A file that a cell makes in the folder of the notebooks.
_WRITTEN = re.compile(r"(?:^%%writefile |> ?)([\w-]+\.(?:json|log|txt|ya?ml))\b", re.MULTILINE)
#: A cell that shows a live widget.
_LIVE = re.compile(r"^(?:\w+ = )?(?:widgets\.[a-z]+|[A-Z]\w+Widget)\(", re.MULTILINE)
_PREDICTION = re.compile(r"""kubelearn\.predict\(["']([^"']+)["']\)""")
#: Commands that wait for more: they belong in a terminal, unless they are given an end.
_ENDLESS = re.compile(
    r"kubectl (?:[^\n|]* )?(?:get [^\n|]*(?:-w\b|--watch)|logs [^\n|]*-f\b|edit |exec (?:-it|-ti|-i -t) |port-forward"
    r" )[^\n]*"
    r"|kubelearn shell *$",
    re.MULTILINE,
)
_BOUNDED = "--request-timeout="
_IN_THE_BACKGROUND, _ENDED = re.compile(r"& *$"), re.compile(r"^kill \$!$", re.MULTILINE)
#: As wide as a cell is on a laptop.
WIDTH = 100
#: Manifests stand one field a line, as in the documentation and in exams, and not in braces.
_MANIFEST = re.compile(r"^apiVersion:", re.MULTILINE)
#: What a lesson may have. Those that say what holds on other clusters, too, and explain each option where it first
#: stands, have more; an update loses requests for five reasons, which only together are the truth. The first notebook
#: says how everything works, and who is who in the shop; the sixth lesson has policies, too, and leads to the drills;
#: the fourth says what programs ask for, and what `nslookup` asks for instead.
WORDS = {
    "00-start-here": 960,
    "01-networking": 1100,
    "02-services": 1100,
    "03-creating-services": 1100,
    "04-discovery": 1180,
    "05-staying-up": 1150,
    "06-debugging": 1000,
}

every = pytest.mark.parametrize("name", COURSE)
every_lesson = pytest.mark.parametrize("name", LESSONS)
every_guided = pytest.mark.parametrize("name", COURSE[:-1])


def test_all_notebooks_and_no_others() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == set(COURSE)


@every
def test_one_title_and_it_comes_first(name: str) -> None:
    content = notebook(name)
    assert [heading.level for heading in content.headings].count(1) == 1
    assert content.content.cells[0].source.startswith("# ")


@every_guided
def test_objectives_are_the_sections(name: str) -> None:
    content = notebook(name)
    sections = [heading for heading in content.headings if heading.level == 2 and heading.text not in FRAME]
    overview = content.markdown.partition("\n## Overview\n")[2].partition("\n#")[0]
    objectives = re.findall(r"^\d+\. \[(.+?)\]\(#(.+?)\)", overview, re.MULTILINE)
    assert objectives == [(section.text, section.anchor) for section in sections]


@every_guided
def test_prerequisites_time_and_summary(name: str) -> None:
    markdown = notebook(name).markdown
    assert "| Concepts | Importance | Notes |" in markdown
    assert re.search(r"^\*\*Time to learn\*\*: \d+ minutes", markdown, re.MULTILINE)
    assert re.search(r"^## Summary\n\n(.+\n\n)?\|", markdown, re.MULTILINE)
    assert "### What's next?" in markdown
    assert re.search(r"\(https://kubernetes\.io/docs/.+?\)", markdown)


@every_guided
def test_a_question_from_work_stands_at_the_head_and_its_answer_in_the_summary(name: str) -> None:
    content = notebook(name)
    assert re.match(r"# .+\n\n> \*[^*\n]+\?\*\n\n", content.content.cells[0].source)
    assert re.search(
        r"^## Summary\n\n[A-Z][^|\n]+\? [A-Z\"][^|\n]+\.\n\n\|", content.cell("summary").source, re.MULTILINE
    )


@every
def test_it_ends_with_the_line_of_its_neighbours(name: str) -> None:
    last = [cell.source for cell in notebook(name).content.cells if cell.cell_type == "markdown"][-1]
    assert last.splitlines()[-1] == closing_line(name)
    assert last.count(".ipynb)") - closing_line(name).count(".ipynb)") <= 3


@every
def test_cells_are_short(name: str) -> None:
    assert {
        cell.id: len(cell.source.splitlines())
        for cell in notebook(name).code_cells
        if len(cell.source.splitlines()) > (22 if _MANIFEST.search(cell.source) else 15)
    } == {}


@every
def test_lines_fit_a_cell(name: str) -> None:
    lines = [(cell.id, line) for cell in notebook(name).code_cells for line in cell.source.splitlines()]
    assert [(cell_id, line) for cell_id, line in lines if len(line) > WIDTH] == []


def test_no_two_notebooks_write_the_same_file() -> None:
    """They may run at the same time, in one folder."""
    written = Counter(file for name in COURSE for file in set(_WRITTEN.findall(notebook(name).code)))
    assert written
    assert [file for file, count in written.items() if count > 1] == []


@every
def test_words(name: str) -> None:
    assert (100 if name in (START, PLAYGROUND) else 500) <= notebook(name).words <= WORDS.get(name, 900)


@every_lesson
def test_a_lesson_says_on_which_version_it_runs(name: str) -> None:
    content = notebook(name)
    running = re.search(r"v(1\.\d+)", printed(content.cell("setup")))
    assert running
    said = content.cell("setup-text").source
    assert re.search(rf"\bKubernetes {re.escape(running[1])} with `kubectl` 1\.\d+\b", said)
    assert re.search(r"\b(older|newer)\b", said)


@every_lesson
def test_a_lesson_says_how_it_is_done_on_any_cluster(name: str) -> None:
    content = notebook(name)
    assert "On any cluster" in [heading.text for heading in content.headings]
    cells = [cell for cell in content.code_cells if cell.id.startswith("any-")]
    assert cells
    assert [cell.id for cell in cells if not cell.source.startswith(("%%bash\n", "!"))] == []


@every
def test_metadata_is_normalised(name: str) -> None:
    content = notebook(name).content
    again = copy.deepcopy(content)
    normalise(again)
    assert again == content, "run: python -m tests.notebooks.normalize"


@every
def test_ids_are_words(name: str) -> None:
    ids = [cell.id for cell in notebook(name).content.cells]
    assert len(set(ids)) == len(ids)
    assert [
        found
        for found in ids
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", found) or re.fullmatch(r"(?=.*\d)[0-9a-f]{8}", found)
    ] == []


@every
def test_outputs_are_stored_and_name_no_memory_address(name: str) -> None:
    for cell in notebook(name).code_cells:
        assert cell.execution_count, f"{cell.id} was not run: python -m tests.notebooks.refresh"
        assert not re.search(r" at 0x[0-9a-f]+", printed(cell)), cell.id
        assert not any(output.output_type == "error" for output in cell.outputs), cell.id


@every
def test_pictures_have_a_description(name: str) -> None:
    for cell in notebook(name).code_cells:
        for output in cell.outputs:
            data = output.get("data", {})
            assert "image/png" not in data, cell.id
            if "image/svg+xml" in data:
                words = html.escape(described(data), quote=True)
                assert words, cell.id
                assert f'role="img" aria-label="{words}"' in data["image/svg+xml"], cell.id
                assert f'<img class="kubelearn-still" alt="{words}"' in data["text/html"], cell.id


def described(data: dict[str, str]) -> str:
    """Return the words of an output's picture: all of its text, or, where a widget says more of itself, the end."""
    alt = re.search(r'<img [^>]*alt="([^"]*)"', data["text/html"])
    assert alt
    found = html.unescape(alt[1])
    assert data["text/plain"].endswith(found)
    return found


@every
def test_a_live_widget_leaves_its_picture_and_how_to_make_it_live(name: str) -> None:
    for cell in notebook(name).code_cells:
        if _LIVE.search(cell.source):
            data = [output.data for output in cell.outputs if output.get("data")]
            assert [("image/svg+xml" in each, "Run the cell" in each["text/html"]) for each in data] == [(True, True)]


@every_lesson
def test_three_exercises_and_the_quiz(name: str) -> None:
    assert len(set(EXERCISE_CALL.findall(notebook(name).code))) >= 3
    assert QUIZ_CALL.findall(notebook(name).code) == [name]
    assert name in names()


@every_lesson
def test_three_cells_are_predicted(name: str) -> None:
    assert len(_PREDICTION.findall(notebook(name).code)) >= 3


@every
def test_a_prediction_stands_alone_and_directly_before_the_cell_that_it_names(name: str) -> None:
    cells = notebook(name).content.cells
    predicting = [number for number, cell in enumerate(cells) if "kubelearn.predict(" in cell.source]
    asked = [prediction.key for prediction in predictions.read(name)] if name in predictions.names() else []
    assert [cells[number].id for number in predicting] == [f"predict-{key}" for key in asked]
    for key, number in zip(asked, predicting, strict=True):
        assert cells[number].source == f'kubelearn.predict("{key}")'
        assert cells[number + 1].id == predictions.find(key).cell
        assert cells[number + 1].cell_type == "code"


@pytest.mark.parametrize("name", COURSE[2:9])
def test_it_opens_with_old_questions(name: str) -> None:
    code = [cell.id for cell in notebook(name).code_cells]
    assert code.index("recall") == code.index("setup") + 1
    assert notebook(name).cell("recall").source == f'kubelearn.recall("{name}")'


@every
def test_exercises_belong_to_the_lesson_and_are_stored_untouched(name: str) -> None:
    content = notebook(name)
    keys = EXERCISE_CALL.findall(content.code)
    assert {find(key)[0].name for key in keys} <= {name}
    if name in LESSONS:
        checks = [printed(cell) for cell in content.code_cells if _CHECK.match(cell.source)]
        assert len(checks) >= len(keys)
        assert [text for text in checks if "**Not attempted.**" not in text and "**Not yet.**" not in text] == []


@every
def test_each_exercise_has_a_variable_of_its_own_and_cells_that_check_it(name: str) -> None:
    content = notebook(name)
    shown: list[str] = []
    checked: list[str] = []
    for cell in content.code_cells:
        if found := EXERCISE_CALL.search(cell.source):
            variable = found.group(1).replace("-", "_")
            assert cell.source == f'{variable} = kubelearn.exercise("{found.group(1)}", cluster)\n{variable}'
            shown.append(variable)
        elif found := _CHECK.match(cell.source):
            assert found.group(1) == shown[-1], f"{cell.id} checks another exercise than the one above it"
            checked.append(found.group(1))
    assert len(set(shown)) == len(shown)
    assert set(checked) == set(shown)
    assert not re.search(r"\bex\b", f"{content.code}\n{content.markdown}")


@pytest.mark.parametrize("name", [START, *LESSONS])
def test_the_last_cell_cleans_up_through_the_handle(name: str) -> None:
    content = notebook(name)
    cells = content.content.cells
    last = content.code_cells[-1]
    assert last.id == "cleanup"
    assert "kubectl" not in last.source, "kubectl may lead to another cluster; the handle cannot"
    assert re.search(r"^kubelearn\.clean_up\(\s*cluster,", last.source, re.MULTILINE)
    assert cells[cells.index(last) - 1].source.startswith("This cell removes ")


@every
def test_no_message_of_a_deletion_is_hidden(name: str) -> None:
    assert {cell.id: found for cell in notebook(name).code_cells if (found := _HIDDEN.findall(cell.source))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "!kubectl delete pod a > /dev/null",
        "kubectl -n b delete pod a 2> /dev/null",
        "!kubectl delete \\\n  pod a &> /dev/null",
        "for pod in a b; do kubectl delete pod $pod > /dev/null; done",
        "kubelearn.clean_up(cluster)  # > /dev/null",
    ],
)
def test_a_hidden_message_would_be_found(line: str) -> None:
    assert _HIDDEN.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "!kubectl wait --for=delete pod/a > /dev/null",
        "!kubectl delete pod a",
        "kubectl delete pod a\nkubectl logs b > /dev/null",
    ],
)
def test_what_hides_no_deletion_is_not_found(line: str) -> None:
    assert not _HIDDEN.search(line)


@every
def test_no_cell_waits_for_the_learner(name: str) -> None:
    assert {cell.id: found for cell in notebook(name).code_cells if (found := endless(cell.source))} == {}


def endless(source: str) -> list[str]:
    """Return the commands of a cell that do not end by themselves, and that it does not end."""
    found = [line for line in _ENDLESS.findall(source) if _BOUNDED not in line]
    if _ENDED.search(source):
        return [line for line in found if not _IN_THE_BACKGROUND.search(line)]
    return found


@pytest.mark.parametrize(
    "line",
    [
        "!kubectl get pods -w",
        "!kubectl -n a get pods --watch",
        "!kubectl logs -f a",
        "!kubectl edit service a",
        "!kubectl exec -it a -- sh",
        "!kubectl port-forward service/a 80:80 &",
        "kubectl port-forward service/a 80:80\nkill $!",
        "!kubelearn shell",
        "kubectl port-forward service/a 80:80 > /dev/null &\ncurl localhost:80",
    ],
)
def test_a_cell_that_waits_would_be_found(line: str) -> None:
    assert endless(line)


@pytest.mark.parametrize(
    "line",
    [
        "!kubectl get pods | wc -w",
        "!kubectl exec a -- curl -w b",
        "!kubectl logs a | grep -f b",
        "!kubelearn shell -- kubectl get pods",
        "!kubectl get pods -w --request-timeout=3s",
        "kubectl port-forward service/a 80:80 > /dev/null &\ncurl http://127.0.0.1\nkill $!",
    ],
)
def test_a_cell_that_ends_is_not_found(line: str) -> None:
    assert endless(line) == []


@every_guided
def test_the_end_says_how_to_shut_the_kernel_down(name: str) -> None:
    summary = notebook(name).cell("summary").source
    assert summary.count(f"\n\n{SHUT_DOWN.format('the lesson')}\n\n### What's next?\n") == 1


def test_the_playground_says_it_too() -> None:
    assert SHUT_DOWN.format("you") in notebook("playground").markdown
