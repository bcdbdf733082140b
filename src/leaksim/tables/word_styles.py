"""Styles of Word documents: a table with rules above, below and under its head; captions, cells and notes.

They are real styles of the document: who changes one in Word changes every table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

TABLE, CELL, NOTES = "Leaksim Table", "Leaksim Cell", "Leaksim Notes"
"""Names of the styles; the caption has the style that Word itself gives to captions."""

_FONT = "Times New Roman"

_TABLE_XML = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="LeaksimTable">
  <w:name w:val="{TABLE}"/>
  <w:basedOn w:val="TableNormal"/>
  <w:uiPriority w:val="99"/>
  <w:qFormat/>
  <w:tblPr>
    <w:tblBorders>
      <w:top w:val="single" w:sz="12" w:space="0" w:color="auto"/>
      <w:bottom w:val="single" w:sz="12" w:space="0" w:color="auto"/>
    </w:tblBorders>
    <w:tblCellMar>
      <w:left w:w="60" w:type="dxa"/>
      <w:right w:w="60" w:type="dxa"/>
    </w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:tcPr><w:vAlign w:val="bottom"/></w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def add_styles(document: Document) -> None:
    """Add the styles to a document, and set the type of what it has already."""
    document.styles.element.append(parse_xml(_TABLE_XML))
    normal = _paragraph_style(document, "Normal")
    normal.font.name, normal.font.size = _FONT, Pt(10)
    cell = _new(document, CELL, size=9)
    cell.paragraph_format.line_spacing = 1.0
    cell.paragraph_format.space_before, cell.paragraph_format.space_after = Pt(1.5), Pt(1.5)
    _new(document, NOTES, size=8).paragraph_format.space_before = Pt(2)
    caption = _paragraph_style(document, "Caption")
    caption.font.name, caption.font.size, caption.font.bold = _FONT, Pt(10), True
    caption.font.color.rgb = RGBColor(0, 0, 0)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(4)


def _new(document: Document, name: str, *, size: float) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.font.size = Pt(size)
    style.paragraph_format.space_after = Pt(0)
    return style


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    style: ParagraphStyle = document.styles[name]
    return style
