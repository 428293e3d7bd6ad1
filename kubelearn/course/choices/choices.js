// Questions in the page. Feedback that the page has is given here, so that a busy kernel delays none.
const WAITING = "Not recorded yet: the kernel is busy. If it was restarted, run this cell again.";
const PATIENCE = 1000;  // milliseconds until that is said
const LOST = "The kernel was restarted. Run this cell again to answer.";
const SIGNS = { right: "✓", wrong: "✗", other: "≠" };

function make(tag, name, properties = {}) {
  return Object.assign(document.createElement(tag), { className: `kubelearn-choices-${name}`, ...properties });
}

// All HTML comes from Python, where what authors write is escaped. What stays as it is is not read aloud again.
function say(region, html, outcome = "") {
  const sign = outcome && `<span class="kubelearn-choices-sign" aria-hidden="true">${SIGNS[outcome]}</span> `;
  if (region.dataset.said === sign + html) return;
  region.dataset.said = sign + html;
  region.innerHTML = outcome ? `${sign}<span>${html}</span>` : html;
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

// A control that is disabled loses the focus, and keys would reach the notebook.
function disable(node, disabled) {
  if (disabled && node.contains(document.activeElement)) node.focus();
  node.disabled = disabled;
}

// One question; its parts change, but are never drawn again, so that the focus stays where it is.
function drawQuestion(question, title, choose, check) {
  const node = make("fieldset", "question", { tabIndex: -1 });
  const group = `kubelearn-choices-${Math.random().toString(36).slice(2)}`;  // one for each view
  const drawn = question.answers.map((answer, place) => drawOption(answer, group, () => choose(place)));
  const verdict = make("p", "verdict");
  verdict.setAttribute("role", "status");
  const answer = () => {
    if (drawn.some(({ radio }) => radio.checked)) check(); else say(verdict, "Choose an answer first.");
  };
  node.append(make("legend", "title", { innerHTML: title }), ...drawn.map(({ option }) => option));
  if (question.commit) {
    const button = make("button", "check", { type: "button", textContent: question.commit });
    button.addEventListener("click", answer);
    node.append(button);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.type === "radio") answer();
    });
  }
  node.append(verdict);
  const show = ({ chosen, checked, reply, locked }) => {
    drawn.forEach(({ radio }, place) => { radio.checked = place === chosen; });
    const answered = checked && question.answers[chosen];
    const stands = checked || locked || !question.commit;  // what was replied to an answer goes with the answer
    if (reply.html && stands) say(verdict, reply.html, reply.outcome);
    else if (answered?.verdict) say(verdict, answered.verdict, answered.correct ? "right" : "wrong");
    else say(verdict, "");
    disable(node, locked);
  };
  return { node, show };
}

// Keys that reach JupyterLab act on the notebook (d d deletes the cell), unless the element that has the focus says
// otherwise. Front ends differ in whether they listen before the page's elements or after them: both are kept away.
function keepKeys(root) {
  root.tabIndex = -1;  // after a click on text the focus is here, not on the notebook's cell
  for (const part of [root, ...root.querySelectorAll("input, button, fieldset")]) {
    part.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
  });
}

// Say how many are right, and whether that was recorded; returns what ends the waiting for that.
function drawTally(model, questions) {
  const tally = make("p", "tally");
  tally.setAttribute("role", "status");
  let timer;
  const stop = () => clearTimeout(timer);
  const show = (chosen, checked) => {
    const right = questions.filter(({ answers }, index) => checked[index] && answers[chosen[index]]?.correct).length;
    const count = `${right} of ${questions.length} questions answered right.`;
    const recorded = model.get("recorded");
    stop();
    if (!model.get("counts") || !checked.includes(true)) say(tally, "");
    else if (right < questions.length) say(tally, count);
    else {
      say(tally, `${count} ${recorded || ""}`, "right");
      if (recorded === "") timer = setTimeout(() => say(tally, `${count} ${WAITING}`, "right"), PATIENCE);
    }
  };
  return { tally, show, stop };
}

function render({ model, el }) {
  const questions = model.get("page");
  const change = (trait, index, value) => model.set(trait, Object.assign([...model.get(trait)], { [index]: value }));
  const drawn = questions.map((question, index) => drawQuestion(
    question,
    model.get("counts") ? `${index + 1}. ${question.question}` : question.question,
    (place) => { change("checked", index, false); change("chosen", index, place); model.save_changes(); },
    () => { change("checked", index, true); model.save_changes(); },
  ));
  const root = make("div", "all");
  const lost = make("p", "lost");
  lost.setAttribute("role", "status");
  const { tally, show: count, stop } = drawTally(model, questions);
  root.append(lost, ...drawn.map(({ node }) => node), tally);

  let ended = false;
  const show = () => {
    const [chosen, checked, replies, locked] = ["chosen", "checked", "replies", "locked"].map((name) => model.get(name));
    drawn.forEach((question, index) => question.show({
      chosen: chosen[index], checked: checked[index], reply: replies[index], locked: ended || locked[index],
    }));
    count(chosen, checked);
  };
  // ipywidgets tells of this once, when the kernel restarts: no later kernel knows the questions.
  const end = () => { ended = true; say(lost, LOST); show(); };
  model.on("comm_live_update", end);
  for (const name of ["chosen", "checked", "replies", "locked", "recorded"]) model.on(`change:${name}`, show);

  keepKeys(root);
  el.classList.add("kubelearn-choices");
  el.append(root);
  show();
  return stop;
}
export default { render };
