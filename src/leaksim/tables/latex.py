"""Tables for LaTeX: booktabs, threeparttable with notes, columns of siunitx, citations by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from leaksim.tables.cells import Cell
from leaksim.tables.latex_shape import Shape
from leaksim.tables.latex_text import breakable, latex_text, needs_another_engine
from leaksim.tables.model import Group, Row, Table
from leaksim.tables.tracing import marks_of, places_of

PACKAGES = ("array", "booktabs", "siunitx", "tabularx", "threeparttable")
"""What a text has to load; siunitx from version 3 on."""

_INDENT = r"\quad "


def latex(table: Table) -> str:
    """Write a table for LaTeX.

    It takes one column of a two-column article where it fits, else both, and goes over to further pages as floats of
    the same number. A comment above each row says where its values stand.
    """
    shape = Shape(table)
    parts = list(shape.parts())
    lines = [
        f"% {table.name}: made by leaksim table. In the preamble: \\usepackage{{{','.join(PACKAGES)}}}",
        "% and for the citations the bibliography that `leaksim cite --format bibtex` writes.",
        *([_OTHER_ENGINE] if needs_another_engine(_all_text(table)) else []),
    ]
    for number, groups in enumerate(parts, start=1):
        lines += _float(table, shape, groups, number, len(parts))
    return "\n".join(lines) + "\n"


_OTHER_ENGINE = (
    "% It has letters for which LuaLaTeX is needed, and a font that has them: \\usepackage{fontspec}, \\setmainfont"
)


def warnings(table: Table) -> Iterator[str]:
    """Yield what the author should know before the table goes into a text."""
    if needs_another_engine(_all_text(table)):
        yield "some letters need LuaLaTeX, and a font that has them (fontspec, \\setmainfont)"
    if not Shape(table).fits:
        yield (
            "the table is wider than a page: leave out columns in a layout of your own, or have scenarios as rows "
            "instead of columns"
        )


def _float(table: Table, shape: Shape, groups: Sequence[Group], number: int, parts: int) -> Iterator[str]:
    kind = "table*" if shape.is_wide else "table"
    yield f"\\begin{{{kind}}}[tbp]"
    yield f"\\centering{shape.type_size}"
    yield r"\setlength{\tabcolsep}{4pt}"
    if shape.has_numbers:
        yield r"\sisetup{group-separator={,},group-minimum-digits=4,retain-explicit-plus,table-number-alignment=center}"
    yield r"\begin{threeparttable}"
    yield from _caption(table, number)
    yield f"\\begin{{tabularx}}{{\\linewidth}}{{@{{}}{_columns(table, shape)}@{{}}}}"
    yield r"\toprule"
    yield from _head(table, shape)
    yield r"\midrule"
    for index, group in enumerate(groups):
        if group.heading:
            yield from ([r"\addlinespace"] if index else [])
            yield f"{_across(table, group.heading)} \\\\"
        for row in group.rows:
            yield from _row(row, table, shape)
    yield r"\bottomrule"
    yield r"\end{tabularx}"
    yield from _notes(table, groups, is_last=number == parts)
    yield r"\end{threeparttable}"
    yield f"\\end{{{kind}}}"


def _caption(table: Table, number: int) -> Iterator[str]:
    title = latex_text(table.title)
    if number == 1:
        yield f"\\caption{{{title}}}\\label{{{table.label}}}"
    else:
        yield r"\addtocounter{table}{-1}"
        yield f"\\caption[]{{{title} (continued)}}"


def _columns(table: Table, shape: Shape) -> str:
    if shape.has_numbers:
        return " ".join(
            [_text_column(1.0), *(_number_column(index, table, shape) for index in range(len(table.columns)))]
        )
    weights = [table.stub_weight, *(column.weight for column in table.columns)]
    return " ".join(_text_column(len(weights) * weight / sum(weights)) for weight in weights)


def _number_column(index: int, table: Table, shape: Shape) -> str:
    marks = {_mark(row.cells[index].remark, table) for _, row in table.rows if row.cells[index].number is not None}
    # siunitx has to be told to leave room behind a number.
    room = f",table-space-text-post={{{max(marks, key=len)}}}" if marks - {""} else ""
    return f"S[table-format={shape.format(index)}{room}]"


def _text_column(share: float) -> str:
    return f">{{\\hsize={share:.3f}\\hsize\\raggedright\\arraybackslash}}X"


def _head(table: Table, shape: Shape) -> Iterator[str]:
    if table.spans:
        yield from _span_row(table)
    heads = [latex_text(table.stub)]
    for index, column in enumerate(table.columns):
        if column.kind == "text":
            heads.append(latex_text(column.heading))
        else:
            lines = r"\\".join(map(latex_text, shape.heading(index)))
            heads.append(f"{{\\begin{{tabular}}[b]{{@{{}}c@{{}}}}{lines}\\end{{tabular}}}}")
    yield f"{' & '.join(heads)} \\\\"


def _span_row(table: Table) -> Iterator[str]:
    cells, rules, done = [""], [], 0
    for span in table.spans:
        cells += ["" for _ in range(span.first - done)]
        cells.append(f"\\multicolumn{{{span.width}}}{{c}}{{{latex_text(span.text)}}}")
        rules.append(f"\\cmidrule(lr){{{span.first + 2}-{span.last + 2}}}")
        done = span.last + 1
    yield f"{' & '.join(cells)} \\\\ {' '.join(rules)}"


def _across(table: Table, heading: str) -> str:
    width = len(table.columns) + 1
    return f"\\multicolumn{{{width}}}{{@{{}}>{{\\raggedright\\arraybackslash}}p{{\\linewidth}}@{{}}}}" + (
        f"{{\\itshape {latex_text(heading)}}}"
    )


def _row(row: Row, table: Table, shape: Shape) -> Iterator[str]:
    """Write a row over as many lines as its label and its cells need."""
    yield from (f"% {words}" for words in (*places_of(row), *marks_of(row)))
    if not shape.has_numbers:
        texts = (_text_cell(cell, table) for cell in row.cells)
        yield f"{' & '.join([_label(row, table), *texts])} \\\\"
    else:
        labels = shape.label(row)
        columns = [_number_cell(cell, table, shape) for cell in row.cells]
        marked = [*map(latex_text, labels[:-1]), latex_text(labels[-1]) + _mark(row.remark, table)]
        for label, *cells in zip_longest(
            [f"{_INDENT * row.indented}{line}" for line in marked], *columns, fillvalue=""
        ):
            yield f"{' & '.join([label, *cells])} \\\\"
    yield r"\addlinespace[2pt]"


def _label(row: Row, table: Table) -> str:
    return f"{_INDENT * row.indented}{breakable(row.label)}{_mark(row.remark, table)}"


def _number_cell(cell: Cell, table: Table, shape: Shape) -> list[str]:
    """Write the lines of a cell in a column of numbers; what is no number stands in braces."""
    mark = _mark(cell.remark, table)
    first, *below = (latex_text(line) for line in cell.lines)
    if cell.number is None:
        first = f"{{{first}{mark}}}"
    else:
        first = f"{cell.number.digits.replace(',', '')}{f' {{{mark}}}' if mark else ''}"
    return [first, *(f"{{{shape.smaller} {line}}}" for line in below)]


def _text_cell(cell: Cell, table: Table) -> str:
    parts = [breakable(line) for line in cell.lines if line]
    if cell.sources:
        parts.append(_cite(cell.sources))
    return f"{' '.join(parts)}{_mark(cell.remark, table)}"


def _notes(table: Table, groups: Sequence[Group], *, is_last: bool) -> Iterator[str]:
    """Write the notes: those on cells below the part in which these stand, the others below the last."""
    here = {text for group in groups for row in group.rows for text in (row.remark, *(c.remark for c in row.cells))}
    items = [f"\\item[{mark}] {latex_text(text)}" for text, mark in table.marks.items() if text in here]
    if is_last:
        for note in table.notes:
            cited = f" {_cite(note.sources)}." if note.sources else ""
            items.append(f"\\item {breakable(note.text)}{cited}")
    if items:
        yield r"\begin{tablenotes}[flushleft]\footnotesize"
        yield from items
        yield r"\end{tablenotes}"


def _cite(keys: Sequence[str]) -> str:
    return f"\\cite{{{','.join(keys)}}}"


def _mark(remark: str, table: Table) -> str:
    return f"\\tnote{{{mark}}}" if (mark := table.mark(remark)) else ""


def _all_text(table: Table) -> str:
    cells = (cell for _, row in table.rows for cell in row.cells)
    labels = (text for group, row in table.rows for text in (group.heading, row.label, row.remark))
    heads = (text for column in table.columns for text in (column.heading, column.unit))
    texts = (text for cell in cells for text in (*cell.lines, cell.remark))
    return " ".join([table.title, table.stub, *heads, *labels, *texts, *(note.text for note in table.notes)])
