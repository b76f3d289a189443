//! The variants of an enum as an array, for menus and tables.

/// Copies all variants, as `strum` lists them, into an array; `N` is their number.
///
/// # Panics
/// When `N` is another number, which in a constant is an error of compilation.
pub(crate) const fn all_of<T: Copy, const N: usize>(variants: &[T]) -> [T; N] {
    match variants.first_chunk() {
        Some(all) if variants.len() == N => *all,
        _ => panic!("another number of variants"),
    }
}
