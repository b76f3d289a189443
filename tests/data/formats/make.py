"""Makes the files beside it from wine.jsonl, each by the library of its format.

    pip install numpy pandas zstandard pyarrow polars openpyxl liac-arff
    python make.py

Without the files of wine.arff, wine.parquet, wine.svm and wine.jsonl, which came from elsewhere (see ../README.md).
"""

import bz2
import gzip
import io
import lzma
import pathlib
import zipfile

import arff
import numpy
import pandas
import polars
import pyarrow
import pyarrow.feather
import pyarrow.parquet
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


def columns():
    table = pyarrow.Table.from_pandas(TABLE, preserve_index=False)
    for compression in ["zstd", "gzip", "lz4"]:
        pyarrow.parquet.write_table(table, HERE / f"wine.{compression}.parquet", compression=compression)
    pyarrow.feather.write_feather(table, HERE / "wine.lz4.feather", compression="lz4")
    # A column of texts as a dictionary, in several batches.
    target = table.column("target").dictionary_encode()
    coded = table.set_column(table.schema.get_field_index("target"), "target", target)
    with pyarrow.ipc.new_file(HERE / "wine.arrow", coded.schema) as file:
        file.write_table(coded, max_chunksize=50)
    with pyarrow.ipc.new_stream(HERE / "wine.arrows", table.schema) as stream:
        stream.write_table(table, max_chunksize=50)
    polars.from_pandas(TABLE).write_ipc(HERE / "wine.zstd.arrow", compression="zstd")


def workbook():
    with pandas.ExcelWriter(HERE / "wine.xlsx", engine="openpyxl") as book:
        pandas.DataFrame().to_excel(book, sheet_name="Empty", index=False)
        TABLE.to_excel(book, sheet_name="Wine", index=False)
        TABLE[["ash", "target"]].to_excel(book, sheet_name="Ash", index=False)


def sparse():
    classes = sorted(TABLE["target"].unique())
    attributes = [(name, "NUMERIC") for name in TABLE.columns[:-1]] + [("target", classes)]
    # What is left out of a sparse row is 0, or the first class.
    said = lambda name, value: value != (classes[0] if name == "target" else 0)
    rows = [
        {place: row[name] for place, name in enumerate(TABLE.columns) if said(name, row[name])}
        for _, row in TABLE.iterrows()
    ]
    document = {"relation": "wine", "attributes": attributes, "data": rows}
    (HERE / "wine.sparse.arff").write_text(arff.dumps(document), encoding="utf-8")


def arrays():
    # A column an array: numbers and a text.
    columns = {name: TABLE[name].to_numpy() for name in TABLE.columns}
    numpy.savez_compressed(HERE / "wine.npz", **{**columns, "target": columns["target"].astype(str)})
    # Features and class as most people keep them; one array column by column, in the order of other machines.
    features = TABLE.iloc[:, :-1].to_numpy()
    classes = TABLE["target"].astype("category").cat.codes.to_numpy()
    numpy.savez(HERE / "wine.xy.npz", X=features, y=classes)
    numpy.save(HERE / "wine.npy", numpy.asfortranarray(numpy.column_stack([features, classes])).astype(">f8"))


if __name__ == "__main__":
    compressed()
    encoded()
    columns()
    workbook()
    sparse()
    arrays()
