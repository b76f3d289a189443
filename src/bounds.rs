//! Values kept between two ends, whichever of them is the lower one: the standard library's `clamp` ends the program where
//! the ends have changed places, and a small window, a long name or an odd table can make them do so.

/// A number that can be kept between two ends.
///
/// ```
/// use longtail_lab::bounds::Bounded;
///
/// assert_eq!(7.0_f64.within(0.0, 5.0), 5.0);
/// // A frame that is narrower than what should lie in it: as near to both ends as can be.
/// assert_eq!(7.0_f64.within(5.0, 3.0), 4.0);
/// ```
pub trait Bounded: Sized {
    /// The value itself where it lies from `low` to `high`, else the end that is nearer; the middle of the two where `low` is
    /// above `high`. NaN stays NaN, and an end that is NaN bounds nothing.
    #[must_use]
    fn within(self, low: Self, high: Self) -> Self;
}

macro_rules! bounded {
    ($($number:ty),*) => {$(
        impl Bounded for $number {
            #[inline]
            fn within(self, low: Self, high: Self) -> Self {
                if low > high {
                    <$number>::midpoint(low, high)
                } else if self < low {
                    low
                } else if self > high {
                    high
                } else {
                    self
                }
            }
        }
    )*};
}

bounded!(f32, f64, i32, u32, u64, usize);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_in_their_order_bound_a_value() {
        assert_eq!([-1.0, 0.25, 2.0].map(|x: f64| x.within(0.0, 1.0)), [0.0, 0.25, 1.0]);
        assert_eq!([0, 3, 9].map(|n: usize| n.within(1, 5)), [1, 3, 5]);
        assert!((-0.0_f64).within(0.0, 1.0).is_sign_negative(), "a value that lies within keeps its bits");
    }

    #[test]
    fn ends_that_have_changed_places_give_their_middle() {
        assert_eq!([-9.0, 4.0, 9.0].map(|x: f32| x.within(6.0, 2.0)), [4.0; 3]);
        assert_eq!(0_u64.within(u64::MAX, 0), u64::MAX / 2);
    }

    #[test]
    fn what_is_not_a_number_bounds_nothing_and_stays() {
        assert!(f64::NAN.within(0.0, 1.0).is_nan() && f64::NAN.within(1.0, 0.0) == 0.5);
        assert_eq!([f64::NAN, 0.0].map(|low| (-3.0_f64).within(low, f64::NAN)), [-3.0, 0.0]);
    }

    proptest! {
        #[test]
        #[expect(clippy::disallowed_methods)]
        fn it_is_the_standard_librarys_wherever_that_has_an_answer(x: f64, a: f64, b: f64) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert_eq!(x.within(low, high).to_bits(), x.clamp(low, high).to_bits());
        }

        #[test]
        fn no_bits_of_any_float_end_the_program(x: u32, low: u32, high: u32) {
            let [x, low, high] = [x, low, high].map(f32::from_bits);
            let got = x.within(low, high);
            prop_assert!(got.is_nan() || x.is_nan() || low.is_nan() || high.is_nan() || low.min(high) <= got && got <= low.max(high));
        }
    }
}
