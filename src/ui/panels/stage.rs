//! Where the pictures of the lab stand: recall and the sentence are always in sight; the pictures that explain them stand
//! around them, and become tabs, then scroll, where there is less room.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::{bounds::Bounded, state::Picture};

/// Space between cards.
pub(super) const GAP: f32 = 8.0;
/// Height of a row of tabs.
const TABS: f32 = 28.0;
/// Least size of a picture that explains recall.
const LEAST_WIDTH: f32 = 300.0;
const LEAST_HEIGHT: f32 = 150.0;
/// Below this width nothing stands beside recall.
const WIDE: f32 = 700.0;
/// Share of the height for recall where other pictures stand below it, and of the width where they stand at its right.
const HERO_HEIGHT: f32 = 0.4;
const HERO_WIDTH: f32 = 0.62;

/// The pictures that explain recall: what the data are and what the weights do, and what comes out.
const DATA: &[Picture] = &[Picture::Counts, Picture::Weights];
const MODEL: &[Picture] = &[Picture::Regions, Picture::Curves];
const CAST: &[Picture] = &[Picture::Counts, Picture::Weights, Picture::Regions, Picture::Curves];

/// What stands in a place of the lab.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// The sentence.
    Sentence,
    /// Recall, or what was chosen in its place.
    Hero,
    /// One picture.
    Card(Picture),
    /// One of several pictures, with a row of tabs above it.
    Tabs(&'static [Picture]),
}

/// The parts of the lab with their places from the left upper corner, in reading order, and the height of all of them:
/// more than there is where one has to scroll.
pub(super) fn stage(size: Vec2, least_hero: f32, sentence: f32) -> (Vec<(Part, Rect)>, f32) {
    let whole = Rect::from_min_size(Pos2::ZERO, size);
    let answer = least_hero + GAP + sentence;
    let cast = size.y - answer - GAP;
    if size.x >= WIDE && cast >= LEAST_HEIGHT + TABS {
        let hero = (HERO_HEIGHT * (size.y - sentence))
            .max(least_hero)
            .min(size.y - sentence - LEAST_HEIGHT - TABS - 2.0 * GAP);
        let (top, rest) = cut(whole, hero);
        let (middle, below) = cut(rest, sentence);
        let mut parts = vec![(Part::Hero, top), (Part::Sentence, middle)];
        parts.extend(below_hero(below));
        return (parts, size.y);
    }
    if size.x >= WIDE && size.y >= answer {
        let (upper, sentence) = cut(whole, size.y - sentence - GAP);
        let (left, right) = cut_width(upper, HERO_WIDTH);
        return (vec![(Part::Hero, left), (Part::Tabs(CAST), right), (Part::Sentence, sentence)], size.y);
    }
    // The answer first; the rest below it, which one scrolls to where the answer takes all there is.
    let needs_all = cast < LEAST_HEIGHT + TABS;
    let hero = if needs_all { (size.y - sentence - GAP).max(least_hero) } else { least_hero.max(size.y * HERO_HEIGHT) };
    let hero = if needs_all { hero } else { hero.min(least_hero + cast - LEAST_HEIGHT - TABS) };
    let (top, rest) = cut(whole, hero);
    let (middle, below) = cut(rest, sentence);
    let height = below.height().max(LEAST_HEIGHT + TABS).max(if needs_all { size.y } else { 0.0 });
    let below = Rect::from_min_size(below.min, vec2(size.x, height));
    (vec![(Part::Hero, top), (Part::Sentence, middle), (Part::Tabs(CAST), below)], below.bottom())
}

/// The explaining pictures below recall: those of the data at the left, those of the model at the right.
fn below_hero(area: Rect) -> Vec<(Part, Rect)> {
    const DATA_WIDTH: f32 = 0.37;
    /// Height below which squares in two rows are too small, so that they get the whole width.
    const ROOM_FOR_SQUARES: f32 = 270.0;
    /// Regions are squares: where they would not fill a wider card, the curves get the width.
    const REGIONS_WIDTH: [f32; 2] = [0.45, 0.54];
    let (left, right) = cut_width(area, DATA_WIDTH);
    let mut parts = Vec::new();
    if left.height() >= 2.0 * LEAST_HEIGHT + GAP {
        let (upper, lower) = cut(left, (left.height() - GAP) / 2.0);
        parts.extend([(Part::Card(DATA[0]), upper), (Part::Card(DATA[1]), lower)]);
    } else if left.width() >= 2.0 * LEAST_WIDTH + GAP {
        let (first, second) = cut_width(left, 0.5);
        parts.extend([(Part::Card(DATA[0]), first), (Part::Card(DATA[1]), second)]);
    } else {
        parts.push((Part::Tabs(DATA), left));
    }
    if right.width() >= 2.0 * LEAST_WIDTH - 40.0 && right.height() >= ROOM_FOR_SQUARES {
        let share = (right.height() / right.width().max(1.0)).within(REGIONS_WIDTH[0], REGIONS_WIDTH[1]);
        let (first, second) = cut_width(right, share);
        parts.extend([(Part::Card(MODEL[0]), first), (Part::Card(MODEL[1]), second)]);
    } else {
        parts.push((Part::Tabs(MODEL), right));
    }
    parts
}

