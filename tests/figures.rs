//! Every picture in every format, without a display: the documents are read by other programs' parsers, and what is in them is
//! looked for.

use std::{collections::BTreeSet, path::Path};

use longtail_lab::{
    app::{FilmPlan, Offscreen, film, handout},
    figure::{Figure, FilmFormat, Format, Look, drawable},
    lesson::built_in,
    state::Picture,
    ui::cards::card,
};

const SHORT: &str =
    "seeds = 2\n[training]\nepochs = 6\n[distribution]\nclasses = 5\nmax_count = 300\nimbalance = 30.0\n";
const SIZE: [f32; 2] = [800.0, 500.0];
const LOOK: Look = Look { size: SIZE, is_dark: false };

/// The lab with an experiment of this text.
fn lab(text: &str) -> Offscreen {
    let folder = tempfile::tempdir().expect("a folder");
    lab_in(folder.path(), text)
}

/// The lab with an experiment of this text in a folder.
fn lab_in(folder: &Path, text: &str) -> Offscreen {
    let path = folder.join("experiment.toml");
    std::fs::write(&path, text).expect("a file");
    Offscreen::open(Some(&path)).unwrap_or_else(|fault| panic!("{fault}"))
}

fn draw(lab: &mut Offscreen, picture: Picture, look: Look) -> Figure {
    lab.draw(picture, None, look, "a.svg", &mut |_, _| ()).unwrap_or_else(|fault| panic!("{picture:?}: {fault}"))
}

/// Everything that is written in a picture.
fn words(svg: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).expect("XML");
    let labels = document.descendants().filter_map(|node| node.attribute("aria-label"));
    labels.map(str::to_owned).collect()
}

#[track_caller]
fn check_svg(picture: Picture, svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{picture:?}: {error}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "svg");
    assert_eq!((root.attribute("width"), root.attribute("height")), (Some("800"), Some("500")), "{picture:?}");
    let title = document.descendants().find(|node| node.has_tag_name("title")).and_then(|node| node.text());
    let all: Vec<_> = document.descendants().filter(roxmltree::Node::is_element).collect();
    assert_eq!(title, Some(card(picture).name()));
    let ids: BTreeSet<&str> = all.iter().filter_map(|node| node.attribute("id")).collect();
    let mut n_letters = 0;
    for node in &all {
        for attribute in node.attributes() {
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf "), "{picture:?}: {value}");
            if let Some(target) = value.strip_prefix('#').filter(|_| attribute.name() == "href") {
                assert!(ids.contains(target), "{picture:?}: {target}");
                n_letters += 1;
            }
        }
        if let Some(rest) = node.attribute("transform").and_then(|text| text.strip_prefix("translate(")) {
            let place: Vec<f32> =
                rest.split([' ', ')']).take(2).map(|number| number.parse().expect("a number")).collect();
            assert!((-1.0..=SIZE[0] + 1.0).contains(&place[0]), "{picture:?}: {rest}");
        }
    }
    assert!(n_letters > 60, "{picture:?} has {n_letters} letters");
    let words = words(svg).join("\n");
    assert!(words.contains("seeds: data 1, split 1, start 1"), "{picture:?}: {words}");
    assert!(words.contains(&format!("longtail-lab figure {}", picture.key())), "{picture:?}: {words}");
}

#[track_caller]
fn check_pdf(picture: Picture, bytes: &[u8]) {
    let document = lopdf::Document::load_mem(bytes).unwrap_or_else(|error| panic!("{picture:?}: {error}"));
    let pages = document.get_pages();
    assert_eq!(pages.len(), 1, "{picture:?}");
    let page = document.get_dictionary(pages[&1]).expect("a page");
    let media = page.get(b"MediaBox").and_then(lopdf::Object::as_array).expect("a size");
    let media: Vec<f32> = media.iter().map(|side| side.as_float().expect("a number")).collect();
    assert_eq!(media[2..], SIZE, "{picture:?}");
}

/// Colours of a picture, and the share of its pixels that are not its ground.
#[track_caller]
fn check_png(picture: Picture, bytes: &[u8]) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!([info.width as f32, info.height as f32], SIZE.map(|side| 2.0 * side), "{picture:?}");
    let pixels: Vec<&[u8]> = pixels.chunks(4).collect();
    let colours: BTreeSet<&[u8]> = pixels.iter().copied().collect();
    let n_drawn = pixels.iter().filter(|pixel| **pixel != pixels[0]).count();
    assert!(colours.len() > 20, "{picture:?} has {} colours", colours.len());
    assert!(n_drawn * 100 > pixels.len(), "{picture:?}: {n_drawn} pixels are drawn");
}

