"""Quizzes, exercises and links to sections in JupyterLab, with the keyboard alone where that matters."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kubelearn.course.quizzes import Question, read

from .conftest import ROOT, Open
from .lab import PATIENCE, Lab
from .test_widgets import violations

expect: Any = pytest.importorskip("playwright.sync_api").expect

LESSON = "03-creating-services"
#: A notebook with a cell before the quiz and one after it.
CELLS = ("first = 1", f'import kubelearn; kubelearn.quiz("{LESSON}")', "last = 1")
#: Whether a control's ring stands within everything that would cut it off.
RING_IS_WHOLE = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
  const around = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  if (style.outlineStyle !== "solid" || around < 2) return `no ring: ${style.outline}`;
  for (let outer = focused.parentElement; outer !== document.body; outer = outer.parentElement) {
    if (getComputedStyle(outer).overflowX === "visible" && getComputedStyle(outer).overflowY === "visible") continue;
    const edge = outer.getBoundingClientRect();
    if (box.left - around < edge.left || box.right + around > edge.right || box.top - around < edge.top
      || box.bottom + around > edge.bottom) return `cut off by ${outer.className}`;
  }
  return "whole";
}"""


def right(question: Question) -> int:
    return [answer.correct for answer in question.answers].index(True)


def wrong(question: Question) -> int:
    return [answer.correct for answer in question.answers].index(False)


def group(page: Any, number: int) -> Any:
    """Return the question with the number, from 1 on."""
    return page.get_by_role("group", name=f"{number}. ")


def keep(page: Any, name: str) -> None:
    """Keep a screenshot, if a folder for them is given."""
    if os.environ.get("KUBELEARN_SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["KUBELEARN_SCREENSHOTS"]) / f"{name}.png")


def sources(page: Any) -> Sequence[str]:
    """Return the notebook's cells, as far as the page shows them."""
    found: Sequence[str] = page.locator(".jp-Notebook .jp-Cell .cm-content").all_text_contents()
    return found


def focused(page: Any) -> str:
    """Return what has the focus, in a word."""
    return str(
        page.evaluate("""() => {
      const focused = document.activeElement;
      return focused.closest(".kubelearn-choices") && (focused.textContent || focused.type);
    }""")
    )


def test_a_quiz_is_answered_with_the_keyboard(notebook: Open) -> None:
    page = notebook(["import kubelearn", 'kubelearn.quiz("02-services")'])
    question = read("02-services")[0]
    count = len(read("02-services"))
    radios = page.get_by_role("radio")
    radios.first.wait_for()
    assert radios.count() == sum(len(question.answers) for question in read("02-services"))
    assert page.locator(".jp-OutputArea-output details").count() == 0  # with a kernel there is the widget, not the page
    first = group(page, 1).get_by_role("radio")
    button = page.get_by_role("button", name="Answer question 1")
    button.focus()
    page.keyboard.press("Enter")
    expect(group(page, 1).get_by_role("status")).to_have_text("Choose an answer first.")
    page.keyboard.press("Shift+Tab")
    expect(first.last).to_be_focused()  # nothing is chosen: backwards, the last one is the next
    first.first.focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()  # the answers are one stop
    first.first.focus()
    page.keyboard.press("Space")
    expect(first.first).to_be_checked()
    expect(group(page, 1).get_by_role("status")).to_have_text("")
    for key, place in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        expect(first.nth(place)).to_be_focused()
        expect(first.nth(place)).to_be_checked()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    status = page.get_by_role("status")
    expect(status.filter(has_text=question.answers[1].feedback)).to_be_visible()
    expect(status.filter(has_text=f"1 of {count} questions answered right")).to_be_visible()
    page.keyboard.press("Tab")
    expect(group(page, 2).get_by_role("radio").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # on an answer it is as good as on the button
    expect(status.filter(has_text=read("02-services")[1].answers[1].feedback)).to_be_visible()
    in_all = 1 + read("02-services")[1].answers[1].correct
    expect(status.filter(has_text=f"{in_all} of {count} questions answered right")).to_be_visible()


def test_a_verdict_goes_when_the_choice_changes(notebook: Open) -> None:
    page = notebook(CELLS)
    question = read(LESSON)[0]
    status, radios = group(page, 1).get_by_role("status"), group(page, 1).get_by_role("radio")
    button = page.get_by_role("button", name="Answer question 1")
    tally = page.get_by_role("status").filter(has_text="questions answered right")
    group(page, 1).get_by_text(question.answers[right(question)].text, exact=True).click()
    expect(radios.nth(right(question))).to_be_focused()
    button.click()
    expect(status).to_contain_text("✓ Right.")
    expect(tally).to_have_text("1 of 6 questions answered right.")
    group(page, 1).get_by_text(question.answers[wrong(question)].text, exact=True).click()
    expect(status).to_have_text("")
    expect(tally).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(radios.nth(right(question))).to_be_checked()
    expect(status).to_have_text("")  # right again, but not checked
    page.keyboard.press("ArrowUp")
    button.click()
    expect(status).to_contain_text("✗ Not quite.")
    expect(tally).to_have_text("0 of 6 questions answered right.")


def test_what_the_kernel_replies_goes_when_the_choice_changes_and_may_lock_it(notebook: Open) -> None:
    make = """from kubelearn.course.choices import Answer, Question
from kubelearn.course.choices.view import Choices

class Diagnosis(Choices):
    gives_feedback = False
    def on_commit(self, number):
        self.reply(number, "Committed.", "other", lock=self.is_right(number))

asked = [Question(text, (Answer("Port", ""), Answer("Name", "", correct=True))) for text in ("One?", "Other?")]"""
    page = notebook([make, 'Diagnosis("diagnosis", asked, ["Commit one", "Commit the other"])'])
    one = page.get_by_role("group", name="One?")
    one.get_by_role("radio", name="Port").check()
    one.get_by_role("button", name="Commit one").click()
    expect(one.get_by_role("status")).to_have_text("≠ Committed.")
    one.get_by_role("radio", name="Name").check()
    expect(one.get_by_role("status")).to_have_text("")
    expect(one.get_by_role("radio", name="Name")).to_be_enabled()
    one.get_by_role("button", name="Commit one").press("Enter")
    expect(one.get_by_role("status")).to_have_text("≠ Committed.")
    expect(one.get_by_role("radio", name="Name")).to_be_disabled()
    expect(one).to_be_focused()  # not the notebook, which keys would act on
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="Other?").get_by_role("radio").first).to_be_focused()
    assert violations(page) == []


