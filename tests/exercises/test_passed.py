"""Progress: kept whole or not at all, broken files lose nothing, and a text takes it along."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kubelearn
from kubelearn.course import passed, progress_file
from kubelearn.course.exercises.outcome import plain
from kubelearn.course.progress import Progress


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(path))
    return path


def shown() -> str:
    return repr(kubelearn.progress())


def test_nothing_passed_makes_no_file(kept: Path) -> None:
    assert re.fullmatch(r"You have not passed an exercise yet\.\n\nThe whole course: ░+ 0 of \d+ \(0 %\)", shown())
    assert not kept.exists()


def test_what_was_passed_is_shown_and_nothing_else_is_left_in_the_folder(kept: Path) -> None:
    assert passed.record("reach-the-pods") == passed.record("quiz-02-services") == passed.record("reach-the-pods") == ""
    shown = kubelearn.progress()
    assert shown.passed == {"reach-the-pods", "quiz-02-services"}
    assert shown.table().rows == [["02-services", "1 of 3", "passed"]]
    assert "| 02-services | 1 of 3 | passed |" in shown._repr_markdown_()
    assert list(kept.parent.iterdir()) == [kept]


def test_progress_is_taken_along_as_text(kept: Path) -> None:
    passed.record("reach-the-pods")
    passed.record("take-one-out")
    code = kubelearn.progress().code
    assert repr(kubelearn.progress()).endswith(f'kubelearn.progress("{code}")')
    kept.unlink()
    assert kubelearn.progress(f" {code}\nnonsense").passed == {"reach-the-pods", "take-one-out"}
    assert kubelearn.progress("nonsense").note == "Not known in this course, and left out: nonsense."
    assert passed.load() == ({"reach-the-pods", "take-one-out"}, "")


def test_what_no_lesson_has_any_more_stays_in_the_file_and_is_not_taken_along(kept: Path) -> None:
    passed.record("quiz-99")
    passed.record("take-one-out")
    assert kubelearn.progress().code == "take-one-out"
    assert passed.load()[0] == {"quiz-99", "take-one-out"}


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "3", "null", "\x00", "[" * 100_000, '{"passed": 3}', '{"passed": [3]}', '{"noted": {}}'),
        *(
            '{"passed": [], "noted": []}',
            '{"passed": [], "noted": {"a": []}}',
            '{"passed": [], "noted": {"a": {"b": 1}}}',
        ),
    ],
)
def test_a_damaged_file_is_told_and_set_aside(kept: Path, content: str) -> None:
    kept.write_text(content)
    assert "cannot be read: the file is damaged" in repr(kubelearn.progress())
    assert passed.record("reach-the-pods") == ""
    assert passed.load() == ({"reach-the-pods"}, "")
    assert kept.with_suffix(".broken.json").read_text() == content


def unsaved(shown: Progress) -> str:
    """Return what progress() says about what is not in the file."""
    assert shown.code in repr(shown)
    return plain(shown.note)


def test_what_cannot_be_saved_is_kept_for_the_session_and_told_once(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = kept.parent / "missing"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(folder / "progress.json"))
    assert "could not be saved" in passed.record("reach-the-pods")
    assert passed.record("take-one-out") == passed.record("take-one-out") == ""
    shown = kubelearn.progress()
    assert shown.passed == {"reach-the-pods", "take-one-out"}
    assert (
        unsaved(shown)
        == f"Your progress could not be saved in {folder / 'progress.json'}. What you pass is kept until this"
        " notebook's kernel ends; kubelearn.progress() shows a line that you can take with you."
    )
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(kept))
    assert kubelearn.progress(shown.code).passed == shown.passed == passed.load()[0]


def test_what_could_not_be_saved_is_saved_as_soon_as_that_works(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept.parent / "missing" / "progress.json"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(path))
    passed.record("reach-the-pods")
    path.parent.mkdir()
    assert passed.record("take-one-out") == ""
    assert progress_file.read(path).passed == {"reach-the-pods", "take-one-out"}
    assert kubelearn.progress().note == ""
    path.unlink()
    assert kubelearn.progress().passed == set()  # whoever deletes the file begins again


def test_a_file_that_is_a_folder_is_a_sentence_and_the_session_goes_on(kept: Path) -> None:
    kept.mkdir()
    assert "cannot be read: Is a directory" in repr(kubelearn.progress())
    assert "Is a directory" in passed.record("reach-the-pods")
    assert passed.record("take-one-out") == ""
    assert kubelearn.progress().passed == {"reach-the-pods", "take-one-out"}
    assert kept.is_dir()


def test_a_file_that_cannot_be_read_is_left_alone(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write_text('{"passed": ["take-one-out"]}')

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        assert "Permission denied" in passed.record("reach-the-pods")
        assert kubelearn.progress().passed == {"reach-the-pods"}
    assert passed.load()[0] == {"reach-the-pods", "take-one-out"}
    assert list(kept.parent.iterdir()) == [kept]


def test_a_write_that_fails_leaves_the_old_file(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed.record("reach-the-pods")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        assert "No space left on device" in passed.record("take-one-out")
    assert progress_file.read(kept).passed == {"reach-the-pods"}
    assert passed.load()[0] == {"reach-the-pods", "take-one-out"}
    assert list(kept.parent.iterdir()) == [kept]


def test_a_second_damaged_file_does_not_replace_the_first(kept: Path) -> None:
    for content in ("one", "two"):
        kept.write_text(content)
        passed.record("reach-the-pods")
    assert sorted(path.read_text() for path in kept.parent.glob("*broken*")) == ["one", "two"]


def test_what_is_noted_is_kept_in_its_order_and_beside_what_was_passed(kept: Path) -> None:
    kept.write_text('{"passed": ["take-one-out"]}')  # as older versions wrote it
    passed.note("answers", "one", False)
    passed.note("answers", "one", True)
    passed.note("drills", "one", {"seed": 7})
    passed.record("reach-the-pods")
    assert passed.noted("answers") == {"one": [False, True]}
    assert passed.noted("drills") == {"one": [{"seed": 7}]}
    assert passed.noted("nothing") == {}
    assert passed.load() == ({"take-one-out", "reach-the-pods"}, "")
    assert list(kept.parent.iterdir()) == [kept]


def test_what_cannot_be_saved_is_noted_here_and_saved_once_as_soon_as_that_works(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept.parent / "missing" / "progress.json"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(path))
    passed.note("answers", "one", False)
    passed.note("answers", "one", True)
    assert passed.noted("answers") == {"one": [False, True]}
    assert "could not be saved" in passed.record("reach-the-pods")  # noting has not used up what is said once
    path.parent.mkdir()
    passed.note("answers", "two", True)
    assert progress_file.read(path).noted == {"answers": {"one": [False, True], "two": [True]}}
    assert passed.noted("answers") == {"one": [False, True], "two": [True]}


def test_threads_of_one_kernel_note_each_thing_once(kept: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: passed.note("answers", str(number % 3), number), range(30)))
    noted = passed.noted("answers")
    assert {key: sorted(entries) for key, entries in noted.items()} == {
        str(key): list(range(key, 30, 3)) for key in range(3)
    }


def test_notebooks_that_pass_at_the_same_time_lose_nothing(kept: Path) -> None:
    code = """if True:
        import sys
        from kubelearn.course import passed
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(40):
            assert passed.record(f"{sys.argv[1]}-{number}") == ""
            passed.note("answers", "one", f"{sys.argv[1]}-{number}")
    """
    kernels = [
        subprocess.Popen([sys.executable, "-c", code, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in "abc"
    ]
    for kernel in kernels:
        assert kernel.stdout
        assert kernel.stdout.readline() == "ready\n"
    for kernel in kernels:
        assert kernel.stdin
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    for kernel in kernels:
        kernel.communicate(timeout=60)
        assert kernel.returncode == 0
    names = {f"{name}-{number}" for name in "abc" for number in range(40)}
    assert progress_file.read(kept).passed == names
    assert sorted(progress_file.read(kept).noted["answers"]["one"]) == sorted(names)
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.skipif(os.name != "posix", reason="Windows locks no folders")
def test_a_kernel_that_stopped_while_writing_is_not_waited_for_without_end(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(progress_file, "_TURN", 0.1)
    descriptor = os.open(kept.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert passed.record("reach-the-pods") == ""
    os.close(descriptor)
    assert progress_file.read(kept).passed == {"reach-the-pods"}