#[test]
fn every_picture_is_drawn_in_every_format() {
    let mut lab = lab(SHORT);
    let mut n_drawn = 0;
    for picture in drawable().filter(|&picture| lab.has(picture)).collect::<Vec<_>>() {
        let figure = draw(&mut lab, picture, LOOK);
        for format in Format::ALL {
            let bytes = format.bytes_of(&figure).unwrap_or_else(|error| panic!("{picture:?}: {error}"));
            match format {
                Format::Svg => check_svg(picture, std::str::from_utf8(&bytes).expect("text")),
                Format::Pdf => check_pdf(picture, &bytes),
                Format::Png => check_png(picture, &bytes),
            }
        }
        n_drawn += 1;
    }
    assert_eq!(n_drawn, Picture::ALL.len() - 7, "all but the three of sweeps and the four of label sets");
}

#[test]
fn a_picture_says_what_was_trained_and_is_the_same_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let twice = |picture| [(); 2].map(|()| draw(&mut lab_in(folder.path(), SHORT), picture, LOOK));
    let [once, again] = twice(Picture::Recall);
    assert_eq!(once, again);
    let words = words(&once.svg);
    for expected in ["CE", "Balanced CE", "Focal", "CB", "Macro", "Recall", "C0", "C4"] {
        assert!(words.iter().any(|word| word == expected), "{expected}: {words:?}");
    }
    assert!(words.iter().any(|word| word.contains("5 classes with 300 to 10 training samples · epoch 6")), "{words:?}");
    let curves = twice(Picture::Curves);
    assert_eq!(curves[0], curves[1], "points of curves do not depend on the speed of the machine");
}

#[test]
fn another_epoch_size_and_theme_give_another_picture() {
    let mut lab = lab(SHORT);
    let early = lab.draw(Picture::Recall, Some(2), LOOK, "a.svg", &mut |_, _| ()).expect("a picture");
    assert!(words(&early.svg).iter().any(|word| word.contains("--epoch 2")));
    let late = draw(&mut lab, Picture::Recall, LOOK);
    assert_ne!(early, late);
    let dark = draw(&mut lab, Picture::Recall, Look { size: [1000.0, 600.0], is_dark: true });
    assert!(dark.svg.contains("width=\"1000\"") && words(&dark.svg).iter().any(|word| word.contains("--theme dark")));
}

