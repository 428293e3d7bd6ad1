// A quiz in the page. Verdicts are given here, so that a busy kernel delays none; it only records what was passed.
const WAITING = "Not recorded yet: the kernel is busy. If it was restarted, run this cell again.";
const PATIENCE = 1000;  // milliseconds until that is said
const LOST = "The kernel was restarted. Run this cell again to answer the questions.";
const SIGNS = { right: "✓", wrong: "✗" };

function make(tag, name, properties = {}) {
  return Object.assign(document.createElement(tag), { className: `kubelearn-quiz-${name}`, ...properties });
}

// All HTML comes from Python, where what authors write is escaped. What stays as it is is not read aloud again.
function say(region, html, outcome = "") {
  const sign = outcome && `<span class="kubelearn-quiz-sign" aria-hidden="true">${SIGNS[outcome]}</span> `;
  if (region.dataset.said === sign + html) return;
  region.dataset.said = region.innerHTML = sign + html;
  region.dataset.outcome = outcome;
}

function drawOption(answer, group, choose) {
  const option = make("label", "option");
  const radio = make("input", "radio", { type: "radio", name: group });
  radio.addEventListener("change", choose);
  radio.addEventListener("click", () => radio.focus());  // not every browser does
  option.append(radio, make("span", "text", { innerHTML: answer.text }));
  return { option, radio };
}

// One question; its parts change, but are never drawn again, so that the focus stays where it is.
function drawQuestion(question, number, choose, check) {
  const node = make("fieldset", "question");
  const group = `kubelearn-quiz-${Math.random().toString(36).slice(2)}`;  // one for each view
  const drawn = question.answers.map((answer, place) => drawOption(answer, group, () => choose(place)));
  const button = make("button", "check", { type: "button", textContent: `Answer question ${number}` });
  const verdict = make("p", "verdict");
  verdict.setAttribute("role", "status");
  const answer = () => {
    if (drawn.some(({ radio }) => radio.checked)) check(); else say(verdict, "Choose an answer first.");
  };
  button.addEventListener("click", answer);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "radio") answer();
  });
  const title = make("legend", "title", { innerHTML: `${number}. ${question.question}` });
  node.append(title, ...drawn.map(({ option }) => option), button, verdict);
  const show = (chosen, checked) => {
    drawn.forEach(({ radio }, place) => { radio.checked = place === chosen; });
    const answered = checked && question.answers[chosen];
    if (answered) say(verdict, answered.verdict, answered.correct ? "right" : "wrong"); else say(verdict, "");
  };
  return { node, show };
}

// Keys that reach JupyterLab act on the notebook (d d deletes the cell), unless the element that has the focus says
// otherwise. Front ends differ in whether they listen before the page's elements or after them: both are kept away.
function keepKeys(root) {
  root.tabIndex = -1;  // after a click on text the focus is here, not on the notebook's cell
  for (const part of [root, ...root.querySelectorAll("input, button")]) {
    part.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
  });
}

function render({ model, el }) {
  const questions = model.get("page");
  const change = (trait, index, value) => model.set(trait, Object.assign([...model.get(trait)], { [index]: value }));
  const drawn = questions.map((question, index) => drawQuestion(
    question,
    index + 1,
    (place) => { change("checked", index, false); change("chosen", index, place); model.save_changes(); },
    () => { change("checked", index, true); model.save_changes(); },
  ));
  const root = make("div", "questions");
  const tally = make("p", "tally");
  tally.setAttribute("role", "status");
  const lost = make("p", "lost");
  lost.setAttribute("role", "status");
  root.append(lost, ...drawn.map(({ node }) => node), tally);

  let timer;
  const show = () => {
    const [chosen, checked] = [model.get("chosen"), model.get("checked")];
    drawn.forEach((question, index) => question.show(chosen[index], checked[index]));
    const right = questions.filter(({ answers }, index) => checked[index] && answers[chosen[index]]?.correct).length;
    const count = `${right} of ${questions.length} questions answered right.`;
    clearTimeout(timer);
    if (!checked.includes(true)) say(tally, "");
    else if (right < questions.length) say(tally, count);
    else {
      say(tally, `${count} ${model.get("recorded")}`, "right");
      if (!model.get("recorded")) timer = setTimeout(() => say(tally, `${count} ${WAITING}`, "right"), PATIENCE);
    }
  };
  // ipywidgets tells of this once, when the kernel restarts: no later kernel knows the quiz.
  const end = () => {
    say(lost, LOST);
    drawn.forEach(({ node }) => { node.disabled = true; });
  };
  model.on("comm_live_update", end);
  for (const trait of ["chosen", "checked", "recorded"]) model.on(`change:${trait}`, show);

  keepKeys(root);
  el.classList.add("kubelearn-quiz");
  el.append(root);
  show();
  return () => clearTimeout(timer);
}
export default { render };
