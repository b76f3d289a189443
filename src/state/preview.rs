//! A data file that is looked at before it is imported; nothing of the experiment depends on it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    data::{DataError, ImportSettings, Inspection},
    experiment::DataSpec,
    worker::{Inspected, Reading},
};

/// Rows that are read of a file that is too large to be read whole, where no other number is chosen.
pub const SAMPLE_OF_LARGE_FILES: u64 = 100_000;

/// A data file, how it is to be read, and what was found in it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The file.
    pub path: PathBuf,
    /// What the person has chosen.
    pub settings: ImportSettings,
    /// What was found last, perhaps under earlier settings.
    pub inspection: Option<Arc<Inspection>>,
    /// How far the file is read, while that takes time.
    pub reading: Option<Reading>,
    /// Why nothing can be found under the present settings.
    pub fault: Option<String>,
    /// The settings that were asked about last, and the number of that question.
    asked: Option<(ImportSettings, u64)>,
    /// Whether the question is answered.
    is_answered: bool,
}

impl Preview {
    /// A file of which everything is to be found out.
    pub fn of(path: &Path) -> Self {
        Self::new(path.to_owned(), ImportSettings::default())
    }

    /// The data file of an experiment under the settings that it has there; `None` where there is none.
    pub fn again(data: &DataSpec) -> Option<Self> {
        Some(Self::new(data.path.clone()?, data.import()))
    }

    /// A file that has not been looked at yet.
    fn new(path: PathBuf, settings: ImportSettings) -> Self {
        Self { path, settings, inspection: None, reading: None, fault: None, asked: None, is_answered: false }
    }

    /// Whether the settings have changed since they were asked about; if so, the next question has this number.
    pub fn ask(&mut self, id: u64) -> bool {
        if self.asked.as_ref().is_some_and(|(settings, _)| *settings == self.settings) {
            return false;
        }
        self.asked = Some((self.settings.clone(), id));
        self.is_answered = false;
        true
    }

    /// Takes over news of the question in hand; returns the reason where the file cannot be looked at at all.
    pub fn receive(&mut self, news: &Inspected) -> Option<DataError> {
        if self.is_answered || self.asked.as_ref().is_none_or(|(_, id)| *id != news.id) {
            return None;
        }
        self.reading = news.reading;
        match news.outcome.as_ref()? {
            Ok(inspection) => {
                self.inspection = Some(Arc::clone(inspection));
                self.fault = None;
            }
            // Of a file that is too large to be read whole a sample is looked at.
            Err(DataError::TooManyBytes { .. } | DataError::TooLarge { .. }) if self.settings.sample.is_none() => {
                self.settings.sample = Some(SAMPLE_OF_LARGE_FILES);
                self.reading = None;
            }
            Err(error @ (DataError::Unreadable { .. } | DataError::EmptyFile | DataError::TooManyBytes { .. })) => {
                return Some(error.clone());
            }
            Err(error) => self.fault = Some(error.to_string()),
        }
        self.is_answered = true;
        None
    }

    /// Whether what was found belongs to the present settings.
    pub fn is_current(&self) -> bool {
        self.is_answered && self.asked.as_ref().is_some_and(|(settings, _)| *settings == self.settings)
    }

    /// What stands in the way of the import, once that is known.
    pub fn obstacle(&self) -> Option<&str> {
        let found = self.inspection.as_ref().and_then(|inspection| inspection.fault.as_deref());
        let unsure = self.inspection.as_ref().is_some_and(|inspection| inspection.unsure().next().is_some());
        self.fault.as_deref().or(found).or(unsure.then_some("say first what the decimal mark of its numbers is"))
    }

    /// Whether the file can be imported as it is shown.
    pub fn can_import(&self) -> bool {
        self.is_current() && self.obstacle().is_none() && self.inspection.is_some()
    }

