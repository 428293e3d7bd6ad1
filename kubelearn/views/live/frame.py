"""The frame that a widget's picture is drawn in."""

from __future__ import annotations

import anywidget
import traitlets

# JupyterLab takes keys for the notebook wherever the focus is not in a text field: arrow keys would not move a slider
# or scroll a picture.
_SCRIPT = """
const ASLEEP = '<p class="kubelearn-asleep">Stored with the notebook: run the cell to make it live.</p>';
function keepKeys(event) {
  if (event.target.closest(".kubelearn-live")) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
}
function render({ model, el }) {
  document.addEventListener("focusin", keepKeys);  // the same function again is no second listener
  el.classList.add("kubelearn-frame");
  const draw = () => { el.innerHTML = ASLEEP + model.get("value"); };
  // A stop for the Tab key only where there is something to scroll.
  const observer = new ResizeObserver(() => {
    if (el.scrollWidth > el.clientWidth) el.tabIndex = 0; else el.removeAttribute("tabindex");
  });
  observer.observe(el);
  model.on("change:value", draw);
  draw();
  return () => observer.disconnect();
}
export default { render };
"""
# Buttons and boxes without a label stand in one line with the fields of the others.
_STYLE = """
.kubelearn-live { container-type: inline-size; }
.kubelearn-live > .widget-hbox { align-items: center; gap: 2px 8px; }
.kubelearn-live .widget-checkbox input[type=checkbox] { margin: 0 6px 0 0; align-self: center; }
.kubelearn-live > .widget-hbox > .widget-checkbox:first-child { margin-left: 88px; }
@container (max-width: 620px) {
  .kubelearn-live > .widget-hbox > .widget-button { margin-left: 88px; }
  .kubelearn-live > .widget-hbox > .widget-checkbox { flex: 1 0 100%; }
  .kubelearn-live > .widget-hbox > .widget-checkbox:not(:first-child) { padding-left: 88px; }
}
.kubelearn-frame {
  overflow: auto; max-width: 100%; container-type: inline-size;
  font-size: var(--jp-widgets-font-size, 13px); color: var(--jp-ui-font-color1, black);
}
.kubelearn-frame svg { display: block; width: 100%; height: auto; font-family: var(--jp-ui-font-family, sans-serif); }
.kubelearn-wide { max-width: 760px; }
.kubelearn-narrow { display: none; max-width: 480px; }
@container (max-width: 620px) {
  .kubelearn-wide { display: none; }
  .kubelearn-narrow { display: block; }
}
.kubelearn-asleep { display: none; }
.jupyter-widgets-disconnected .kubelearn-asleep { display: block; }
.kubelearn-live.jupyter-widgets-disconnected > .widget-hbox { display: none; }
.kubelearn-live.jupyter-widgets-disconnected::before,
.kubelearn-live .jupyter-widgets-disconnected::before { display: none; }
.kubelearn-frame td, .kubelearn-frame th { text-align: left; padding: 2px 10px; }
"""


class Frame(anywidget.AnyWidget):
    """Shows HTML; what is too wide is scrolled, by keyboard, too."""

    _esm = _SCRIPT
    _css = _STYLE
    value = traitlets.Unicode("").tag(sync=True)