#[test]
fn the_command_below_a_picture_has_what_was_chosen_to_be_shown() {
    let choices = r#"{"log_counts":false}"#;
    let mut lab = lab(SHORT);
    let usual = draw(&mut lab, Picture::Counts, LOOK).svg;
    lab.choose(choices).expect("choices");
    let chosen = draw(&mut lab, Picture::Counts, LOOK).svg;
    assert!(words(&chosen).iter().any(|line| line.contains(&format!("--view '{choices}'"))), "{:?}", words(&chosen));
    assert_ne!(words(&usual), words(&chosen));
    assert!(!words(&usual).iter().any(|line| line.contains("--view")));
    for (wrong, expected) in [
        ("1", "no JSON object"),
        ("{", "EOF"),
        (r#"{"is_dark":true}"#, "there is no is_dark"),
        (r#"{"series":"x"}"#, "x"),
    ] {
        let fault = lab.choose(wrong).expect_err("a fault");
        assert!(fault.contains("no choices of pictures") && fault.contains(expected), "{fault}");
    }
    // A curve of another figure has another name of its axis and another course.
    lab.choose(r#"{"series":"worst_class"}"#).expect("choices");
    let curves = draw(&mut lab, Picture::Curves, LOOK).svg;
    assert!(words(&curves).join(" ").contains("Worst class"), "{:?}", words(&curves));
}

#[test]
fn names_in_any_script_are_drawn() {
    let rows = "1,2,고양이\n2,3,고양이\n3,1,자동차\n4,4,자동차\n5,5,\u{642}\u{637}\n6,1,\u{642}\u{637}\n".repeat(6);
    let table = format!("x,y,label\n{rows}");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("table.csv"), table).expect("a file");
    let path = folder.path().join("experiment.toml");
    let text = "[training]\nepochs = 2\n[data]\nsource = \"file\"\npath = \"table.csv\"\nlabel = \"label\"\n";
    std::fs::write(&path, text).expect("a file");
    let mut lab = Offscreen::open(Some(&path)).unwrap_or_else(|fault| panic!("{fault}"));
    let figure = draw(&mut lab, Picture::Counts, LOOK);
    let words = words(&figure.svg);
    assert!(words.iter().any(|word| word.contains("고양이")), "{words:?}");
    for format in Format::ALL {
        format.bytes_of(&figure).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// A short film of two pictures.
fn plan() -> FilmPlan {
    FilmPlan {
        pictures: vec![Picture::Recall, Picture::Counts],
        epochs: Some(6),
        n_frames: 4,
        frames_per_second: 5,
        look: Look { size: [300.0, 220.0], is_dark: false },
    }
}

#[test]
fn a_film_has_every_picture_at_its_size_in_both_formats() {
    let spec = lab(SHORT).session().spec.clone();
    let mut heard = Vec::new();
    let make = |format, heard: &mut Vec<(usize, usize)>| {
        let on_frame = &mut |made, of| {
            heard.push((made, of));
            true
        };
        film(&spec, &plan(), format, on_frame).unwrap_or_else(|fault| panic!("{fault}")).expect("a film")
    };
    let gif = make(FilmFormat::Gif, &mut heard);
    assert_eq!(heard, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(gif.as_slice()).expect("a GIF");
    assert_eq!((decoder.width(), decoder.height()), (600, 220));
    let mut frames: Vec<Vec<u8>> = Vec::new();
    while let Some(frame) = decoder.read_next_frame().expect("a frame") {
        frames.push(frame.buffer.to_vec());
    }
    assert_eq!(frames.len(), 4);
    assert!(frames.windows(2).all(|pair| pair[0] != pair[1]), "the bars move");

    let apng = make(FilmFormat::Apng, &mut heard);
    let reader = png::Decoder::new(std::io::Cursor::new(apng)).read_info().expect("a PNG");
    let animation = reader.info().animation_control().expect("an animation");
    assert_eq!((animation.num_frames, reader.info().width, reader.info().height), (4, 600, 220));
}

#[test]
fn a_film_that_is_cancelled_is_none() {
    let spec = lab(SHORT).session().spec.clone();
    assert_eq!(film(&spec, &plan(), FilmFormat::Gif, &mut |made, _| made < 1), Ok(None));
}

#[test]
fn a_report_is_a_page_with_pictures_numbers_and_the_experiment() {
    let spec = lab(SHORT).session().spec.clone();
    let page = Offscreen::report(&spec, &mut |_, _| ()).unwrap_or_else(|fault| panic!("{fault}"));
    let start = page.find("<svg ").expect("a picture");
    assert!(page.matches("<svg ").count() >= 8 && page.matches("<table>").count() == 3);
    // Nothing is loaded, nothing runs, and no name is there twice.
    assert!(!page.contains("<script") && !page.contains("src=\"http") && page[..start].contains("Epoch 6"));
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.html");
    std::fs::write(&path, &page).expect("a file");
    assert_eq!(longtail_lab::experiment::file::open(&path).expect("the experiment"), spec);
}

#[test]
fn a_lesson_is_printed_with_a_sheet_for_each_scene_and_each_solution() {
    let lesson = built_in("accuracy-lies").expect("a lesson").expect("a valid one");
    let n_asked = lesson.scenes.iter().filter(|scene| scene.question.is_some()).count();
    for (language, has_solutions) in [("en", false), ("ko", true)] {
        let pdf = handout(&lesson, language, has_solutions, &mut |_, _| ()).unwrap_or_else(|fault| panic!("{fault}"));
        let document = lopdf::Document::load_mem(&pdf).expect("a PDF");
        let pages = document.get_pages();
        let least = lesson.scenes.len() + if has_solutions { n_asked } else { 0 };
        assert!(pages.len() >= least && (has_solutions || pages.len() == least), "{} pages", pages.len());
        for page in pages.values() {
            let contents = document.get_page_content(*page);
            assert!(contents.is_ok_and(|contents| !contents.is_empty()));
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bad.toml");
    std::fs::write(&path, "seed = true").expect("a file");
    assert!(Offscreen::open(Some(&path)).err().is_some_and(|fault| fault.contains("bad.toml")));
    assert!(Offscreen::open(Some(Path::new("/no/such.toml"))).is_err());
    let mut lab = lab(SHORT);
    let fault = lab.draw(Picture::SweepPoints, None, LOOK, "a.svg", &mut |_, _| ()).err();
    assert!(fault.is_some_and(|fault| fault.contains(".jsonl")));
    assert!(Format::of(Path::new("a.jpg")).is_err() && Format::of(Path::new("svg")).is_err());
    assert_eq!(Format::of(Path::new("a.b.PDF")), Ok(Format::Pdf));
}
