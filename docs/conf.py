"""The course as a web site: ``sphinx-build -W -c docs . site``, at the root of the repository.

The root is the folder of sources, so that links between notebooks, pages and files are those of the repository.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

_ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(_ROOT / "docs" / "_ext"))
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = _PROJECT["name"]
author = ", ".join(each["name"] for each in _PROJECT["authors"])
project_copyright = f"{author}, {_PROJECT['license']}"
language = "en"
extensions = ["myst_nb", "course_site"]

root_doc = "docs/index"
include_patterns = ["docs/**", "notebooks/*.ipynb"]
# The first keeps Sphinx out of all other folders; decisions are for those who read the code.
exclude_patterns = ["[!dn]*", "**/_*", "**/.ipynb_checkpoints", "docs/decisions"]
course_site_repository = f"{_PROJECT['urls']['Repository']}/blob/main/"

nb_execution_mode = "off"  # notebooks have their outputs
nb_render_markdown_format = "gfm"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # by default, a page with widgets loads them from a CDN
myst_heading_anchors = 6

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css"]
templates_path = ["_templates"]
html_additional_pages = {"index": "start.html"}  # the site's address leads to the home page
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_sidebars = {"**": ["course-nav.html"]}
html_theme_options = {
    "navbar_center": [],
    "article_header_start": ["binder.html"],
    "secondary_sidebar_items": {"docs/**": ["page-toc"]},  # a lesson begins with its own list, and code is wide
    "icon_links": [{"name": "GitHub", "url": _PROJECT["urls"]["Repository"], "icon": "fa-brands fa-github"}],
    "search_bar_text": "Search the course",
    "footer_end": [],
}
