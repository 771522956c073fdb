//! The form of a list of acts.

/// Makes the enum of a list of acts, and what is asked of each of them. An act without fields is a
/// variant without data.
macro_rules! acts {
    ($(#[$meta:meta])* $name:ident { $($variant:ident$(($kind:ident))? $code:literal;)* }) => {
        $(#[$meta])*
        pub enum $name {
            $(
                #[doc = concat!("`", $code, "`: see its type.")]
                $variant$(($kind))?,
            )*
        }

        impl $name {
            /// The act, as the rules see it.
            #[must_use]
            pub fn transition(&self) -> &dyn AnyTransition {
                match self { $(acts!(@pattern act $variant $($kind)?) => acts!(@type act $variant $($kind)?),)* }
            }

            /// Its name in JSON.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $(acts!(@any $variant $($kind)?) => $code,)* }
            }

            /// The event of the table.
            #[must_use]
            pub fn event(&self) -> Event {
                self.transition().row().event
            }

            /// The acts of this list as a form would give them, one for each part of the case that
            /// it can be about.
            pub fn candidates(view: &CaseView, facts: &Facts) -> impl Iterator<Item = Self> {
                let mut candidates = Vec::new();
                $(acts!(@candidates candidates view facts $variant $($kind)?);)*
                candidates.into_iter()
            }

            /// The acts of this list by their names in JSON, each with its event.
            #[must_use]
            pub fn names() -> Vec<(&'static str, Event)> {
                vec![$(($code, acts!(@row $variant $($kind)?).event)),*]
            }

            /// The rows of the acts of this list.
            pub fn rows() -> impl Iterator<Item = &'static ActRow> {
                Self::lines().into_iter().map(|(row, _)| row)
            }

            fn lines() -> Vec<PrintedAct> {
                vec![$(acts!(@line $variant $($kind)?)),*]
            }
        }

        $($(impl From<$kind> for $name {
            fn from(act: $kind) -> Self {
                Self::$variant(act)
            }
        })?)*
    };
    (@pattern $act:ident $variant:ident) => { Self::$variant };
    (@pattern $act:ident $variant:ident $kind:ident) => { Self::$variant($act) };
    (@any $variant:ident) => { Self::$variant };
    (@any $variant:ident $kind:ident) => { Self::$variant(_) };
    (@type $act:ident $variant:ident) => { &$variant };
    (@type $act:ident $variant:ident $kind:ident) => { $act };
    (@candidates $candidates:ident $view:ident $facts:ident $variant:ident) => {
        $candidates.extend($variant::candidates($view, $facts).into_iter().map(|$variant| Self::$variant))
    };
    (@candidates $candidates:ident $view:ident $facts:ident $variant:ident $kind:ident) => {
        $candidates.extend($kind::candidates($view, $facts).into_iter().map(Self::$variant))
    };
    (@row $variant:ident) => { $variant::ROW };
    (@row $variant:ident $kind:ident) => { $kind::ROW };
    (@line $variant:ident) => { line::<$variant>() };
    (@line $variant:ident $kind:ident) => { line::<$kind>() };
}
