"""From the bytes of a document to text, and from a broken document to one that an XML parser takes."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Final

from ingest.parsing.model import NotAFeed, ParseError

_BOMS: Final = (
    # The longer marks first: UTF-32 in little-endian order begins like UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
# How "<?" or "<r" begins without a mark (XML 1.0, appendix F).
_SILENT_WIDE: Final = (
    (re.compile(rb"\x00\x00\x00<"), "utf-32-be"),
    (re.compile(rb"<\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00<\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"<\x00[^\x00]\x00"), "utf-16-le"),
)
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z][\w.:-]{0,40})["']""")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([A-Za-z][\w.:-]{0,40})""", re.IGNORECASE | re.ASCII)
# Python also has codecs for ROT13, punycode, IDNA (quadratic) and its own escapes; those are never meant.
_ENCODINGS: Final = frozenset(
    ["ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
    + [f"iso8859-{part}" for part in range(1, 17)]
    + [f"cp{page}" for page in (437, 850, 852, 866, 874, *range(1250, 1259), 932, 949, 950)]
    + ["koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620", "ptcp154", "big5", "big5hkscs", "gb2312", "gbk"]
    + ["gb18030", "hz", "euc_jp", "euc_kr", "shift_jis", "johab", "iso2022_jp", "iso2022_kr"]
)
# What these declare is windows-1252 on the whole Web (WHATWG Encoding, section 4.2).
_MEANS_WINDOWS: Final = frozenset(("ascii", "iso8859-1"))
# Their bytes are ASCII, so they have to be believed before UTF-8 is tried.
_SEVEN_BIT: Final = frozenset(("hz", "iso2022_jp", "iso2022_kr"))

_ROOT: Final = re.compile(r"<(?:\?xml|rss|feed|rdf:RDF|RDF|channel)[\s>/:]", re.IGNORECASE)
_JUNK_SCAN: Final = 8_192
_SPACE: Final = re.compile(r"[\s\ufeff]*")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE\s+([^\s\[>]{1,100})", re.IGNORECASE)
_DOCTYPE_TOKEN: Final = re.compile(r"""["'\[\]>]|<!--|<\?""")
_ENTITY: Final = re.compile(
    r"""<!ENTITY\s+(?P<parameter>%\s*)?(?P<name>[^\s"'<>%&;]{1,100})\s+"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<external>SYSTEM|PUBLIC)\b)""",
)
_REFERENCE: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31});")
_NESTED: Final = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};)|%")
_MAXIMUM_ENTITIES: Final = 300
_MAXIMUM_EXPANSION: Final = 1_000_000
"""Characters that a document may gain by its own entities."""

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MAXIMUM_REFERENCES: Final = 500_000
"""References in a document that are looked at one by one."""
# Whatever follows but a reference that XML knows.
_AMPERSAND: Final = re.compile(
    r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(?:([A-Za-z][A-Za-z0-9]{0,31});)?"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text, without its declarations, and what was wrong with it so far."""

    text: str
    doctype: str = ""
    """The name of the document type, in lower case."""
    faults: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    """Return the text of a document and what was wrong with its encoding.

    In order: a byte order mark, the pattern of UTF-16 and UTF-32, UTF-8 where the bytes are valid UTF-8 (no other
    encoding is so by chance), the charset of the Content-Type (RFC 7303), the XML declaration; and windows-1252
    with replacements, as browsers do, for what is none of these. Never fails.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _decode_surely(body[len(mark) :], encoding)
    for pattern, encoding in _SILENT_WIDE:
        if pattern.match(body):
            return _decode_surely(body, encoding)
    candidates = list(_candidates(body, content_type))
    seven_bit = [encoding for encoding in candidates if encoding in _SEVEN_BIT]
    for encoding in (*seven_bit, "utf-8", *candidates):
        try:
            return body.decode(encoding), []
        except UnicodeDecodeError:
            continue
    # Mostly UTF-8 with a few cut or foreign bytes, or mostly windows-1252: count which loses less.
    lenient = body.decode("utf-8", "replace")
    damage = lenient.count("\ufffd")
    if damage * 20 < len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]", body)):
        return lenient, [f"{damage} bytes are not valid UTF-8 and were replaced"]
    return body.decode("windows-1252", "replace"), ["the encoding is not the declared one; read as windows-1252"]


def tidy(text: str) -> Document:
    """Return a document without junk before it, XML declaration and document type.

    Entities that the document declares are put in place here, so that no parser ever sees a declaration. Raises
    ParseError for external, parameter and nested entities and for many or long ones: none occurs in an honest
    feed, and each is an attack. Raises NotAFeed for an empty document.
    """
    faults = []
    text = text.lstrip("\ufeff \t\r\n\x00\x0c")
    if not text:
        raise NotAFeed("empty", "the document is empty")
    if not text.startswith("<"):
        root = _ROOT.search(text, 0, _JUNK_SCAN)
        if root:
            faults.append(f"{root.start()} characters stand before the document")
            text = text[root.start() :]
    position = 0
    doctype = ""
    while True:
        position = _skip_space(text, position)
        if text.startswith("<?", position):
            position = _after(text, "?>", position)
        elif text.startswith("<!--", position):
            position = _after(text, "-->", position + 4)
        elif not doctype and (match := _DOCTYPE.match(text, position)):
            doctype = match[1].lower()
            end = _doctype_end(text, match.end())
            text = _without_entities(text[position:end], text[end:])
            position = 0
        elif position == len(text):
            raise NotAFeed("empty", "the document holds nothing but comments and declarations")
        else:
            return Document(text[position:], doctype, tuple(faults))


def repair(text: str) -> tuple[str, list[str]]:
    """Return a document with the usual mistakes mended, and which they were. Linear in its length.

    HTML's named entities and bare ampersands outside CDATA, and characters that XML forbids. libxml2 would cut
    the text at each of them: "AT&T" would come out as "AT".
    """
    faults = []
    mended, forbidden = _NOT_XML.subn("", text)
    if forbidden:
        faults.append(f"{forbidden} characters that XML forbids were removed")
    pieces = []
    ampersands = 0
    for piece, is_cdata in _cdata_sections(mended):
        if is_cdata:
            pieces.append(piece)
            continue
        if piece.count("&") > _MAXIMUM_REFERENCES:
            # A flood, of which each would cost hundreds of bytes for a moment.
            ampersands += 1
            pieces.append(piece.replace("&", "&amp;"))
            continue
        fixed, mended_here = _AMPERSAND.subn(_mend_ampersand, piece)
        ampersands += mended_here
        pieces.append(fixed)
    if ampersands:
        faults.append("ampersands or HTML entities that XML does not know were escaped")
    return "".join(pieces), faults


def _decode_surely(body: bytes, encoding: str) -> tuple[str, list[str]]:
    try:
        return body.decode(encoding), []
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
        return text, [f"{text.count(chr(0xFFFD))} characters are not valid {encoding.upper()} and were replaced"]


def _candidates(body: bytes, content_type: str | None) -> Iterator[str]:
    charset = _CHARSET.search(content_type or "")
    declared = _DECLARED.search(body, 0, 1_000)
    for name in (charset and charset[1], declared and declared[1].decode("ascii", "replace")):
        try:
            encoding = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        if encoding in _ENCODINGS:
            yield "cp1252" if encoding in _MEANS_WINDOWS else encoding


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _after(text: str, mark: str, position: int) -> int:
    end = text.find(mark, position)
    return len(text) if end == -1 else end + len(mark)


def _doctype_end(text: str, position: int) -> int:
    """Return where a document type declaration ends, minding quotes, comments and the internal subset."""
    depth = 0
    while True:
        token = _DOCTYPE_TOKEN.search(text, position)
        if token is None:
            raise ParseError("bad_doctype", "the document type declaration does not end")
        position = token.end()
        match token[0]:
            case '"' | "'":
                position = _after(text, token[0], position)
            case "<!--":
                position = _after(text, "-->", position)
            case "<?":
                position = _after(text, "?>", position)
            case "[":
                depth += 1
            case "]":
                depth -= 1
            case _ if depth <= 0:
                return position


def _without_entities(declaration: str, rest: str) -> str:
    entities: dict[str, str] = {}
    for match in _ENTITY.finditer(declaration):
        value = match["double"] if match["single"] is None else match["single"]
        if match["external"] or match["parameter"]:
            raise ParseError("entities", "the document declares an external or parameter entity, which is refused")
        if _NESTED.search(value) or len(entities) >= _MAXIMUM_ENTITIES:
            raise ParseError("entities", "the document declares nested or very many entities: an entity bomb")
        entities.setdefault(match["name"], value)
    if not entities:
        return rest
    gain = sum(len(entities.get(match[1], "")) for match in _REFERENCE.finditer(rest))
    if gain > _MAXIMUM_EXPANSION:
        raise ParseError("entities", f"the document's entities would grow to {gain:,} characters: an entity bomb")
    return _REFERENCE.sub(lambda match: entities.get(match[1], match[0]), rest)


def _cdata_sections(text: str) -> Iterator[tuple[str, bool]]:
    position = 0
    while True:
        start = text.find("<![CDATA[", position)
        end = -1 if start == -1 else text.find("]]>", start)
        if end == -1:
            # No more sections, or one without an end, which is left to the parser.
            yield text[position:] if start == -1 else text[position:start], False
            if start != -1:
                yield text[start:], True
            return
        yield text[position:start], False
        yield text[start : end + 3], True
        position = end + 3


def _mend_ampersand(match: re.Match[str]) -> str:
    characters = html5.get(f"{match[1]};")
    if characters is None:
        return f"&amp;{match[0][1:]}"
    return "".join(f"&#{ord(character)};" for character in characters)
