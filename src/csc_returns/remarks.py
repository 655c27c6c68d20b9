"""Our own codes: what the readers and the item checks remark beyond the DfE's rules.

``CSC0nn`` a file that cannot be read, or not wholly · ``CSC1nn`` how a file is built · ``CSC2nn`` the value of one item ·
``CSC3nn`` a return as a whole · ``CSC4nn`` rows of one return that do not agree (rules of ours below ``validation/rules``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class OwnCode:
    """Documentation of one of our own codes. ``unusable``: the input could not be read as it should be (exit status 2)."""

    severity: Literal["error", "query", "note"]
    title: str
    detail: str
    fix: str
    example: str
    unusable: bool = False


@dataclass(frozen=True)
class Remark:
    """Something a reader noticed, and where. ``row`` is the 0-based row of ``table``; ``line`` and ``column`` count from 1."""

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    table: str | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None
    child: str | None = None


def _unusable(title: str, detail: str, fix: str, example: str) -> OwnCode:
    return OwnCode("error", title, detail, fix, example, unusable=True)


#: How the codes begin that say how a file is built.
FILE_REMARKS = "CSC1"

#: Codes after which a return is known in part only.
BROKEN_OFF = frozenset({"CSC009", "CSC010", "CSC014", "CSC025"})

OWN: dict[str, OwnCode] = {
    "CSC001": _unusable(
        "There is no such file or folder.",
        "The path names nothing on this computer.",
        "Check the spelling of the path; put quotes around a path with spaces.",
        "csc-returns validate cin_206.xml, where the file is cin_2026.xml",
    ),
    "CSC002": _unusable(
        "The file may not be opened.",
        "The file or folder is there, but this user may not read it, or another program holds it.",
        "Close the file in other programs, or ask for the right to read it, or copy it to a folder of your own.",
        "a file on a network drive that only the system's account may read",
    ),
    "CSC003": _unusable(
        "The file is empty.",
        "There is nothing in it, so the export that wrote it has probably failed.",
        "Export the return again.",
        "a file of 0 bytes",
    ),
    "CSC004": _unusable(
        "There is no return in the folder or zip file.",
        "None of its files is an XML return or a CSV table of one.",
        "Name the file or the folder that holds the return; a zip file must hold XML or CSV files.",
        "a folder with only a Word document in it",
    ),
    "CSC005": _unusable(
        "The file is no XML return and no CSV table.",
        "An XML file begins with <; a CSV file begins with a line of column names of the specification.",
        "Export the return as XML, or as CSV with a title line, and give that file.",
        "an Excel workbook renamed to .xml",
    ),
    "CSC006": _unusable(
        "The file is a web page.",
        "It is HTML. A download has often saved the page of a portal, or its log-in page, in place of the return.",
        "Log in and download the return again, then open it in a text editor: it should begin with <Message>.",
        "<html><body>Please log in</body></html>",
    ),
    "CSC007": _unusable(
        "The file is XML, but no return that is known here.",
        "The outermost element is not that of any collection this tool checks.",
        "Check that this is the census file that you would submit, and not another export.",
        "<Children>...</Children> without <Message> around it",
    ),
    "CSC008": _unusable(
        "The file is a return of another collection.",
        "Its content shows which collection it is, and that is not the one asked for or not one this tool checks.",
        "Give the right file, or leave out --collection.",
        "an SSDA903 file given with --collection cin",
    ),
    "CSC009": _unusable(
        "The file breaks off before its end.",
        "The end of the XML is missing, as after a copy or an export that was stopped. What is whole before that is checked.",
        "Export or copy the file again; findings for the part that was read are shown meanwhile.",
        "a file whose last line is <CINreferralDate>2025-0",
    ),
    "CSC010": _unusable(
        "The file is not well-formed XML.",
        "From the line named on, tags do not match or a character stands where it may not. What is whole before is checked.",
        "Look at that line in a text editor: often an & or < in a text that should be written &amp; or &lt;, or a tag "
        "that is not closed. Tell the supplier of the system that exported it.",
        "<Release>A&B</Release>",
    ),
    "CSC011": _unusable(
        "Bytes of the file do not fit its encoding.",
        "The file says (or leaves it to be understood) that it is in one encoding, and holds bytes that encoding does not "
        "have. They were read as Windows-1252, which is nearly always what they are.",
        'Have the export declare the encoding it writes: UTF-8, or encoding="windows-1252" in the first line.',
        "an \u00eb written as one byte in a file that says UTF-8",
    ),
    "CSC012": _unusable(
        "The file holds NUL or other control characters.",
        "XML and CSV allow none of them: something has damaged the file. They were read as the sign for an unknown character.",
        "Export the file again; if they come back, look in the case record for text pasted from another program.",
        "a zero byte inside an identifier",
    ),
    "CSC013": _unusable(
        "The file has a document type of its own or from outside.",
        "A return never needs one; with its entities and default values it can fill the memory of a computer or read other "
        "files. Nothing of it is resolved.",
        "Have the export leave out the <!DOCTYPE ...> part.",
        '<!DOCTYPE Message [<!ENTITY a "...">]>',
    ),
    "CSC014": _unusable(
        "One value, tag or block of the file is far too large.",
        "No item of a return comes near a million characters or is nested hundreds of levels deep, so reading stopped "
        "there to spare the memory.",
        "Look at the line named: a closing tag or a closing quote is probably missing.",
        "300 MB of text in one element",
    ),
    "CSC015": _unusable(
        "The zip file holds a path that leads out of it.",
        "A file name in it begins at the root of the disk or goes up with .., which an honest zip file does not.",
        "Do not unpack it. Make the zip file again from the export's folder.",
        "../../cin.xml",
    ),
    "CSC016": _unusable(
        "The zip file would unpack to an enormous size.",
        "Its content is far larger than any return, as in a file made to do harm. It was not unpacked.",
        "Make the zip file again from the export's folder, or give the unpacked file.",
        "42 kB that unpack to many gigabytes",
    ),
    "CSC017": _unusable(
        "The zip file is damaged or locked.",
        "It cannot be unpacked: it breaks off, its parts do not match, or it asks for a password.",
        "Copy it again, or unpack it yourself and give the folder.",
        "a zip file that was copied only in part",
    ),
    "CSC018": OwnCode(
        "error",
        "The return has no Header.",
        "The header says whose return it is and for which year; the department cannot load a file without it.",
        "Have the export write <Header> with CollectionDetails and Source before the children.",
        "<Message><Children>...</Children></Message>",
    ),
    "CSC019": _unusable(
        "The return has no Child.",
        "There is a header, or not even that, and no child after it.",
        "Check the export: was the right year or team chosen?",
        "<Message><Header>...</Header><Children/></Message>",
    ),
    "CSC020": _unusable(
        "The year of the return is not known.",
        "Neither Year nor ReferenceDate of the header can be read (or there is no header), and rules differ by year.",
        "Correct the header, or name the year: --year 2025-26.",
        "<Year>twenty-six</Year> and no ReferenceDate",
    ),
    "CSC021": _unusable(
        "The dates of the file are written in another form than the specification's.",
        "Nearly all of them share that form. They were read in it, so that the rest of the return could be checked, but the "
        "department's system will not take them.",
        "Have the export write dates as the specification does: 2026-03-31 in the children in need census, 31/03/2026 in the "
        "children looked after return.",
        "31.03.26",
    ),
    "CSC022": OwnCode(
        "note",
        "The file says another year or collection than the one asked for.",
        "The option on the command line was followed.",
        "Nothing, if that is what you want; else leave out the option.",
        "--year 2026-27 on a return for 2025-26",
    ),
    "CSC023": OwnCode(
        "query",
        "Two files hold the same table.",
        "Their rows were put together, the first file's rows first.",
        "Remove the file that is not meant, or put both into one.",
        "Section47.csv and Section47 (1).csv in one folder",
    ),
    "CSC024": _unusable(
        "There is no specification for that year.",
        "The header (or --year) names a collection year that this version does not hold.",
        "Check the header; for a newer year look for a newer version of csc-returns.",
        "<Year>2062</Year>",
    ),
    "CSC025": _unusable(
        "A quote in the CSV file is not closed.",
        "Everything behind it would be one value. The rows before it were read.",
        "Look at the line named and close the quote, or double it where it is part of a text.",
        '1,"WBRI,N1',
    ),
    "CSC026": _unusable(
        "A row belongs to no row above it.",
        "XML nests a row in the one it belongs to, and the tables have none with its keys.",
        "Correct the keys (LAchildID, CINdetailsID, ...) of the row, or add the row it belongs to.",
        "a Section47 row for CINdetailsID 3 of a child with two episodes",
    ),
    "CSC027": OwnCode(
        "note",
        "The year of the return was assumed.",
        "Returns of this collection do not name their year. Without --year, and without a year such as 2025-26 in the name of "
        "the file or folder, it is taken to be the one in which most of its dates lie. Rules differ by year.",
        "Name the year (--year 2025-26) if it is another one.",
        "header.csv and episodes.csv in a folder called export",
    ),
    "CSC028": OwnCode(
        "note",
        "XML has no place for a part of the return.",
        "A table or a value of the CSV files cannot be written as XML. The rest was written, and this was left out.",
        "Keep the CSV files: they hold what the XML does not.",
        "sw_episodes.csv, which the XML of the children looked after return does not have",
    ),
    "CSC101": OwnCode(
        "error",
        "An element is not in the specification.",
        "The department's schema refuses a file with elements it does not know. Its content was kept, and not checked.",
        "Have the export leave it out, or spell it as the specification does.",
        "<NHSnumber> in ChildIdentifiers",
    ),
    "CSC102": OwnCode(
        "error",
        "An element stands in the wrong place.",
        "The specification knows it elsewhere. Its content was kept, and not checked.",
        "Have the export write it in the element where it belongs.",
        "<CPPstartDate> straight in CINdetails",
    ),
    "CSC103": OwnCode(
        "error",
        "An element stands more than once where it may stand once.",
        "Of a value given twice the first is checked; of a block given twice both are.",
        "Remove the one that is wrong.",
        "two <CINreferralDate> in one CINdetails",
    ),
    "CSC104": OwnCode(
        "note",
        "Text stands between elements.",
        "Values belong inside an element; text between two elements belongs to none and was not checked.",
        "Remove the text, or put it into the element it was meant for.",
        "</UPNunknown> see file <PersonBirthDate>",
    ),
    "CSC105": OwnCode(
        "note",
        "An element is there but empty.",
        "It counts as blank. Elements without a value are better left out.",
        "Have the export leave out elements that have no value.",
        "<CINclosureDate/>",
    ),
    "CSC106": OwnCode(
        "note",
        "Yes and no are written in two ways.",
        "The file has both 0 or 1 and false or true. Both are read.",
        "Have the export write one of them throughout.",
        "<ReferralNFA>0</ReferralNFA> and <ICPCnotRequired>false</ICPCnotRequired>",
    ),
    "CSC107": OwnCode(
        "error",
        "An element is not spelled as in the specification.",
        "XML tells capital from small letters, and the department's schema knows one spelling. It was read all the same.",
        "Have the export use the spelling of the specification.",
        "<CINDetails> for <CINdetails>",
    ),
    "CSC108": OwnCode(
        "note",
        "A header block stands more than once.",
        "Of an item given more than once the first is checked.",
        "Leave one block, if the others say nothing that matters.",
        "two <Source> blocks in the Header",
    ),
    "CSC109": OwnCode(
        "note",
        "A list is split into several blocks.",
        "The specification has one block with many elements; some systems repeat the block. All of them were read.",
        "Have the export write all elements into one block.",
        "two <Reviews> blocks with one <CPPreviewDate> each",
    ),
    "CSC110": OwnCode(
        "error",
        "An item or table is not part of this year's specification.",
        "It exists in other years. It was kept, and not checked.",
        "Leave it out, or check that the header names the right year.",
        "<GenderCurrent> in a return for 2025-26, which has <Sex>",
    ),
    "CSC111": OwnCode(
        "error",
        "A child lacks a block that every child must have.",
        "The specification has ChildIdentifiers and ChildCharacteristics exactly once for every child.",
        "Have the export write the block for every child.",
        "<Child><CINdetails>...</CINdetails></Child>",
    ),
    "CSC112": OwnCode(
        "note",
        "The XML has a namespace.",
        "The specification has none. The file was read all the same.",
        "Have the export leave out the xmlns attribute if the department's system refuses the file.",
        '<Message xmlns="http://example.org/cin">',
    ),
    "CSC113": OwnCode(
        "note",
        "An element has an attribute.",
        "The specification has no attributes; this one was kept, and not checked.",
        "Have the export leave it out.",
        '<Child id="12">',
    ),
    "CSC114": OwnCode(
        "note",
        "The file is not in the encoding it says.",
        "Its bytes show another encoding, in which it was read.",
        "Have the export declare the encoding that it writes.",
        'encoding="utf-16" in a file that is UTF-8',
    ),
    "CSC115": OwnCode(
        "note",
        "A column is not in the specification.",
        "It was kept, and not checked.",
        "Nothing, if it is meant for yourselves; else check the spelling of its name.",
        "a column TEAM in CINdetails.csv",
    ),
    "CSC116": OwnCode(
        "error",
        "A row has more or fewer cells than the title line.",
        "Missing cells count as blank; surplus ones were kept, and not checked. Cells may have slipped into the wrong column.",
        "Look at the row: a value with a comma needs quotes around it.",
        "A1,2025-05-01 under LAchildID,CINdetailsID,CINreferralDate",
    ),
    "CSC117": OwnCode(
        "note",
        "A column name is not spelled as in the specification.",
        "It was read all the same.",
        "Write it as the specification does, if other programs read the file too.",
        "lachildid for LAchildID",
    ),
    "CSC118": OwnCode(
        "note",
        "A file in the folder or zip was left aside.",
        "It is neither XML nor a CSV table of a return, such as an extract that the national system gives back.",
        "Nothing, if it does not belong to the return.",
        "Thumbs.db",
    ),
    "CSC119": OwnCode(
        "note",
        "Identifiers of children are written in several ways.",
        "Capitals, small letters and blanks around an identifier make no difference here: the rows were linked. Other programs "
        "may take them for different children.",
        "Have the export write each child's identifier in one way.",
        "CHILD a12 in episodes.csv, A12 in header.csv",
    ),
    "CSC120": OwnCode(
        "note",
        "Lines stand above the column titles of a CSV file.",
        "The titles were looked for below them. The lines were kept, and not checked.",
        "Have the export begin with the column titles.",
        "Children looked after, run on 12 May by the performance team",
    ),
    "CSC121": OwnCode(
        "query",
        "Items of a table stand where there is no row of it.",
        "In XML some tables share one element, and one item says whether there is a row: UASC, IN_TOUCH, DATE_INT. The others "
        "alone make no row. They were kept, and not checked.",
        "Add the missing item, or leave the others out.",
        "<DATE_MATCH> without <DATE_INT> in a HEADER",
    ),
    "CSC122": OwnCode(
        "error",
        "A CSV table has no column with the identifier of the child.",
        "Its rows were read, with the identifier blank in each, and cannot be compared with those of other tables.",
        "Have the export write the column under the name that the specification gives it.",
        "a column Person ID in place of CHILD in reviews.csv",
    ),
    "CSC123": OwnCode(
        "error",
        "A CSV table lacks columns that it needs.",
        "Each of its rows was read with a blank there, so that rules find faults in all of them that come from this alone.",
        "Have the export write the columns, under the names that the specification gives them.",
        "episodes.csv without a column PLACE",
    ),
    "CSC201": OwnCode(
        "error",
        "A value that must be there is blank.",
        "The specification never allows this item to be blank.",
        "Enter the value in the case record, or correct the export.",
        "a Section47 block without S47ActualStartDate",
    ),
    "CSC202": OwnCode(
        "error",
        "A value is not one of the listed codes.",
        "The item takes codes of its list in the specification of the year, in exactly that spelling.",
        "Choose a code of the list; csc-returns explain names the list's rule where there is one.",
        "UN9 in UPNunknown",
    ),
    "CSC203": OwnCode(
        "error",
        "A date cannot be read.",
        "Dates are written YYYY-MM-DD in the children in need census and DD/MM/YYYY in the children looked after return, and "
        "must exist in the calendar. The rules treat this one as blank.",
        "Write the date as in 2026-03-31 or 31/03/2026.",
        "2025-02-30, or 30/02/2025",
    ),
    "CSC204": OwnCode(
        "error",
        "A value is not a whole number, or too small.",
        "The item takes digits only; a count cannot be below zero.",
        "Enter the number in digits.",
        "two, 1.5 or -1",
    ),
    "CSC205": OwnCode(
        "error",
        "A value is not yes or no.",
        "The item takes 1 or true for yes, 0 or false for no.",
        "Have the export write one of these.",
        "Y in ICPCnotRequired",
    ),
    "CSC206": OwnCode(
        "error",
        "A value does not have the form that the specification asks for.",
        "The item has a fixed form, such as three digits or a letter and twelve characters.",
        "Correct the value in the case record or the export.",
        "33 as the code of the local authority (LEA)",
    ),
    "CSC207": OwnCode(
        "error",
        "No local authority has this code.",
        "The header's LEA is not the DfE code of any English authority with children's services, today or before.",
        "Enter the authority's own three-digit code.",
        "999 in LEA",
    ),
    "CSC301": OwnCode(
        "query",
        "A child has so many rows that they are not compared with each other.",
        "Hundreds of rows of one table carry the same identifier. Rules that compare the rows of a child, or of its "
        "episodes, were not applied to them; all other rules were.",
        "Check the export: an identifier has probably been written to the rows of many children.",
        "LAchildID 0 on every row",
    ),
    "CSC302": OwnCode(
        "note",
        "Working days were counted without bank holidays.",
        "The return's year lies outside the years whose bank holidays are held, so Monday to Friday count as working days. Rules "
        "with a limit in working days may be a few days off.",
        "Nothing, unless the reference date is wrong.",
        "a reference date of 31 March 2035",
    ),
    "CSC303": OwnCode(
        "note",
        "The collection window is not the collection year.",
        "Dates are compared with the year that ends on the header's ReferenceDate. Where that is not 31 March of the return's "
        "year, many findings about dates may come from it alone.",
        "Look at rule 100 first: put the ReferenceDate right, then check again.",
        "ReferenceDate 2025-03-31 in a return for 2025-26",
    ),
    "CSC304": OwnCode(
        "query",
        "What was given as last year's return is of another year.",
        "Rules that compare two years were not run with it; or, where its year was only assumed from its dates, they were, and "
        "what they find may come from that alone.",
        "Name the return of the year before with --previous, with its year in the name of the file or folder.",
        "a return of 2023-24 given as --previous to one of 2025-26",
    ),
    "CSC305": OwnCode(
        "query",
        "None of the returns given as last year's fits this one.",
        "A return of the year before is of the same collection and the same authority. Rules that compare two years were not "
        "run on this return.",
        "Name the return of the year before with --previous.",
        "a CIN census given as --previous to a children looked after return",
    ),
    "CSC401": OwnCode(
        "error",
        "A row is about a child who is not in the header.",
        "The header has one row for each child of the return. A row of another table without its child there, or without any "
        "identifier, belongs to nobody, and rules that ask who the child is cannot look at it.",
        "Correct the child's identifier, add the child to the header, or remove the row.",
        "CHILD A1 in Episodes, where the header has no A1",
    ),
    "CSC402": OwnCode(
        "error",
        "A child stands more than once in a table that has one row a child.",
        "Only one of the rows can be right, and rules may read either. All rows of the child in the table are one finding.",
        "Remove the row that was entered twice; if the rows are about two children, correct an identifier.",
        "two rows with CHILD A1 in OC2",
    ),
    "CSC403": OwnCode(
        "error",
        "Date of birth differs from the one in the header.",
        "The header says when the child was born; the date in the other table should be the same. Dates that are blank or cannot "
        "be read are left aside.",
        "Look in the child's record which date is right and correct the other; check that the row has the right identifier.",
        "DOB 14/05/2010 in the header and 15/05/2010 in Reviews",
    ),
    "CSC404": OwnCode(
        "error",
        "Sex differs from the one in the header.",
        "The header says what sex the child is; the code in the other table should be the same. Blank codes are left aside.",
        "Look in the child's record which code is right and correct the other; check that the row has the right identifier.",
        "SEX M in the header and F in UASC",
    ),
}
