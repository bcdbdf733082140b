"""The role ``par``: the id of a parameter, linked to its row in the table of parameters.

A ``*`` stands for one or more words of the id, as in ``{par}`demand.choke.*```; the link goes to the first that fits.
An id that the registry does not have is a warning, and warnings stop the build.
"""

from fnmatch import fnmatchcase

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from leaksim.evidence.registry import load_registry


def target(identifier: str) -> str:
    """Return the label of a parameter's row."""
    return f"parameter-{identifier}".replace(".", "-").replace("_", "-")


class ParameterRole(SphinxRole):
    """A parameter's id as a link."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link, or say that there is nothing to link to."""
        shown = nodes.literal(self.rawtext, self.text, classes=["parameter"])
        found = next((name for name in load_registry().parameters if fnmatchcase(name, self.text)), None)
        if found is None:
            message = self.inliner.reporter.warning(f"no parameter is called '{self.text}'", line=self.lineno)
            return [shown], [message]
        link = pending_xref(
            "",
            shown,
            refdomain="std",
            reftype="ref",
            reftarget=target(found),
            refexplicit=True,
            refdoc=self.env.docname,
            refwarn=True,
        )
        return [link], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the role."""
    app.add_role("par", ParameterRole())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
