//! Readers of labels of which a row can have any number.

use std::{fs, sync::LazyLock};

use longtail_lab::data::{ImportSettings, ReadHooks, Scan, declared_labels, label_names_in_xml};

use super::harness::{Outcome, fuzz};

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Reads a text with the columns of 0 and 1, or with the list column.
fn read(bytes: &[u8], labels: &[&str]) -> Outcome {
    let label_columns = labels.iter().map(|label| (*label).to_owned()).collect();
    let settings = ImportSettings { label_columns, ..ImportSettings::default() };
    let scan = match Scan::read(bytes, None, &settings, &ReadHooks::silent()) {
        Ok(scan) => scan,
        Err(error) => return Outcome::of(error.to_string()),
    };
    match scan.into_label_table(&settings) {
        Ok(read) => {
            let (table, sets) = (&read.table, &read.sets);
            assert!(sets.n_positives() > 0 && sets.n_labels() == table.class_labels.len());
            assert_eq!((sets.len(), table.feature_names.len()), table.features.dim());
            assert!(table.features.iter().all(|value| value.is_finite()));
            // Text becomes a column of numbers for each of its values; each row has a list of labels.
            let numbers = table.features.len() * size_of::<f64>() + table.feature_names.len() * 1000;
            let labels = sets.len() * 64 + sets.n_positives() * 16;
            Outcome { words: "labels".to_owned(), result_bytes: numbers + labels }
        }
        Err(error) => Outcome::of(error.to_string()),
    }
}

#[test]
fn label_columns() {
    let seeds = [
        "x,a,b\n1,0,1\n2,1,0\n3,1,1\n",
        "x;a;b\n1,5;0;1\n2;1;\n3;true;false\n",
        "x,k,a,b\n1,p,0,2\n2,q,-1,0\n",
        "@relation 'r: -C 2'\n@attribute a {0,1}\n@attribute b {0,1}\n@attribute x numeric\n@data\n0,1,2\n{0 1, 2 3}\n",
    ];
    fuzz("label_columns", texts(&seeds), |bytes| read(bytes, &["a", "b"]));
}

#[test]
fn label_lists() {
    let seeds = [
        "x,tags\n1,a;b\n2,\n3,a\n",
        "x,tags\n1,\"a,b,,c\"\n2,c\n",
        "x\ttags\n1\ta|b|a\n2\t|\n",
        "[{\"x\": 1, \"tags\": \"a;b\"}, {\"x\": 2, \"tags\": null}]",
    ];
    fuzz("label_lists", texts(&seeds), |bytes| read(bytes, &["tags"]));
}

#[test]
fn label_names() {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));
    let seeds = [
        "<?xml version=\"1.0\"?>\n<labels>\n<label name=\"a\"></label>\n<label name='b &amp; c'><label name=\"d\"/></label></labels>",
        "@relation 'r: -C -2'\n@attribute a {0,1}\n@attribute b {0,1}\n@attribute x numeric\n@data\n0,1,2\n",
    ];
    fuzz("label_names", texts(&seeds), |bytes| {
        let path = FOLDER.path().join("labels.arff");
        fs::write(&path, bytes).expect("a file");
        let of = |names: Result<Vec<String>, _>| {
            names.map_or_else(
                |error: longtail_lab::data::DataError| error.to_string(),
                |names| format!("{} names", names.len().min(4)),
            )
        };
        let declared = of(declared_labels(&path, &ImportSettings::default()));
        Outcome::of(of(label_names_in_xml(&path)) + &declared.replace(&*path.to_string_lossy(), ""))
    });
}
