//! Kinds as tables: an enum whose words stand beside its variants, one line a kind.
//!
//! A line is the variant, the code as it is stored and sent, the Chinese name, the English name,
//! and what the kind means, for the glossary; after `=>` what else is fixed about the kind, where
//! the head of the enum names a type for that. The console's words and the tables of
//! docs/glossary.md are made from these lines (tests/tidy/kinds.rs).

/// Makes an enum from its lines.
macro_rules! kinds {
    ($(#[$about:meta])* pub enum $name:ident: $fixed:ty {
        $($kind:ident $code:tt $zh:literal $en:literal $meaning:literal => $what:expr;)*
    }) => {
        kinds! { $(#[$about])* pub enum $name { $($kind $code $zh $en $meaning;)* } }

        impl $name {
            /// What is fixed about the kind, beside its words.
            pub(crate) const fn fixed(self) -> $fixed {
                match self { $(Self::$kind => $what,)* }
            }
        }
    };
    ($(#[$about:meta])* pub enum $name:ident {
        $($kind:ident $code:tt $zh:literal $en:literal $meaning:literal;)*
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum $name {
            $(#[doc = concat!($zh, ": ", $meaning, ".")] #[serde(rename = $code)] $kind,)*
        }

        impl $name {
            /// Every kind, in the order of the lines.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$kind),*];

            /// The code, as it is stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }

            /// The kind with this code.
            #[must_use]
            pub fn by_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$kind),)* _ => None }
            }

            /// The Chinese name.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$kind => $zh,)* }
            }

            /// The English name.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Self::$kind => $en,)* }
            }

            /// What it means, for the glossary.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$kind => $meaning,)* }
            }
        }
    };
}
pub(crate) use kinds;
