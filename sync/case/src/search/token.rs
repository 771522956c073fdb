//! What a text is cut into: pairs and single characters of Chinese, words of letters and digits.

/// A term of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    /// One character.
    One(char),
    /// Two neighbours.
    Two(char, char),
    /// Letters and digits.
    Word(String),
}

/// A run of a text that is cut in one way.
enum TextRun {
    Han(Vec<(usize, char)>),
    Word(usize, String),
}

/// A token and where it begins, in characters.
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

impl Token {
    /// How many characters it covers.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Two(..) => 2,
            Self::Word(word) => word.chars().count(),
        }
    }
}

/// Every token of a text, for the index: pairs and singles.
pub(super) fn all(text: &str) -> Vec<Placed> {
    let mut tokens = Vec::new();
    for run in runs(text) {
        match run {
            TextRun::Word(at, word) => tokens.extend(words(at, &word)),
            TextRun::Han(run) => {
                tokens.extend(run.iter().map(|(at, c)| one(*at, *c)));
                tokens.extend(run.windows(2).filter_map(pair));
            }
        }
    }
    tokens
}

/// The tokens that a query looks for: pairs, and single characters only where they stand alone.
pub(super) fn wanted(query: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for run in runs(query) {
        match run {
            TextRun::Word(_, word) => tokens.push(Token::Word(word)),
            TextRun::Han(run) => match run.as_slice() {
                [(_, only)] => tokens.push(Token::One(*only)),
                run => tokens.extend(run.windows(2).filter_map(pair).map(|placed| placed.token)),
            },
        }
    }
    tokens
}

/// The single characters of a query, for when no pair of it stands anywhere.
pub(super) fn singles(query: &str) -> Vec<Token> {
    let all = all(query).into_iter().map(|placed| placed.token);
    all.filter(|token| matches!(token, Token::One(_))).collect()
}

/// A word, and the parts of one that is joined by dashes: `n03-05` is found by `n03` too.
fn words(at: usize, word: &str) -> Vec<Placed> {
    let placed = |at, word: &str| Placed {
        token: Token::Word(word.to_owned()),
        at,
    };
    let mut tokens = vec![placed(at, word)];
    if word.contains('-') {
        let mut begin = at;
        for part in word.split('-') {
            tokens.push(placed(begin, part));
            begin += part.len() + 1;
        }
    }
    tokens
}

fn one(at: usize, c: char) -> Placed {
    Placed {
        token: Token::One(c),
        at,
    }
}

fn pair(neighbours: &[(usize, char)]) -> Option<Placed> {
    match neighbours {
        [(at, a), (_, b)] => Some(Placed {
            token: Token::Two(*a, *b),
            at: *at,
        }),
        _ => None,
    }
}

fn runs(text: &str) -> Vec<TextRun> {
    let characters: Vec<char> = text.chars().map(folded).collect();
    let is_word = |at: usize| characters.get(at).is_some_and(char::is_ascii_alphanumeric);
    let mut runs: Vec<TextRun> = Vec::new();
    let mut is_open = false;
    for (at, c) in characters.iter().copied().enumerate() {
        let joins = c == '-' && at > 0 && is_word(at - 1) && is_word(at + 1);
        if c.is_ascii_alphanumeric() || joins {
            match runs.last_mut() {
                Some(TextRun::Word(_, word)) if is_open => word.push(c),
                _ => runs.push(TextRun::Word(at, c.to_string())),
            }
            is_open = true;
        } else if c.is_alphanumeric() {
            match runs.last_mut() {
                Some(TextRun::Han(run)) if is_open => run.push((at, c)),
                _ => runs.push(TextRun::Han(vec![(at, c)])),
            }
            is_open = true;
        } else {
            is_open = false;
        }
    }
    runs
}

/// One character for one character, so that places stay what they are: small letters, half width.
pub(super) fn folded(c: char) -> char {
    let half = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    half.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_cut_into_pairs_and_letters_into_words() {
        let wanted = wanted("漏水了，Ａ栋 12345 吵");
        let expected = [
            Token::Two('漏', '水'),
            Token::Two('水', '了'),
            Token::Word("a".into()),
            Token::One('栋'),
            Token::Word("12345".into()),
            Token::One('吵'),
        ];
        assert_eq!(wanted, expected);
        assert_eq!(super::wanted("N03-05-"), [Token::Word("n03-05".into())]);
        assert_eq!(all("N03-05").len(), 3);
        assert_eq!(all("漏水").len(), 3);
        assert_eq!(singles("漏水").len(), 2);
    }
}
