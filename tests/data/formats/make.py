"""Makes the files beside it from wine.jsonl, each by the library of its format.

    pip install pandas zstandard
    python make.py

Without the files of wine.arff, wine.parquet, wine.svm and wine.jsonl, which came from elsewhere (see ../README.md).
"""

import bz2
import gzip
import io
import lzma
import pathlib
import zipfile

import pandas
import zstandard

HERE = pathlib.Path(__file__).parent
TABLE = pandas.read_json(HERE / "wine.jsonl", lines=True, precise_float=True)
CSV = TABLE.to_csv(index=False).encode()


def compressed():
    write = lambda ending, packed: (HERE / f"wine.csv.{ending}").write_bytes(packed)
    write("gz", gzip.compress(CSV, mtime=0))
    write("zst", zstandard.ZstdCompressor(level=19).compress(CSV))
    write("bz2", bz2.compress(CSV))
    write("xz", lzma.compress(CSV))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("wine.csv"), CSV, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("__MACOSX/._wine.csv"), b"what a system puts beside it")
    write("zip", packed.getvalue())


# A language, how its texts are encoded, and cities with a word for each of two classes.
LANGUAGES = [
    ("german", ["cp1252"], ["Köln", "München", "Düsseldorf", "Nürnberg", "Bonn"], ["groß", "klein"]),
    ("korean", ["cp949", "utf-16", "utf-16-le", "utf-16-be"], ["서울", "부산", "대구", "인천", "광주"], ["높음", "낮음"]),
    ("japanese", ["shift_jis"], ["東京", "大阪", "京都", "さっぽろ", "ナゴヤ"], ["多い", "少ない"]),
    ("chinese", ["gbk"], ["北京", "上海", "广州", "深圳", "成都"], ["许多", "很少"]),
]


def encoded():
    for language, encodings, cities, classes in LANGUAGES:
        rows = [f"{cities[row % 5]},{row * 37 % 101 / 4},{classes[row % 3 // 2]}" for row in range(30)]
        text = "\n".join(["city,x,class", *rows, ""])
        for encoding in ["utf-8", *encodings]:
            (HERE / f"{language}.{encoding}.csv").write_bytes(text.encode(encoding))


if __name__ == "__main__":
    compressed()
    encoded()
