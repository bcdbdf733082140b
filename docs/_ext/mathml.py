"""Formulas as MathML, which browsers draw and screen readers read without any script."""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

_LOGGER = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name that conf.py gives to `html_math_renderer`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_drawn(node, "inline"))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{_drawn(node, "block")}</div>')
    raise nodes.SkipNode


def _drawn(node: nodes.math | nodes.math_block, display: str) -> str:
    formula = str(convert(node.astext(), display=display))
    # The converter passes on what it does not know; a reader would see TeX.
    if "\\" in formula or "<mi>&</mi>" in formula:
        _LOGGER.warning("the converter does not know all of this formula: %s", node.astext(), location=node)
    return formula
