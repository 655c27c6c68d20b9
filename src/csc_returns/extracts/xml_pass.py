"""One streaming pass over the XML of a return: elements → rows, places and remarks.

Nothing is thrown away: what fits no item is kept as sent in ``Return.unplaced``, with a remark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from xml.parsers import expat

import polars as pl

from csc_returns.extracts.returns import NESTED_CHILD, ROW_PLACE, UNPLACED, Return
from csc_returns.extracts.rows import Rows
from csc_returns.extracts.xml_text import escape, quoteattr
from csc_returns.extracts.xml_tree import Node, element_tree, where_known
from csc_returns.remarks import Remark
from csc_returns.specification import COLLECTIONS, Specification, whole_specification

#: A value longer than this is no value of a return; reading on would only fill the memory.
LONGEST_VALUE = 1 << 20

#: Markup (one tag, comment or declaration) longer than this is refused for the same reason.
LONGEST_MARKUP = 1 << 20

#: Unknown elements nested deeper than this are refused too: the specification has six levels.
DEEPEST = 500

#: Remarks with the same words that are kept one by one; a file can hold millions of them.
MOST_REMARKS = 10_000

#: Children after which the rows held as Python objects become polars frames.
_BATCH = 20_000


class Refused(Exception):  # noqa: N818 - no error: stops the parser
    """Raised inside a handler to stop the parser. ``place`` is line and column; None: where the parser stands."""

    def __init__(self, code: str, message: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.place = place


class XmlPass:
    """One pass over one XML file, for ``read_xml``."""

    def __init__(self, file: str, specification: Specification) -> None:
        """Prepare to read a file (its name is used in remarks) of one collection, any year."""
        self.file = file
        self.specification = specification
        self.root = element_tree(specification)
        self.known = where_known(self.root)
        self.remarks: list[Remark] = []
        self.unplaced: list[tuple[str | None, int | None, str, int | None, str, int]] = []
        self.tables: dict[str, Rows] = {}
        for table in specification.tables.values():
            numbers = (
                [NESTED_CHILD] if table.path[: len(specification.row_root)] == specification.row_root else [ROW_PLACE]
            )
            numbers += [key for key in table.keys if key not in table.items and key != self._child_key]
            self.tables[table.name] = Rows(table.name, list(table.items), numbers)
        self.said: dict[tuple[str, str], int] = {}
        self.once: dict[tuple[str, str], list[object]] = {}
        self.child = -1
        self.child_place = 0
        self.repeated: Node | None = None
        self.numbers: dict[str, int] = {}
        self.root_seen: str | None = None
        self.must_have = {
            table.name: table.element
            for table in specification.tables.values()
            if table.required and not table.lacking_rule and table.path[:-1] == specification.row_root
        }
        self.wrapper = (0, 0)
        self._place_of_value: Callable[[], int] = int
        self.stack: list[Node] = []
        # One set an open element: its children that may stand there once only and have been seen.
        self.seen: list[set[str]] = [set()]
        self._nested = self._nested_numbers()
        self._own_number = {name: table.number for name, table in specification.tables.items()}
        self._key_names = {name: rows.numbers[1:] for name, rows in self.tables.items()}
        self._outside_child = {name for name, rows in self.tables.items() if rows.numbers[0] == ROW_PLACE}
        self._must_have_value = {
            name
            for name, table in specification.tables.items()
            if table.row_element and any(item.blank == "never" for item in table.items.values())
        }
        self._rows_of = {node: self.tables[node.table] for node in self.root.walk() if node.table}

    @property
    def _child_key(self) -> str:
        return next(iter(table.keys[0] for table in self.specification.tables.values() if table.keys))

    # -- remarks -------------------------------------------------------------------------------------------------------

    def remark(self, code: str, message: str, line: int, column: int, **where: object) -> None:
        """One remark at its place; of very many with the same words the first are kept and the rest is counted."""
        said = self.said[code, message] = self.said.get((code, message), 0) + 1
        if said > MOST_REMARKS:
            return
        self.remarks.append(Remark(code, message, self.file, line, column or None, **where))  # type: ignore[arg-type]

    def remark_once(self, code: str, about: str, message: str, line: int, column: int) -> None:
        """A remark that is made once for all its places, the first place named and the number counted."""
        seen = self.once.setdefault((code, about), [message, line, column, 0])
        seen[3] = int(str(seen[3])) + 1

    def count_once(self, code: str, about: str, number: int) -> None:
        """Count more places of a remark that was made once already."""
        seen = self.once[code, about]
        seen[3] = int(str(seen[3])) + number

    # -- the pass ------------------------------------------------------------------------------------------------------

    def feed(self, chunks: Iterator[bytes], encoding: str | None) -> None:
        """Read to the end.

        Raises:
            expat.ExpatError: not well-formed, or cut off.
            Refused: stopped on purpose.
        """
        self.begin(encoding)
        self.parse(chunks)
        self.finish()

    def begin(self, encoding: str | None, ancestors: bytes = b"", line: int = 1, column: int = 1) -> None:
        """Make ready to read a file, or a part of it that stands in open elements.

        Args:
            encoding: None to go by the declaration.
            ancestors: start tags of the elements that are open already, in one line.
            line: line of the file in which the part begins.
            column: likewise, both from 1.
        """
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.Parse(ancestors, False)
        # What to add to the parser's lines, and to its columns (which count from 0) in its first line.
        self.lines_before = line - 1
        self.columns_before = column - len(ancestors.decode())
        self.fed = len(ancestors)
        self.held: list[str] = []
        self.ground = self.seen[-1]
        self._wire(parser, self.held)
        self.parser = parser

    def parse(self, chunks: Iterable[bytes]) -> None:
        """Read on."""
        parser, held = self.parser, self.held
        for chunk in chunks:
            parser.Parse(chunk, False)
            self.fed += len(chunk)
            if held and sum(map(len, held)) > LONGEST_VALUE:
                raise self._too_long()
            if self.fed - parser.CurrentByteIndex > LONGEST_MARKUP:
                raise Refused("CSC014", f"a tag or comment longer than {LONGEST_MARKUP:,} bytes: reading stopped")

    def finish(self) -> None:
        """The file is at its end."""
        self.parser.Parse(b"", True)

    def back(self, tag: bytes) -> bool:
        """Whether the elements in which the part of ``begin`` stood, and no more, are open before the start tag that follows.

        If so, the tag is not read and the part is done. If not, the tag is read.
        """
        start, _, between, _ = self._handlers
        if self.parser.StartElementHandler is not start:  # in an element that is kept as it was sent
            self.parse([tag])
            return False
        is_back = False

        def look(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_back
            self.parser.StartElementHandler = start
            is_back = self.seen[-1] is self.ground
            if is_back:
                between()
            else:
                start(name, attributes)

        self.parser.StartElementHandler = look
        self.parse([tag])
        if self.parser.StartElementHandler is look:  # no tag for the parser: in a comment, say
            self.parser.StartElementHandler = start
        return is_back

    def back_at_rows(self, tag: bytes) -> bool:
        """``back`` behind what comes before the first child: whether that child's start tag follows where it may stand."""
        if self.stack and any(node.new_child for node in self.stack[-1].children.values()):
            self.ground = self.seen[-1]
        return self.back(tag)

    def skip(self, children: int, rows: dict[str, int]) -> None:
        """Count children, and rows of each table, that were read in another way."""
        self.child += children
        for name, number in rows.items():
            self.tables[name].count += number

    def place(self, line: int | None = None, offset: int | None = None) -> tuple[int, int]:
        """Line and column of the file, from those of the parser: of an error, or of where it stands."""
        line = self.parser.CurrentLineNumber if line is None else line
        offset = self.parser.CurrentColumnNumber if offset is None else offset
        return line + self.lines_before, offset + (self.columns_before if line == 1 else 1)

    def _wire(self, parser: expat.XMLParserType, held: list[str]) -> None:  # noqa: PLR0915 - one closure for speed
        """Set the parser's handlers. Written as closures over local names: they run twice for every element of the file."""
        stack = self.stack
        join = "".join
        nested_numbers, own_number, key_names = self._nested, self._own_number, self._key_names
        outside_child, must_have_value, rows_of = self._outside_child, self._must_have_value, self._rows_of
        numbers = self.numbers
        top: Node | None = stack[-1] if stack else None
        value_place = 0
        seen = self.seen
        lines_before, columns_before = self.lines_before, self.columns_before

        def open_row(rows: Rows, place: int) -> None:
            table = rows.name
            number = own_number[table]
            if number:
                numbers[number] = numbers.get(number, 0) + 1
                for lower in nested_numbers[table]:
                    numbers[lower] = 0
            first = 0 if table in outside_child else self.child
            rows.open(place, [first, *[numbers.get(key, 0) for key in key_names[table]]])

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal top, value_place
            if held:
                text = held[0] if len(held) == 1 else join(held)
                held.clear()
                if not text.isspace():
                    self._text_between(top, text)
            if top is None:
                node = self._root(name, attributes)
            else:
                found = top.children.get(name)
                if found is None or attributes:
                    found = self._unusual(top, name, attributes, found)
                    if found is None:
                        self._skip(parser, name, attributes, held, top)
                        return
                node = found
            kind = node.kind
            line = parser.CurrentLineNumber
            column = parser.CurrentColumnNumber + (columns_before if line == 1 else 1)
            place = line + lines_before << 32 | column
            if kind == "item":
                value_place = place
            elif kind == "listed":
                value_place = place
                open_row(rows_of[node], place)
            else:
                if not node.repeats:
                    if node.name in seen[-1]:
                        self._repeated_block(node, place)
                    seen[-1].add(node.name)
                seen.append(set())
                if kind == "row":
                    open_row(rows_of[node], place)
                elif kind == "wrapper":
                    self.wrapper = (place, rows_of[node].count)
                elif node.new_child:
                    self._new_child(place)
            stack.append(node)
            top = node

        def end(_: str) -> None:
            nonlocal top
            node = stack[-1]
            kind = node.kind
            if kind == "item" or kind == "listed":  # noqa: PLR1714 - quicker than a set
                rows = rows_of[node]
                if held:
                    text = held[0] if len(held) == 1 else join(held)
                    held.clear()
                else:
                    text = ""
                    self._empty(node, value_place)
                column = node.column
                if rows.row[column] is None:
                    rows.row[column] = text
                    rows.row_places[column] = value_place
                else:
                    self._repeated_item(node, text, value_place)
                if kind == "listed":
                    rows.close()
            else:
                if held:
                    text = held[0] if len(held) == 1 else join(held)
                    held.clear()
                    if not text.isspace():
                        self._text_between(node, text)
                seen.pop()
                if kind == "row":
                    rows_of[node].close()
                elif kind == "wrapper" and rows_of[node].count == self.wrapper[1]:
                    self._empty(node, self.wrapper[0])
                    if node.table in must_have_value:  # the record is there and lacks what every record has
                        open_row(rows_of[node], self.wrapper[0])
                        rows_of[node].close()
                elif node.new_child:
                    self._whole_child()
                if node is self.repeated:
                    self.repeated = None
            stack.pop()
            top = stack[-1] if stack else None

        def between(*_: str) -> None:
            """A comment or a processing instruction: text between elements that stands before it has its line here."""
            if held and top is not None and top.kind not in {"item", "listed"}:
                text = join(held)
                held.clear()
                if not text.isspace():
                    self._text_between(top, text)

        parser.CharacterDataHandler = held.append
        parser.StartDoctypeDeclHandler = self._doctype
        self._handlers = (start, end, between, between)
        self._place_of_value = lambda: value_place
        self._handle(parser, *self._handlers)

    @staticmethod
    def _handle(
        parser: expat.XMLParserType,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        comment: Callable[[str], None],
        instruction: Callable[[str, str], None],
    ) -> None:
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CommentHandler = comment
        parser.ProcessingInstructionHandler = instruction

    # -- unusual things --------------------------------------------------------------------------------------------------

    def _too_long(self) -> Refused:
        message = f"more than {LONGEST_VALUE:,} characters without an element between them: reading stopped"
        top = self.stack[-1] if self.stack else None
        if top is None or top.kind not in {"item", "listed"}:
            return Refused("CSC014", message)
        place = self._place_of_value()
        return Refused("CSC014", f"a value of {top.name} has {message}", (place >> 32, place & 0xFFFFFFFF))

    def _doctype(self, name: str, system: str | None, public: str | None, inside: int) -> None:
        if name.lower() == "html":
            raise Refused("CSC006", "this is a web page (HTML), not a return")
        if system or public:
            raise Refused("CSC013", "the file names an outside document type: nothing from outside the file is read")
        if inside:
            raise Refused(
                "CSC013",
                "the file declares a document type of its own, with entities or default values, which a return never needs "
                "and which can be used to do harm",
            )

    def _root(self, name: str, attributes: dict[str, str]) -> Node:
        line, column = self.place()
        self.root_seen = name
        local = name.rpartition(":")[2]
        if any(key == "xmlns" or key.startswith("xmlns:") for key in attributes if not key.startswith("xmlns:xs")):
            message = f"the root element {_short(name)} has a namespace; the specification has none"
            self.remark("CSC112", message, line, column)
        if local.lower() == "html":
            raise Refused("CSC006", "this is a web page (HTML), not a return")
        if local.lower() == self.root.name.lower():
            if local != self.root.name:
                message = f"element {local} is spelled {self.root.name} in the specification"
                self.remark_once("CSC107", local, message, line, column)
            own = {key: value for key, value in attributes.items() if not key.startswith(("xmlns", "xsi:"))}
            self._attributes(self.root, None, own, line, column)
            return self.root
        titles = {other.root: other.title for other in map(whole_specification, COLLECTIONS)}
        other = next((title for root, title in titles.items() if root.lower() == local.lower()), None)
        if other:
            raise Refused("CSC008", f"this is a {other}, not a {self.specification.title}")
        begins = " and ".join(f"a {title} return begins with {root}" for root, title in titles.items())
        raise Refused("CSC007", f"the root element is {_short(name)}; {begins}")

    def _unusual(self, top: Node, name: str, attributes: dict[str, str], found: Node | None) -> Node | None:
        """The node meant by an element that is not spelled like one, or that has attributes; None when there is none."""
        line, column = self.place()
        if found is None:
            local = name.rpartition(":")[2]
            found = top.children.get(local) or top.by_lower.get(local.lower())
            if found is None:
                return None
            if local != found.name:
                message = f"element {_short(local)} is spelled {found.name} in the specification"
                self.remark_once("CSC107", local, message, line, column)
        self._attributes(found, top, attributes, line, column)
        return found

    def _attributes(self, node: Node, top: Node | None, attributes: dict[str, str], line: int, column: int) -> None:
        """Keep the attributes of an element that stands in ``top`` (None: the root); the specification has none."""
        for attribute, value in attributes.items():
            if not attribute.startswith("xmlns"):
                message = (
                    f"element {node.name} has an attribute {_short(attribute)}, which the specification does not know"
                )
                self.remark_once("CSC113", f"{node.name}@{attribute}", message, line, column)
                self._keep(top, f"<{node.name} {attribute}={quoteattr(value)}/>", line)

    def _skip(
        self, parser: expat.XMLParserType, name: str, attributes: dict[str, str], held: list[str], top: Node
    ) -> None:
        """Keep an element that has no place here as it was sent, and go on behind it."""
        line, column = self.place()
        pieces: list[str] = []
        open_elements: list[str] = []
        length = 0

        def keep(markup: str) -> None:
            nonlocal length
            for piece in (*map(escape, held), markup):
                pieces.append(piece)
                length += len(piece)
            held.clear()
            if length > LONGEST_VALUE:
                message = f"element {_short(name)}, which has no place in {top.label}, holds more than "
                raise Refused("CSC014", f"{message}{LONGEST_VALUE:,} characters: reading stopped", (line, column))

        def start(inner: str, inner_attributes: dict[str, str]) -> None:
            keep(_start_tag(inner, inner_attributes))
            open_elements.append(inner)
            if len(open_elements) > DEEPEST:
                message = f"element {_short(name)}, which has no place in {top.label}, is nested more than "
                raise Refused("CSC014", f"{message}{DEEPEST:,} levels deep: reading stopped", (line, column))

        def end(inner: str) -> None:
            keep(f"</{inner}>")
            open_elements.pop()
            if not open_elements:
                self._handle(parser, *self._handlers)
                self._say_unplaced(top, name, "".join(pieces), line, column)

        def comment(text: str) -> None:
            keep(f"<!--{text}-->")

        def instruction(target: str, text: str) -> None:
            keep(f"<?{target} {text}?>")

        self._handle(parser, start, end, comment, instruction)
        start(name, attributes)

    def _say_unplaced(self, top: Node, name: str, xml: str, line: int, column: int) -> None:
        belongs = self.known.get(name.lower())
        if belongs and belongs != top.label:
            code, message = "CSC102", f"element {_short(name)} stands in {top.label}; it belongs in {belongs}"
        else:
            code, message = "CSC101", f"element {_short(name)} in {top.label} is not in the specification"
        table, row = self._row_of(top)
        self.remark(code, message, line, column, table=table, row=row, value=_short(xml, 200))
        self._keep(top, xml, line)

    def _row_of(self, node: Node) -> tuple[str | None, int | None]:
        """The row that is being read where ``node`` is open."""
        for outer in [node, *reversed(self.stack)]:
            if outer.kind == "row" and outer.table:
                return outer.table, self.tables[outer.table].count
        return None, None

    def _keep(self, top: Node | None, xml: str, line: int) -> None:
        table, row = self._row_of(top) if top else (None, None)
        child = self.child if any(node.new_child for node in self.stack) else None
        self.unplaced.append((table, row, top.label if top else "", child, xml, line))

    def _text_between(self, node: Node | None, text: str) -> None:
        stripped = text.strip()
        if not stripped or node is None:
            return
        lead = text[: len(text) - len(text.lstrip())]
        line = self.place()[0] - text.count("\n") + lead.count("\n")
        column = len(lead) - lead.rfind("\n") if "\n" in lead else 0
        if node.kind in {"item", "listed"}:  # an element inside a value: the text before it belongs to the value
            message = f"text before an element inside {node.label}"
        else:
            message = f"text between the elements of {node.label}"
        table, row = self._row_of(node)
        self.remark("CSC104", message, line, column, table=table, row=row, value=_short(stripped, 200))
        self._keep(node, escape(stripped), line)

    def _empty(self, node: Node, place: int) -> None:
        message = f"element {node.name} is there but empty; leave it out where there is nothing to say"
        self.remark_once("CSC105", node.label, message, place >> 32, place & 0xFFFFFFFF)

    def _repeated_item(self, node: Node, text: str, place: int) -> None:
        line, column = place >> 32, place & 0xFFFFFFFF
        table = node.table or ""
        if self.repeated is None:
            message = f"element {node.name} stands twice in one {node.path[-2]}; the first is checked"
            row = self.tables[table].count
            self.remark("CSC103", message, line, column, table=table, row=row, field=node.name, value=_short(text))
        self._keep(node, f"<{node.name}>{escape(text)}</{node.name}>", line)

    def _repeated_block(self, node: Node, place: int) -> None:
        """A block that the specification has once in this place, and the file again."""
        line, column = place >> 32, place & 0xFFFFFFFF
        parent = node.path[-2]
        if node.kind == "wrapper":
            message = f"element {node.name} stands more than once in one {parent}; all of them are read"
            self.remark_once("CSC109", node.label, message, line, column)
        elif node.kind == "row":
            message = f"element {node.name} stands more than once in one {parent}; all of them are read"
            self.remark("CSC103", message, line, column, table=node.table, row=self.tables[node.table or ""].count)
        else:
            self.repeated = node
            message = f"{parent} has several {node.name} blocks; of an item given twice the first is checked"
            self.remark_once("CSC108", node.label, message, line, column)

    def _new_child(self, place: int) -> None:
        self.child += 1
        self.child_place = place
        for number in self.numbers:
            self.numbers[number] = 0
        if self.child % _BATCH == 0:
            for rows in self.tables.values():
                rows.batch()
        self.child_rows = {name: rows.count for name, rows in self.tables.items()}
        self.child_unplaced = len(self.unplaced)

    def _whole_child(self) -> None:
        """The child is read: remark on the blocks that every child must have and this one lacks."""
        line, column = self.child_place >> 32, self.child_place & 0xFFFFFFFF
        for name, element in self.must_have.items():
            if self.tables[name].count == self.child_rows[name]:
                self.remark("CSC111", f"this child has no {element}", line, column, child=self._child_id())

    def _child_id(self) -> str | None:
        """The identifier of the child that was just read."""
        for table in self.specification.tables.values():
            rows = self.tables[table.name]
            if self._child_key in table.items and rows.count > self.child_rows[table.name]:
                return rows.values[-rows.width :][rows.items.index(self._child_key)]
        return None

    def _nested_numbers(self) -> dict[str, list[str]]:
        tables = self.specification.tables
        return {
            name: [other.number for other in tables.values() if other.number and other.parent == name]
            for name in tables
        }

    # -- result --------------------------------------------------------------------------------------------------------

    def drop_open_child(self) -> int:
        """Forget the child that was being read when the file broke off; the line it begins in, 0 when there was none."""
        if any(node.new_child for node in self.stack):
            for name, rows in self.tables.items():
                rows.cut(self.child_rows[name])
            # What was remarked in it stays, without the rows that are gone.
            self.remarks = [
                replace(remark, table=None, row=None)
                if remark.row is not None and remark.row >= self.tables[str(remark.table)].count
                else remark
                for remark in self.remarks
            ]
            self.unplaced[self.child_unplaced :] = [
                (None, None, path, None, xml, line) for _, _, path, _, xml, line in self.unplaced[self.child_unplaced :]
            ]
            self.child -= 1
            return self.child_place >> 32
        for node in self.stack:
            if node.kind == "row" and node.table:
                self.tables[node.table].close()
        return 0

    def result(self) -> Return:
        """The return as far as it was read."""
        for (code, words), number in self.said.items():
            if number > MOST_REMARKS:
                more = f"{words}: {number - MOST_REMARKS:,} more places, which are not listed"
                self.remarks.append(Remark(code, more, self.file))
        for (code, _), (message, line, column, count) in self.once.items():
            times = f" ({count:,} times, the first here)" if isinstance(count, int) and count > 1 else ""
            self.remarks.append(Remark(code, f"{message}{times}", self.file, line, column))  # type: ignore[arg-type]
        tables: dict[str, pl.DataFrame] = {}
        places: dict[str, pl.DataFrame] = {}
        for name, rows in self.tables.items():
            tables[name], places[name] = rows.frames(self.file)
        self._name_children(tables)
        header = self.specification.header
        local_authority = _first(tables, header.table, header.sender) if header else None
        return Return(
            path=self.file,
            collection=self.specification.collection,
            year=None,
            local_authority=local_authority,
            tables=tables,
            places=places,
            remarks=self.remarks,
            unplaced=pl.DataFrame(self.unplaced, schema=UNPLACED, orient="row"),
        )

    def _name_children(self, tables: dict[str, pl.DataFrame]) -> None:
        """Write the child's identifier into every table: it may stand anywhere within the child."""
        key = self._child_key
        owner = next(table for table in self.specification.tables.values() if key in table.items)
        ids = tables[owner.name].select(NESTED_CHILD, key).unique(NESTED_CHILD, keep="first", maintain_order=True)
        for name, table in self.specification.tables.items():
            frame = tables[name]
            if key in table.keys and name != owner.name:
                frame = frame.join(ids, on=NESTED_CHILD, how="left", maintain_order="left")
            columns = [*table.columns, *([NESTED_CHILD] if NESTED_CHILD in frame.columns else [])]
            tables[name] = frame.select(columns)


def _first(tables: dict[str, pl.DataFrame], table: str, column: str) -> str | None:
    values: Iterable[str] = tables[table][column].drop_nulls() if table in tables else ()
    return next((str(value).strip() for value in values if str(value).strip()), None)


def _short(text: str, limit: int = 60) -> str:
    one_line = re.sub(r"\s+", " ", text)
    return one_line if len(one_line) <= limit else f"{one_line[:limit]}..."


def _start_tag(name: str, attributes: dict[str, str]) -> str:
    inside = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{inside}>"