#: What the focus is put on, and keys that JupyterLab takes for its cells: delete, undo, cut, merge, change, interrupt.
PARTS = ("option by mouse", "option by keyboard", "button", "question's text", "verdict's text")
LETTERS = (*"ddaabbxzcvmyrkii00", "Shift+M", "Shift+L", "Escape", "Delete", "Backspace", "Home", "End", "d", "d")
OTHERS = ("ArrowUp", "ArrowUp", "ArrowDown", "ArrowLeft", "Space", "Enter", "Shift+Enter", "Escape", "x", "d", "d")


def put_focus(page: Any, part: str) -> None:
    """Answer the first question wrongly, and put the focus on a part of it as a learner does."""
    question = read(LESSON)[0]
    answer = group(page, 1).get_by_text(question.answers[wrong(question)].text, exact=True)
    answer.click()
    page.get_by_role("button", name="Answer question 1").click()
    if part == "option by mouse":
        answer.click()
    elif part == "option by keyboard":
        page.keyboard.press("Shift+Tab")
    elif part == "question's text":
        group(page, 1).get_by_text("On which port do clients").click()
    elif part == "verdict's text":
        group(page, 1).get_by_text("Not quite").click()


def test_keys_stay_inside_the_quiz(notebook: Open) -> None:
    page = notebook(CELLS)
    for part in PARTS:
        put_focus(page, part)
        where = focused(page)
        assert where != "None", part
        for key in LETTERS:
            page.keyboard.press(key)
            assert focused(page) == where, (part, key)
        expect(group(page, 1).get_by_role("status")).to_contain_text("Not quite.")
        for key in OTHERS:
            page.keyboard.press(key)
            assert focused(page) == where, (part, key)
        assert sources(page) == list(CELLS), part
        expect(page.locator(".jp-Cell.jp-mod-active")).to_have_count(1)
        expect(page.locator(".jp-Cell").nth(1)).to_have_class(re.compile("jp-mod-active"))
        expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.locator(".jp-Cell").first.locator(".jp-InputPrompt").click()  # outside they are the notebook's
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)


