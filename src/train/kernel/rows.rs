//! The rows of a pass, block by block.

use std::ops::Range;

use super::prefetch::prefetch_rows;
use crate::{data::Samples, loss::BLOCK};

/// The rows of a pass.
#[derive(Debug, Clone)]
pub enum Rows<'a> {
    /// Samples one after the other.
    Range(Range<usize>),
    /// Samples by their indices, and those of the batch that follows: they are asked for early.
    Indices(&'a [u32], &'a [u32]),
}

impl Rows<'_> {
    /// Number of samples.
    pub(in crate::train) fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Indices(rows, _) => rows.len(),
        }
    }

    /// Parts of a number of rows each, the last one of the rest.
    pub(super) fn split(&self, n_rows: usize) -> impl Iterator<Item = Self> {
        let part = move |first: usize| match self {
            Self::Range(range) => {
                let start = range.start + first;
                Self::Range(start..(start + n_rows).min(range.end))
            }
            Self::Indices(rows, next) => Self::Indices(&rows[first..(first + n_rows).min(rows.len())], next),
        };
        (0..self.len()).step_by(n_rows).map(part)
    }

    /// The samples of the block that begins at a place, and how many they are; the last one stands for those that a short
    /// block lacks. Made in `workspace` where they do not stand so already.
    #[inline(always)]
    pub(super) fn block<'a>(&'a self, first: usize, workspace: &'a mut [u32; BLOCK]) -> (usize, &'a [u32; BLOCK]) {
        let n = (self.len() - first).min(BLOCK);
        if let Self::Indices(rows, _) = self
            && let Some(row_of) = rows[first..].first_chunk()
        {
            return (n, row_of);
        }
        match self {
            Self::Range(range) => {
                let start = (range.start + first) as u32;
                for (lane, row) in workspace.iter_mut().enumerate() {
                    *row = start + lane.min(n - 1) as u32;
                }
            }
            Self::Indices(rows, _) => {
                let rows = &rows[first..first + n];
                workspace[..n].copy_from_slice(rows);
                workspace[n..].fill(rows[n - 1]);
            }
        }
        (n, workspace)
    }

    /// Indices from a place on, or those of the batch that follows.
    #[inline(always)]
    pub(super) fn coming(&self, first: usize) -> &[u32] {
        match self {
            Self::Range(_) => &[],
            Self::Indices(rows, next) => {
                if first < rows.len() {
                    &rows[first..]
                } else {
                    next
                }
            }
        }
    }

    /// Asks for the samples of the block that begins at a place, if there is one.
    #[inline(always)]
    pub(super) fn prefetch_rows(&self, samples: &Samples, first: usize) {
        match self {
            Self::Range(range) => {
                let start = range.start + first;
                let mut rows = [0_u32; BLOCK];
                for (lane, row) in rows.iter_mut().enumerate() {
                    *row = (start + lane) as u32;
                }
                prefetch_rows(samples, &rows[..range.end.saturating_sub(start).min(BLOCK)]);
            }
            Self::Indices(..) => prefetch_rows(samples, self.coming(first)),
        }
    }
}
