"""Makes the fonts in this folder from Noto Sans, Noto Sans Math and Noto Sans Symbols 2 (Debian's fonts-noto-core).

    pip install fonttools && python3 subset.py /usr/share/fonts/truetype/noto /usr/share/fonts/opentype/noto

The second folder has Noto Sans CJK (Debian's fonts-noto-cjk), of which the Hangul syllables in use become a font of their own.

Noto Sans itself has neither mathematical signs nor arrows and shapes, so these are taken from its sisters, which are
drawn on the same grid. Line height and everything else stay those of Noto Sans. Hinting programs are left out: egui fits
glyphs to the pixels by itself then, with the same look, where running the programs took longer than the whole first frame.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

BLOCKS = [
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A
    (0x0370, 0x03FF),  # Greek
    (0x1D62, 0x1D6A),  # subscript letters
    (0x2010, 0x205F),  # general punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20AC, 0x20AC),  # euro
    (0x2113, 0x2113),  # script l
    (0x2150, 0x215F),  # fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2308, 0x230B),  # floor and ceiling
    (0x23E9, 0x23FA),  # playback
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2713, 0x2717),  # ticks and crosses
    (0x2C7C, 0x2C7C),  # subscript j
]


def subset(path, wanted, keep_kerning):
    font = TTFont(path, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern"] if keep_kerning else []
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["MATH", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted & set(font.getBestCmap()))
    subsetter.subset(font)
    return font


def build(folder, weight):
    missing = {code for first, last in BLOCKS for code in range(first, last + 1)}
    parts = []
    for name in [f"NotoSans-{weight}", "NotoSansMath-Regular", "NotoSansSymbols2-Regular"]:
        font = subset(folder / f"{name}.ttf", missing, keep_kerning=not parts)
        missing -= set(font.getBestCmap())
        part = Path(f"part-{len(parts)}.ttf")
        font.save(part)
        parts.append(part)
    merged = Merger().merge([str(part) for part in parts])
    sans = TTFont(parts[0])
    for table, fields in [
        ("hhea", ["ascent", "descent", "lineGap"]),
        ("OS/2", ["sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "fsSelection"]),
    ]:
        for field in fields:
            setattr(merged[table], field, getattr(sans[table], field))
    merged["name"] = sans["name"]
    merged.recalcTimestamp = False  # the same bytes on every run
    merged["head"].created, merged["head"].modified = sans["head"].created, sans["head"].modified
    merged.save(f"NotoSans-{weight}.ttf")
    for part in parts:
        part.unlink()


def build_hangul(folder):
    # The 2,350 syllables of KS X 1001, and the letters that they are made of.
    rows = [bytes([row, cell]) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)]
    wanted = {ord(syllable.decode("euc_kr")) for syllable in rows} | set(range(0x3131, 0x3164))
    font = TTFont(folder / "NotoSansCJK-Regular.ttc", fontNumber=1, recalcTimestamp=False)
    options = Options()
    options.layout_features = []
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.save("NotoSansKR-Regular.otf")


for weight in ["Regular", "Bold"]:
    build(Path(sys.argv[1]), weight)
build_hangul(Path(sys.argv[2]))
