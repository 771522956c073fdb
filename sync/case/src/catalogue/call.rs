//! Calls that channels report and that are no disputes (R103): kept and counted, never a case.

use super::List;
use crate::kinds::kinds;

kinds! {
    /// What a call is about that is no dispute.
    pub enum CallKind: List {
        Criminal "criminal" "刑事警情" "Crime" "a crime is reported" => List::Police;
        PublicOrder "public_order" "治安警情" "Public order" "public order was disturbed"
            => List::Police;
        Traffic "traffic" "交通警情" "Traffic" "an accident or an offence on the road"
            => List::Police;
        Disaster "disaster" "灾害事故" "Disaster" "a fire, an accident or a disaster"
            => List::Police;
        Help "help" "群众求助" "Help" "somebody asks for help" => List::NonPolice;
        Complaint "complaint" "投诉举报" "Complaint" "something is complained of or denounced"
            => List::NonPolice;
        Consultation "consultation" "咨询" "Consultation" "somebody asks a question"
            => List::NonPolice;
        Other "other" "其他" "Other" "anything else" => List::NonPolice;
    }
}

impl CallKind {
    /// On which of the two lists it stands.
    #[must_use]
    pub const fn list(self) -> List {
        self.fixed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_police_see_to_and_what_they_do_not_are_told_apart() {
        let police = CallKind::ALL
            .into_iter()
            .filter(|kind| kind.list() == List::Police);
        assert_eq!(police.count(), 4);
    }
}
