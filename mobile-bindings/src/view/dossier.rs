//! The file of a dispute, as an app shows it.

use crate::words::{Actor, EntryId, Timestamp, UserId};
use hejie_case::dossier;

/// The catalogue of the file, made on the phone from the case as it stands here.
#[derive(Debug, Clone, uniffi::Record)]
pub struct DossierContents {
    /// The papers, in the order in which they are bound.
    pub papers: Vec<PaperLine>,
    /// What the outcome asks for and is not there, in Chinese.
    pub gaps_zh: Vec<String>,
}

/// One paper.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PaperLine {
    /// Its place, from 1.
    pub no: u32,
    /// What kind of paper, in Chinese.
    pub paper_zh: String,
    /// What it is.
    pub title: String,
    /// Of when; none where the case does not say.
    pub at: Option<Timestamp>,
    /// Who wrote the entry, if somebody did.
    pub writer: Option<Actor>,
    /// Whose word it is, where the server names the person.
    pub person: Option<UserId>,
    /// The evidence whose originals belong to it.
    pub originals: Vec<EntryId>,
}

impl From<dossier::DossierCatalogue> for DossierContents {
    fn from(made: dossier::DossierCatalogue) -> Self {
        let gaps = made.gaps.iter();
        Self {
            gaps_zh: gaps.map(|gap| gap.zh().to_owned()).collect(),
            papers: made.items.into_iter().map(PaperLine::from).collect(),
        }
    }
}

impl From<dossier::DossierItem> for PaperLine {
    fn from(item: dossier::DossierItem) -> Self {
        let (writer, person) = match item.author {
            dossier::PaperAuthor::Case => (None, None),
            dossier::PaperAuthor::Writer(actor) => (Some(actor), None),
            dossier::PaperAuthor::Person(user) => (None, Some(user)),
        };
        Self {
            no: item.no,
            paper_zh: item.paper.zh().into(),
            title: item.title,
            at: item.at,
            writer,
            person,
            originals: item.originals,
        }
    }
}