    /// Forgets choices of columns: under another separator or header they have other names.
    pub fn forget_columns(&mut self) {
        self.settings.label = None;
        self.settings.drop.clear();
        self.settings.keep.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DecimalMark, ReadHooks, Scan};

    fn found(text: &str, settings: &ImportSettings) -> Result<Arc<Inspection>, DataError> {
        let scan = Scan::read(text.as_bytes(), None, settings, &ReadHooks::silent());
        scan.map(|scan| Arc::new(scan.inspect(settings)))
    }

    #[test]
    fn only_the_answer_to_the_last_question_lets_a_file_be_imported() {
        let mut preview = Preview::new("a.csv".into(), ImportSettings::default());
        assert!(preview.ask(1) && !preview.ask(2));
        let answer = |id, settings: &ImportSettings| Inspected {
            id,
            reading: None,
            outcome: Some(found("x,z,y\n1,2,p\n2,1,q\n", settings)),
        };
        assert!(preview.receive(&answer(1, &preview.settings.clone())).is_none() && preview.can_import());
        preview.settings.drop.push("x".to_owned());
        assert!(!preview.can_import() && preview.ask(2));
        preview.receive(&answer(1, &ImportSettings::default()));
        assert!(!preview.can_import());
        preview.receive(&answer(2, &preview.settings.clone()));
        assert!(preview.can_import());
        assert_eq!(preview.inspection.as_ref().unwrap().n_features, 1);
    }

    #[test]
    fn of_a_file_that_is_too_large_a_sample_is_looked_at() {
        let mut preview = Preview::new("a.csv".into(), ImportSettings::default());
        preview.ask(1);
        let too_large = || DataError::TooLarge { rows: 2_000_000, features: 3, limit: 1_000_000 };
        let answer = |id| Inspected { id, reading: None, outcome: Some(Err(too_large())) };
        assert!(preview.receive(&answer(1)).is_none() && preview.fault.is_none() && !preview.can_import());
        assert_eq!(preview.settings.sample, Some(SAMPLE_OF_LARGE_FILES));
        // It is asked about anew; where a sample does not help, that is said.
        assert!(preview.ask(2));
        preview.receive(&answer(2));
        assert!(preview.fault.as_deref().unwrap().contains("at most 1000000 rows"));
    }

    #[test]
    fn numbers_that_can_be_read_in_two_ways_are_asked_about_before_the_import() {
        let text = "x,y\n185,p\n\"4,952\",q\n\"3,369\",q\n";
        let mut preview = Preview::new("a.csv".into(), ImportSettings::default());
        preview.ask(1);
        let answer =
            |id, settings: &ImportSettings| Inspected { id, reading: None, outcome: Some(found(text, settings)) };
        preview.receive(&answer(1, &preview.settings.clone()));
        assert!(!preview.can_import() && preview.obstacle().unwrap().contains("decimal mark"));
        for decimal in DecimalMark::ALL {
            preview.settings.decimal = Some(decimal);
            preview.ask(2);
            preview.receive(&answer(2, &preview.settings.clone()));
            assert!(preview.can_import(), "{decimal:?}");
        }
    }

    #[test]
    fn a_fault_in_the_text_stays_on_show_and_a_file_that_cannot_be_opened_does_not() {
        let mut preview = Preview::new("a.csv".into(), ImportSettings::default());
        preview.ask(1);
        let ragged = found("x,y\n1,p\n1,2,q\n", &preview.settings);
        assert!(preview.receive(&Inspected { id: 1, reading: None, outcome: Some(ragged) }).is_none());
        assert!(preview.obstacle().unwrap().contains("line 3") && !preview.can_import());
        preview.settings.header = Some(false);
        preview.ask(2);
        let gone = Err(DataError::Unreadable { reason: "there is no such file".to_owned(), path: "a.csv".to_owned() });
        let news = Inspected { id: 2, reading: None, outcome: Some(gone) };
        assert!(preview.receive(&news).is_some());
    }
}
