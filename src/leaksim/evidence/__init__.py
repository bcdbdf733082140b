"""What is known: parameters, figures and instruments, each with its sources."""

from leaksim.evidence.bibliography import bibliography_keys, bibtex, plain_reference
from leaksim.evidence.errors import EvidenceError, UnitError, UnknownParameter, UnknownReference
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.evidence.provenance import Provenance, provenance
from leaksim.evidence.registry import Figure, Parameter, Registry, Rival, load_registry, read_registry
from leaksim.evidence.units import dimension, parse_quantity

__all__ = [
    "EvidenceError",
    "Figure",
    "Instrument",
    "Parameter",
    "Provenance",
    "Provision",
    "Registry",
    "Rival",
    "UnitError",
    "UnknownParameter",
    "UnknownReference",
    "bibliography_keys",
    "bibtex",
    "dimension",
    "load_registry",
    "parse_quantity",
    "plain_reference",
    "provenance",
    "read_registry",
]