/// The row of tabs and the card below it.
pub(super) fn tabs_and_card(rect: Rect) -> [Rect; 2] {
    let middle = rect.top() + TABS;
    [rect.with_max_y(middle), rect.with_min_y(middle)]
}

/// What is above a height, and what is below it and a gap.
fn cut(rect: Rect, height: f32) -> (Rect, Rect) {
    let upper = Rect::from_min_size(rect.min, vec2(rect.width(), height.max(0.0)));
    let lower = Rect::from_min_max(pos2(rect.left(), upper.bottom() + GAP), rect.max);
    (upper, Rect::from_min_size(lower.min, lower.size().max(Vec2::ZERO)))
}

fn cut_width(rect: Rect, share: f32) -> (Rect, Rect) {
    let width = ((rect.width() - GAP) * share).max(0.0);
    let left = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    let right = vec2((rect.width() - GAP - width).max(0.0), rect.height());
    (left, Rect::from_min_size(pos2(left.right() + GAP, rect.top()), right))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every size from a point to a wall, in steps.
    fn sizes() -> impl Iterator<Item = Vec2> {
        let widths = [1.0, 180.0, 512.0, 699.0, 700.0, 910.0, 948.0, 1034.0, 1580.0, 3500.0];
        let heights = [1.0, 120.0, 246.0, 280.0, 400.0, 430.0, 500.0, 654.0, 950.0, 2000.0];
        widths.into_iter().flat_map(move |x| heights.into_iter().map(move |y| vec2(x, y)))
    }

    #[test]
    fn recall_and_the_sentence_are_in_sight_wherever_they_have_room() {
        for size in sizes() {
            let (parts, total) = stage(size, 180.0, 48.0);
            let rect_of = |part: Part| parts.iter().find(|(other, _)| *other == part).expect("the part").1;
            let (hero, sentence) = (rect_of(Part::Hero), rect_of(Part::Sentence));
            assert!(hero.height() >= 180.0, "{size:?}: {hero:?}");
            if size.y >= 240.0 {
                assert!(hero.bottom().max(sentence.bottom()) <= size.y + 0.01, "{size:?}: {hero:?} {sentence:?}");
            }
            assert!(total >= size.y - 0.01 && parts.iter().all(|(_, rect)| rect.bottom() <= total + 0.01), "{size:?}");
        }
    }

    #[test]
    fn parts_lie_within_the_width_without_covering_each_other_and_every_picture_can_be_reached() {
        for size in sizes() {
            let (parts, _) = stage(size, 180.0, 48.0);
            for (idx, (part, rect)) in parts.iter().enumerate() {
                assert!(rect.left() >= 0.0 && rect.right() <= size.x.max(GAP) + 0.01, "{size:?}: {part:?} {rect:?}");
                for (other, other_rect) in &parts[..idx] {
                    let common = rect.intersect(*other_rect);
                    assert!(common.width() < 0.01 || common.height() < 0.01, "{size:?}: {part:?} covers {other:?}");
                }
            }
            let mut pictures: Vec<Picture> = parts
                .iter()
                .flat_map(|(part, _)| match part {
                    Part::Sentence => vec![],
                    Part::Hero => vec![Picture::Recall],
                    Part::Card(picture) => vec![*picture],
                    Part::Tabs(pictures) => pictures.to_vec(),
                })
                .collect();
            pictures.sort();
            let mut expected = Picture::OF_LAB;
            expected.sort();
            assert_eq!(pictures, expected, "{size:?}");
        }
    }

    #[test]
    fn a_picture_that_stands_alone_has_its_least_height() {
        for size in sizes().filter(|size| size.x >= WIDE && size.y >= 430.0) {
            for (part, rect) in stage(size, 180.0, 48.0).0 {
                let is_large = rect.height() >= LEAST_HEIGHT - 0.01;
                assert!(part == Part::Sentence || is_large, "{size:?}: {part:?} {rect:?}");
            }
        }
    }
}
