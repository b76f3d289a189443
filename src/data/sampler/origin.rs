//! Where the samples of a training set come from.

/// Where a sample of a training set comes from; rows are those of the training part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// It is this row.
    Original(u32),
    /// It is another copy of this row.
    Duplicate(u32),
    /// It was made between two rows of the same class: from + share · (towards − from).
    Made {
        /// The first end.
        from: u32,
        /// One of its nearest neighbours.
        towards: u32,
        /// Share of the way, 0 to 1.
        share: f32,
    },
}

impl Origin {
    /// The row that it is, or that it was made from.
    pub fn row(self) -> usize {
        match self {
            Self::Original(row) | Self::Duplicate(row) | Self::Made { from: row, .. } => row as usize,
        }
    }
}
