"""How the pages of leaksim are built: Sphinx with MyST, nothing loaded from a network."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

from leaksim.version import __version__  # noqa: E402

project = "leaksim"
author = "The leaksim authors"
copyright = "the leaksim authors"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinxcontrib.bibtex",
    "key_labels",
    "mathml",
    "parameter_role",
    "reference_pages",
]
exclude_patterns = ["_build"]
suppress_warnings = ["config.cache"]

myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
# So that two amounts in $m on one line are no formula.
myst_dmath_allow_space = False
myst_heading_anchors = 4

html_math_renderer = "mathml"

bibtex_bibfiles = ["../src/leaksim/evidence/data/sources.bib", "methods.bib"]
bibtex_default_style = "keys"

# `words` between single backticks in docstrings are code.
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

html_theme = "furo"
html_title = f"leaksim {__version__}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"
