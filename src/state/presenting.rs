//! The lab in front of a class: a picture, the sentence, and the few controls that matter.

/// What is shown while the lab is presented, and what is drawn over it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Presenting {
    /// The picture that is shown, by its place among those of the lab's place.
    pub page: usize,
    /// Whether the screen is dark, so that people look at who speaks.
    pub is_blank: bool,
    /// Whether all but the surroundings of the pointer is dimmed.
    pub has_spotlight: bool,
    /// Whether the pointer draws.
    pub has_pen: bool,
    /// What was drawn, stroke by stroke, in shares of the window's width and height; another page begins without.
    pub strokes: Vec<Vec<[f32; 2]>>,
}

impl Presenting {
    /// Goes to another page, from 0 to below `n_pages`.
    pub fn turn(&mut self, steps: i32, n_pages: usize) {
        let last = n_pages.saturating_sub(1);
        let page = self.page.min(last).saturating_add_signed(steps as isize).min(last);
        if page != self.page {
            self.page = page;
            self.strokes.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_turned_within_their_number_and_begin_without_strokes() {
        let mut presenting = Presenting { strokes: vec![vec![[0.5, 0.5]]], ..Presenting::default() };
        presenting.turn(-1, 5);
        assert_eq!((presenting.page, presenting.strokes.len()), (0, 1));
        presenting.turn(1, 5);
        assert_eq!((presenting.page, presenting.strokes.len()), (1, 0));
        presenting.turn(9, 5);
        assert_eq!(presenting.page, 4);
        presenting.turn(0, 2);
        assert_eq!(presenting.page, 1);
        presenting.turn(1, 0);
        assert_eq!(presenting.page, 0);
    }
}