def test_keys_stay_inside_while_a_cell_is_edited(notebook: Open) -> None:
    page = notebook(CELLS)
    page.get_by_role("radio").first.wait_for()
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.type("X")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("abc")
    expect(page.get_by_role("radio").nth(1)).to_be_focused()
    assert sum("abc" in source for source in sources(page)) == 0


def test_a_passed_quiz_is_recorded_and_says_so(notebook: Open, lab: Lab) -> None:
    kept = lab.folder / "recorded.json"
    page = notebook(["import os; os.environ['KUBELEARN_PROGRESS'] = 'recorded.json'", *CELLS])
    for number, question in enumerate(read(LESSON), 1):
        group(page, number).get_by_role("radio").nth(right(question)).check()
        assert not kept.exists() or "quiz-" not in kept.read_text()
        page.get_by_role("button", name=f"Answer question {number}").click()
    tally = page.get_by_role("status").filter(has_text="6 of 6 questions answered right")
    shown = "✓ 6 of 6 questions answered right. Recorded: kubelearn.progress() shows what you have passed."
    expect(tally).to_have_text(shown)
    assert "quiz-03-creating-services" in kept.read_text()
    group(page, 6).get_by_role("radio").first.check()
    expect(page.get_by_role("status").last).to_have_text("5 of 6 questions answered right.")


def test_a_busy_kernel_delays_no_verdict_and_the_record_is_said_to_be_late(notebook: Open, lab: Lab) -> None:
    go = lab.folder / "go"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.05)"
    page = notebook(["import os; os.environ['KUBELEARN_PROGRESS'] = 'late.json'", CELLS[1], wait])
    for number, question in enumerate(read(LESSON), 1):
        group(page, number).get_by_role("radio").nth(right(question)).check()
        page.get_by_role("button", name=f"Answer question {number}").click()
        expect(group(page, number).get_by_role("status")).to_contain_text("Right.")
    tally = page.get_by_role("status").filter(has_text="6 of 6 questions answered right")
    expect(tally).to_contain_text("Not recorded yet: the kernel is busy.")
    go.touch()
    expect(tally).to_contain_text("Recorded: ", timeout=PATIENCE)
    expect(tally).not_to_contain_text("Not recorded")


#: The signs, with their colour and its contrasts to the sign's own colour and to the page.
SIGNS = """() => {
  const linear = channel => channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  const light = color => color.match(/[\\d.]+/g).slice(0, 3).map(channel => linear(channel / 255))
    .reduce((sum, channel, place) => sum + channel * [0.2126, 0.7152, 0.0722][place], 0.05);
  const contrast = (one, other) => Math.max(light(one), light(other)) / Math.min(light(one), light(other));
  const page = getComputedStyle(document.querySelector(".jp-Notebook")).backgroundColor;
  return [...document.querySelectorAll(".kubelearn-choices-sign")].map(sign => {
    const { color, backgroundColor } = getComputedStyle(sign);
    return [sign.textContent, backgroundColor, contrast(color, backgroundColor), contrast(backgroundColor, page)];
  });
}"""


@pytest.mark.parametrize(("dark", "zoom"), [(False, 1), (True, 1), (False, 2), (True, 2)])
def test_signs_colours_code_and_rings(notebook: Open, dark: bool, zoom: float) -> None:
    page = notebook(CELLS, dark=dark, zoom=zoom)
    page.get_by_role("radio").first.wait_for()
    for number, chosen in ((4, right), (5, wrong)):
        group(page, number).get_by_role("radio").nth(chosen(read(LESSON)[number - 1])).check()
        page.get_by_role("button", name=f"Answer question {number}").click()
        expect(group(page, number).get_by_role("status")).to_contain_text(re.compile("[✓✗]"))
    assert violations(page) == []
    signs = page.evaluate(SIGNS)
    assert [sign for sign, *_ in signs] == ["✓", "✗"]
    assert signs[0][1] != signs[1][1]
    for sign, _, to_background, to_page in signs:
        assert to_background >= 4.5, sign
        assert to_page >= 3, sign
    code = group(page, 5).locator("legend code").all_inner_texts()
    assert code == ["kubectl", 'unknown field "metadata.selector"']
    assert group(page, 5).locator("label code").all_inner_texts() == ["spec:"]
    assert group(page, 5).get_by_role("status").locator("code").count() >= 1
    assert "`" not in page.locator(".kubelearn-choices").inner_text()
    quiz = page.locator(".kubelearn-choices")
    assert quiz.evaluate("quiz => quiz.scrollWidth - quiz.clientWidth") <= 0  # nothing is scrolled sideways
    page.get_by_role("radio").first.focus()
    for _ in read(LESSON):
        page.keyboard.press("ArrowDown")
        assert page.evaluate(RING_IS_WHOLE) == "whole", focused(page)
        page.keyboard.press("Tab")
        assert page.evaluate(RING_IS_WHOLE) == "whole", focused(page)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Answer question 5").focus()
    keep(page, f"quiz-{'dark' if dark else 'light'}-{zoom}")


