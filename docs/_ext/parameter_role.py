"""The role ``par``: the id of a parameter, linked to its row in the table of parameters.

A ``*`` stands for one or more words of the id, as in ``{par}`demand.choke.*```; the link goes to the first that fits.
An id that the registry does not have is a warning, and warnings stop the build.
"""

from fnmatch import fnmatchcase

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode

from leaksim.evidence.registry import load_registry

_TABLE = "reference/parameters"


def target(identifier: str) -> str:
    """Return the anchor of a parameter's row."""
    return f"parameter-{identifier}".replace(".", "-").replace("_", "-")


class ParameterRole(SphinxRole):
    """A parameter's id as a link."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link, or say that there is nothing to link to."""
        shown = nodes.literal(self.rawtext, self.text)
        found = next((name for name in load_registry().parameters if fnmatchcase(name, self.text)), None)
        if found is None:
            message = self.inliner.reporter.warning(f"no parameter is called '{self.text}'", line=self.lineno)
            return [shown], [message]
        return [pending_xref("", shown, refdomain="", reftype="parameter", reftarget=target(found))], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the role."""
    app.add_role("par", ParameterRole())
    app.connect("missing-reference", _linked)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _linked(
    app: Sphinx, environment: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.reference | None:
    if node["reftype"] != "parameter":
        return None
    return make_refnode(app.builder, environment.current_document.docname, _TABLE, node["reftarget"], [shown])
