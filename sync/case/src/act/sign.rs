//! E17 签名: on the hash of the frozen draft, in a medium that the situation allows (LW11;
//! E-Signature Law art. 3).

use super::prelude::*;
use crate::{
    record::{Signature, Signer},
    rule::guard::{agreement, consent, speakers},
};

impl Transition for Signature {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Sign,
        from: In(&[AgreementPending]),
        to: Same,
        who: &[Lead, Member],
        asks: &[],
        clocks: &[],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        consent::none_refused(),
        // M03: a signature stays with the text that it was put under.
        Guard::new("签的是现行定稿", |act, attempt| {
            need(
                agreement::binds(attempt, act),
                "signed_another_text",
                "签名对应的不是现行定稿，请在现行定稿上重新签名。",
            )
        }),
        Guard::new(
            "以调解员身份签名的未在本案回避",
            |act, attempt| {
                let by_mediator = act.signer == Signer::Mediator;
                guard::not_recused(by_mediator && attempt.facts.is_recused(attempt.motion.by.user))
            },
        ),
        Guard::new("签名人可以代为签名", |act, attempt| {
            speakers::may_sign(attempt, act.signer)
        }),
        Guard::new("签名方式为法律所允许", |act, attempt| {
            need(
                agreement::is_lawful(attempt, act.medium),
                "esign_excluded",
                "本类纠纷依法不适用电子签名，请当事人在纸质协议上签名或捺印后拍照上传。",
            )
        }),
        Guard::new(
            "无人拒绝电子签名（电子签名的）",
            |act, attempt| agreement::is_wanted(attempt, act.medium),
        ),
        Guard::new("书面协议由本人签名或捺印", |act, attempt| {
            need(
                agreement::is_by_hand(attempt, act),
                "spoken_not_enough",
                "书面协议和调解员的签名不能以口头表示代替，请签名、盖章或捺印。",
            )
        }),
        Guard::new("纸质签名、捺印有影像为证", |act, attempt| {
            agreement::is_pictured(attempt, act)
        }),
        agreement::no_block(),
    ];

    /// Signatures are read from the document when the agreement takes effect; who signed as the
    /// mediator stands in no field of theirs.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let by_mediator = attempt
            .motion
            .entry
            .filter(|_| self.signer == Signer::Mediator);
        if let (Some(entry), Some(agreement)) = (by_mediator, &mut facts.round.agreement) {
            agreement.mediators.insert(entry, attempt.motion.by.user);
        }
    }
}