def test_what_authors_write_is_shown_as_it_is(notebook: Open) -> None:
    page = notebook(
        [
            "from kubelearn.course.quizzes import Answer, Question\nfrom kubelearn.course.quizzes.view import Quiz",
            """evil = "<img src=x onerror='document.title=1'> `<script>` \\" ' & &lt; <b>"
Quiz("99", [Question(evil, (Answer(evil, evil, correct=True), Answer(evil + "2", evil)))])""",
        ]
    )
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Answer question 1").click()
    text = "<img src=x onerror='document.title=1'> <script> \" ' & &lt; <b>"
    expect(page.get_by_role("radio", name=text, exact=True)).to_be_checked()
    expect(group(page, 1).get_by_role("status")).to_have_text(f"✓ Right. {text}")
    assert page.locator(".kubelearn-choices :is(img, b, script)").count() == 0


def test_two_views_of_a_quiz_agree_and_do_not_share_a_group(notebook: Open) -> None:
    page = notebook(["import kubelearn", f'quiz = kubelearn.quiz("{LESSON}"); quiz', "quiz"])
    views = page.locator(".kubelearn-choices")
    expect(views).to_have_count(2)
    question = read(LESSON)[0]
    first, second = (group(views.nth(number), 1) for number in range(2))
    first.get_by_role("radio").nth(right(question)).check()
    expect(second.get_by_role("radio").nth(right(question))).to_be_checked()
    expect(first.get_by_role("radio").nth(right(question))).to_be_checked()
    second.get_by_role("button").click()
    expect(first.get_by_role("status")).to_contain_text("Right.")
    second.get_by_role("radio").nth(wrong(question)).check()
    expect(first.get_by_role("status")).to_have_text("")


def test_after_a_restart_it_says_what_to_do(notebook: Open) -> None:
    page = notebook(CELLS)
    group(page, 1).get_by_role("radio").first.check()
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_text("Restart Kernel…", exact=True).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    notice = page.get_by_role("status").filter(has_text="The kernel was restarted. Run this cell again")
    expect(notice).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("radio").first).to_be_disabled()
    expect(page.get_by_role("button", name="Answer question 1")).to_be_disabled()
    assert violations(page) == []
    page.get_by_text(re.compile(r"\| Idle")).wait_for()  # what is run before that is lost
    page.locator(".jp-Cell .cm-content").nth(1).click()
    page.keyboard.press("Control+Enter")
    expect(notice).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("radio").first).to_be_enabled(timeout=PATIENCE)
    expect(page.get_by_role("radio").first).not_to_be_checked()


def test_an_exercise_shows_its_task_and_outcome(notebook: Open, kubectl: str) -> None:
    page = notebook(
        [
            "import kubelearn\ncluster = kubelearn.connect()\nex = kubelearn.exercise('first-pod', cluster)\nex",
            "ex.check()",
            "ex.solution()",
        ]
    )
    expect(page.locator(".jp-RenderedMarkdown strong", has_text="Exercise: run a pod")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".jp-RenderedMarkdown strong", has_text="Not attempted.")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".jp-RenderedMarkdown pre", has_text="kubectl run first --image=")).to_be_visible(
        timeout=PATIENCE
    )


def test_the_overview_leads_to_its_sections(notebook: Open) -> None:
    content = nbformat.read(ROOT / "notebooks" / "02-services.ipynb", as_version=4)
    content.cells = [cell for cell in content.cells if cell.cell_type == "markdown"]
    page = notebook(content)
    heading = page.locator("h2", has_text="Other types of Service")
    link = page.get_by_role("link", name="Other types of Service")
    link.scroll_into_view_if_needed()
    expect(heading).not_to_be_in_viewport()
    link.click()
    expect(heading).to_be_in_viewport()
