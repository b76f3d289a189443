//! Points over epochs in bounded memory.

/// Points over epochs; when there are too many, every second one is dropped and the stride doubles.
#[derive(Debug, Clone, PartialEq)]
pub struct Downsampled<T> {
    points: Vec<(u64, T)>,
    capacity: usize,
    stride: u64,
    latest: Option<(u64, T)>,
}

impl<T: Clone> Downsampled<T> {
    /// No points yet; fewer than `capacity` are ever kept.
    pub fn new(capacity: usize) -> Self {
        Self { points: Vec::new(), capacity, stride: 1, latest: None }
    }

    /// Adds a point at an epoch that is not earlier than all before; a further one at the latest epoch takes its place
    /// only as the latest.
    pub fn push(&mut self, epoch: u64, value: T) {
        self.latest = Some((epoch, value.clone()));
        let is_due = self.points.last().is_none_or(|&(last, _)| epoch >= last + self.stride);
        if !is_due {
            return;
        }
        self.points.push((epoch, value));
        if self.points.len() >= self.capacity {
            self.points = std::mem::take(&mut self.points).into_iter().step_by(2).collect();
            self.stride *= 2;
        }
    }

    /// The kept points with their epochs, and the latest one in any case.
    pub fn points(&self) -> impl Iterator<Item = (u64, &T)> {
        let last = self.points.last().map(|(epoch, _)| *epoch);
        let newest = self.latest.as_ref().filter(move |(epoch, _)| last != Some(*epoch));
        self.points.iter().chain(newest).map(|(epoch, value)| (*epoch, value))
    }

    /// Number of points kept.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether nothing has been added.
    pub fn is_empty(&self) -> bool {
        self.latest.is_none()
    }
}
